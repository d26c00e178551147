"""A real Active Directory for tests: Samba as domain controller, in a network namespace of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time

PASSWORD = "Only-for-this-test-1"
REALM = "mimamori.test"
HOST = "dc1.mimamori.test"
PATIENCE_S = 120


def expect(truth, text):
    if not truth:
        raise SystemExit(f"not so: {text}")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def be_alone():
    """Starts this program anew where no host is but itself, and what is mounted is seen by nobody
    else."""
    if os.environ.get("MIMAMORI_OWN_NETWORK") == "yes":
        return
    inside = 'ip link set lo up && exec "$@"'
    os.environ["MIMAMORI_OWN_NETWORK"] = "yes"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
                          "--mount-proc", "sh", "-c", inside, "sh", sys.executable, *sys.argv])


class Domain:
    """A domain controller that only this process and its children can reach."""

    def __init__(self, folder):
        self.folder = folder
        self.samba = None
        self.login = ["-U", f"Administrator%{PASSWORD}", "-s", str(folder / "dc/etc/smb.conf")]

    def start(self, settings=""):
        """`settings`: further lines of smb.conf."""
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 {HOST} dc1 localhost {REALM}\n")
        run("mount", "--bind", hosts, "/etc/hosts")
        run("samba-tool", "domain", "provision", f"--targetdir={self.folder}/dc",
            f"--realm={REALM}", "--domain=MIMAMORI", "--server-role=dc", "--dns-backend=NONE",
            "--host-name=dc1", "--host-ip=127.0.0.1", f"--adminpass={PASSWORD}",
            "--option=interfaces=lo", "--option=bind interfaces only=yes",
            f"--option=ncalrpc dir={self.folder}/ncalrpc")
        conf = self.folder / "dc/etc/smb.conf"
        text = conf.read_text()
        text = text.replace("[global]", "[global]\n\tserver services = rpc, nbt, wrepl, ldap, cldap, "
                            "kdc, drepl, winbindd, ntp_signd, kcc, s3fs\n\tinterfaces = lo\n"
                            f"\tbind interfaces only = yes\n\tncalrpc dir = {self.folder}/ncalrpc\n"
                            f"\tpid directory = {self.folder}\n\tlock directory = {self.folder}/dc/state\n",
                            1) if "bind interfaces only" not in text else text
        conf.write_text(text.replace("[global]", "[global]\n" + settings, 1))
        log = (self.folder / "samba.log").open("w")
        self.samba = subprocess.Popen(
            ["samba", "--interactive", "--no-process-group", "-s", str(conf)], stdout=log,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while True:
            asked = [["smbclient", f"//{HOST}/sysvol", *self.login, "-c", "ls"],
                     ["samba-tool", "gpo", "listall", "-H", f"ldap://{HOST}", *self.login]]
            for command in asked:
                done = subprocess.run(command, check=False, capture_output=True, text=True)
                if done.returncode != 0:
                    break
            else:
                return
            if time.monotonic() > end or self.samba.poll() is not None:
                raise SystemExit(f"no domain controller: {done.stdout}{done.stderr}\n"
                                 + (self.folder / "samba.log").read_text()[-4000:])
            time.sleep(0.5)

    def tool(self, *words):
        """samba-tool, as the administrator of the domain."""
        return run("samba-tool", *words, "-H", f"ldap://{HOST}", *self.login)

    def close(self):
        if self.samba and self.samba.poll() is None:
            self.samba.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.samba.wait(20)
            self.samba.kill()
            self.samba.wait()
