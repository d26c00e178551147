#!/usr/bin/python3
"""The shipped collector signs people in by a real Active Directory: Samba as domain controller, in a
network namespace of its own. Groups in groups count where that is wanted, at any depth and also in a
circle; disabled accounts, wrong passwords and people without a group are refused.

usage: domain_login_test.py <mimamori-collector> <mimamorictl>
"""

import contextlib
import json
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from domain import HOST, PASSWORD, PATIENCE_S, Domain, be_alone, expect, run

BASE = "DC=mimamori,DC=test"
WEB = "https://127.0.0.1:8443/api/v1/session"


def make_certificates(folder):
    """A CA, and the controller's certificate for its name."""
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST}\n")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", "/CN=Test CA", "-days", "2")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", folder / "dc.key", "-out", folder / "dc.csr", "-subj", f"/CN={HOST}")
    run("openssl", "x509", "-req", "-in", folder / "dc.csr", "-CA", folder / "ca.pem",
        "-CAkey", folder / "ca.key", "-CAcreateserial", "-out", folder / "dc.pem", "-days", "2",
        "-extfile", folder / "names")
    (folder / "dc.key").chmod(0o600)
    return (f"\ttls enabled = yes\n\ttls cafile = {folder}/ca.pem\n\ttls certfile = {folder}/dc.pem\n"
            f"\ttls keyfile = {folder}/dc.key\n")


def fill(domain):
    """sato is in it by way of three groups, tanaka directly, suzuki is disabled, mori in none."""
    for name in ("mimamori", "sato", "tanaka", "suzuki", "mori"):
        domain.tool("user", "create", name, PASSWORD)
    for name in ("it", "east", "third", "night"):
        domain.tool("group", "add", name)
    for group, members in (("it", "east,tanaka"), ("east", "third"), ("third", "night"),
                           ("night", "sato,suzuki"), ("night", "east")):
        domain.tool("group", "addmembers", group, members)
    domain.tool("user", "disable", "suzuki")


class Collector:
    """The collector with its settings, and what its administrator and its people do."""

    def __init__(self, folder, programs, ca, nested):
        self.program, self.ctl = programs
        self.settings = folder / "collector.toml"
        self.log = folder / "log"
        (folder / "data").mkdir(parents=True, mode=0o700)
        secret = folder / "secret"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)
        self.settings.write_text(
            f'[storage]\nfolder = "{folder}/data"\n[agents]\nnames = ["127.0.0.1"]\n'
            'address = "127.0.0.1"\n[web]\naddress = "127.0.0.1"\nport = 8443\n[metrics]\nport = 0\n'
            f'[directory]\nsecurity = "ldaps"\nkind = "active_directory"\nhosts = ["{HOST}"]\n'
            f'ca = "{ca}"\nuser = "mimamori@mimamori.test"\npassword_file = "{secret}"\n'
            f'base = "{BASE}"\nnested_groups = {"true" if nested else "false"}\n'
            f'roles = ["operator: CN=it,CN=Users,{BASE}"]\n')
        run(self.ctl, "--config", self.settings, "init")
        with self.log.open("w") as log:
            self.process = subprocess.Popen([self.program, "--config", self.settings, "run"],
                                            stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE_S
        while self.say("user", "list").returncode != 0:
            expect(time.monotonic() < end and self.process.poll() is None,
                   f"it starts: {self.log.read_text()}")
            time.sleep(0.2)

    def say(self, *words, typed=""):
        return subprocess.run([self.ctl, "--config", self.settings, *words], text=True, check=False,
                              input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def steps(self, name, password=PASSWORD):
        return self.say("directory", "test", name, "--password", typed=password + "\n").stdout

    def role(self, name, password=PASSWORD):
        """What a browser gets: the role, or the code of the refusal."""
        body = json.dumps({"name": name, "password": password}).encode()
        request = urllib.request.Request(WEB, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=ssl._create_unverified_context(),
                                        timeout=PATIENCE_S) as answer:
                return json.load(answer)["role"]
        except urllib.error.HTTPError as refused:
            return str(refused.code)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()


def try_flat(collector):
    steps = collector.steps("tanaka")
    expect("FAILED" not in steps and "operator of root" in steps, steps)
    expect(collector.role("tanaka") == "operator", "a member signs in")
    steps = collector.steps("sato")
    expect("in none of the groups" in steps, steps)
    expect(collector.role("sato") == "401", "who is in a group in the group does not count")


def try_nested(collector, domain):
    for name in ("sato", "tanaka", "sato@mimamori.test"):
        steps = collector.steps(name)
        expect("FAILED" not in steps and "operator of root" in steps, steps)
    expect(collector.role("sato") == "operator", "groups in groups count")
    expect("disabled" in collector.steps("suzuki"), "a disabled account is told")
    expect(collector.role("suzuki") == "401", "a disabled account is refused")
    expect("in none of the groups" in collector.steps("mori"), "who is in none is told")
    expect(collector.role("mori") == "401", "who is in none is refused")
    steps = collector.steps("tanaka", "wrong horse")
    expect("password" in steps and "wrong password" in steps, steps)
    domain.tool("group", "removemembers", "third", "night")
    expect("in none of the groups" in collector.steps("sato"), "what is taken away counts at once")


def main():
    programs = [str(pathlib.Path(path).resolve()) for path in sys.argv[1:3]]
    with tempfile.TemporaryDirectory(prefix="mimamori-ad-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        with contextlib.closing(Domain(folder)) as domain:
            domain.start(make_certificates(folder))
            fill(domain)
            with contextlib.closing(
                    Collector(folder / "flat", programs, folder / "ca.pem", False)) as collector:
                try_flat(collector)
            with contextlib.closing(
                    Collector(folder / "nested", programs, folder / "ca.pem", True)) as collector:
                try_nested(collector, domain)
    print("people of a real domain sign in, also by groups in groups")


be_alone()
main()
