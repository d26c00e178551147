#!/usr/bin/env python3
"""Agent and collector as systemd starts them (Type=notify): each says READY=1 when it runs, the
agent answers the watchdog, SIGTERM brings STOPPING=1 and an end with status 0 in time. Settings that
cannot work end with a status that the unit does not start again.

usage: notify_test.py <mimamori-agent> <mimamori-collector> <mimamorictl> <units' folder>
"""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

AGENT, COLLECTOR, CTL, UNITS = sys.argv[1:]
PATIENCE_S = 60


class Manager:
    """systemd's end of the notify socket, and one program started under it."""

    def __init__(self, folder, command, watchdog_s=None):
        place = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(place)
        self.socket.settimeout(PATIENCE_S)
        self.log = folder / "log"
        environment = {**os.environ, "NOTIFY_SOCKET": place}
        if watchdog_s:
            environment["WATCHDOG_USEC"] = str(int(watchdog_s * 1e6))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def wait_for(self, word):
        while True:
            try:
                said = self.socket.recv(4096).decode()
            except TimeoutError:
                raise SystemExit(f"no {word}; its log:\n{self.log.read_text()}") from None
            if word in said.splitlines():
                return said

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.wait_for("STOPPING=1")
        status = self.process.wait(PATIENCE_S)
        if status != 0:
            raise SystemExit(f"ended with {status}; its log:\n{self.log.read_text()}")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.socket.close()


def started(folder, command, **options):
    folder.mkdir()
    return contextlib.closing(Manager(folder, command, **options))


def try_agent(folder):
    settings = folder / "agent.toml"
    # Nobody listens there: a collector that is away keeps no agent from running.
    settings.write_text(
        f'[collector]\naddress = "127.0.0.1:9"\nca_fingerprint = "{"0" * 64}"\n'
        f'[agent]\ndata_folder = "{folder}/data"\n[report]\nstart_spread = "0s"\n')
    (folder / "data").mkdir(mode=0o700)
    with started(folder / "a", [AGENT, "--config", settings, "run"], watchdog_s=0.5) as agent:
        said = agent.wait_for("READY=1")
        assert "STATUS=" in said, said
        for _ in range(3):
            agent.wait_for("WATCHDOG=1")
        agent.stop()


def try_collector(folder):
    settings = folder / "collector.toml"
    settings.write_text(
        f'[storage]\nfolder = "{folder}/data"\n[agents]\nnames = ["127.0.0.1"]\n'
        'address = "127.0.0.1"\nport = 0\n[web]\naddress = "127.0.0.1"\nport = 0\n'
        "[metrics]\nport = 0\n")
    (folder / "data").mkdir(mode=0o700)
    subprocess.run([CTL, "--config", settings, "init"], check=True, stdout=subprocess.DEVNULL)
    with started(folder / "c", [COLLECTOR, "--config", settings, "run"]) as collector:
        collector.wait_for("READY=1")
        collector.stop()


def try_mistake(folder, program):
    """Ends with a status of RestartPreventExitStatus."""
    name = pathlib.Path(program).name
    unit = (pathlib.Path(UNITS) / f"{name}.service").read_text(encoding="utf-8")
    final = re.search(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE).group(1).split()
    settings = folder / "mistake.toml"
    settings.write_text('[log]\nlevel = "loud"\n')
    done = subprocess.run([program, "--config", settings, "run"], check=False, text=True,
                          capture_output=True, timeout=PATIENCE_S)
    assert "mistake.toml:2: log.level" in done.stdout + done.stderr, done
    assert str(done.returncode) in final, f"{name}: {done.returncode} is not in {final}"


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "agent").mkdir()
        (folder / "collector").mkdir()
        try_agent(folder / "agent")
        try_collector(folder / "collector")
        for program in (AGENT, COLLECTOR):
            try_mistake(folder, program)
    print("agent and collector behave as their units expect")


main()
