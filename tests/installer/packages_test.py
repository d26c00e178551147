#!/usr/bin/env python3
"""Packages on a clean Debian 12: installed from the offline bundle without any route, upgraded,
removed, purged; the collector runs. The agent runs where there is nothing at all.

usage: packages_test.py <folder of packages> <bundle.tar>
"""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile

import clean_debian

PACKAGES, BUNDLE = (pathlib.Path(path).resolve() for path in sys.argv[1:])


def expect(truth, text):
    if not truth:
        raise SystemExit(f"not so: {text}")


def one(pattern):
    found = sorted(PACKAGES.glob(pattern))
    expect(len(found) == 1, f"{PACKAGES} has one {pattern}: {found}")
    return found[0]


def newer(package, folder):
    """The same package with a higher version."""
    tree = folder / "newer"
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    text = re.sub(r"^Version: (.*)$", r"Version: \1+1", control.read_text(), flags=re.MULTILINE)
    control.write_text(text)
    made = folder / f"newer-{package.name}"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, made], check=True,
                   stdout=subprocess.DEVNULL)
    return made


def owner_of(machine, path):
    return machine.shell(f"stat -c '%U:%G %a' {path}").strip()


def carry_bundle(machine):
    with tarfile.open(BUNDLE) as archive:
        archive.extractall(machine.path("/opt/carried"))  # noqa: S202 our own file
    return f"/opt/carried/{BUNDLE.stem}"


def try_route(machine):
    """No host but the machine itself can be reached: what is installed came with the bundle."""
    routes = machine.shell("cat /proc/net/route; cat /proc/net/ipv6_route").splitlines()
    expect(all(line.split()[-1] in ("lo", "IRTT") for line in routes), f"no route: {routes}")


def try_damaged(machine, bundle):
    victim = next(machine.path(bundle + "/packages").glob("mimamori-agent_*.deb"))
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    done = machine.run(f"{bundle}/install.sh", "agent", check=False)
    expect(done.returncode != 0, "a damaged bundle is refused")
    expect("nothing was installed" in done.stdout, f"it says so: {done.stdout}")
    expect(not machine.path("/usr/bin/mimamori-agent").exists(), "nothing was installed")
    victim.write_bytes(whole)


def try_agent(machine, bundle, folder):
    machine.run(f"{bundle}/install.sh", "agent")
    expect(owner_of(machine, "/var/lib/mimamori/agent") == "mimamori-agent:mimamori-agent 700",
           "the data folder is the agent's own")
    expect(owner_of(machine, "/etc/mimamori/agent.toml") == "root:mimamori-agent 640",
           "the settings can be read by the agent and by nobody else")
    enabled = machine.path("/etc/systemd/system/multi-user.target.wants/mimamori-agent.service")
    expect(enabled.is_symlink(), "the service starts at the next boot")
    said = machine.shell("mimamori-agent status")
    expect("/etc/mimamori/agent.toml" in said, f"it reads its settings: {said}")
    machine.shell("mimamori-agent doctor || [ $? = 1 ]")

    settings = machine.path("/etc/mimamori/agent.toml")
    settings.write_text('[agent]\nsite = "南館"\n')
    data = machine.path("/var/lib/mimamori/agent/kept")
    data.write_text("kept")
    upgrade = newer(one("mimamori-agent_*.deb"), folder)
    machine.copy_in(upgrade, "/opt/carried/newer.deb")
    machine.run("dpkg", "--install", "/opt/carried/newer.deb")
    expect(machine.shell("dpkg-query -f '${Version}' -W mimamori-agent").endswith("+1"), "upgraded")
    expect("南館" in settings.read_text(), "an upgrade keeps the settings")
    expect(data.exists(), "an upgrade keeps the data")
    expect("南館" in machine.shell("mimamori-agent status"), "they are in force")

    machine.run("dpkg", "--remove", "mimamori-agent")
    expect(not machine.path("/usr/bin/mimamori-agent").exists(), "removed: the program is gone")
    expect(settings.exists() and data.exists(), "removed: settings and data stay")
    machine.run("dpkg", "--purge", "mimamori-agent")
    for gone in ("/etc/mimamori", "/var/lib/mimamori"):
        expect(not machine.path(gone).exists(), f"purged: {gone} is gone")
    left = machine.shell("find / -xdev -name '*mimamori-agent*' -not -path '/opt/carried/*' "
                         "-not -path '/proc/*'").split()
    expect(not left, f"purged: nothing is left: {left}")


def try_collector(machine, bundle, folder):
    said = machine.run(f"{bundle}/install.sh", "collector").stdout
    expect("mimamorictl init" in said, "it says what to do next")
    expect(owner_of(machine, "/var/lib/mimamori/collector") == "mimamori:mimamori 700",
           "the data folder is the collector's own")
    settings = machine.path("/etc/mimamori/collector.toml")
    settings.write_text('[agents]\nnames = ["127.0.0.1"]\naddress = "127.0.0.1"\nport = 18444\n'
                        '[web]\naddress = "127.0.0.1"\nport = 18443\n[metrics]\nport = 18445\n')
    said = machine.shell("runuser -u mimamori -- mimamorictl init")
    expect("first-day password" in said, f"a site can be made: {said}")
    # systemd does not run here: the program itself, as its user, until it says that it is ready.
    said = machine.shell(
        "runuser -u mimamori -- mimamori-collector run >/tmp/log 2>&1 & collector=$!\n"
        "for i in $(seq 100); do\n"
        "  if (exec 3<>/dev/tcp/127.0.0.1/18445) 2>/dev/null; then break; fi; sleep 0.2\n"
        "done\n"
        "cat /tmp/log\n".replace("(exec 3<>/dev/tcp/127.0.0.1/18445)",
                                 "bash -c 'exec 3<>/dev/tcp/127.0.0.1/18445'")
        + "bash -c 'exec 3<>/dev/tcp/127.0.0.1/18445; printf \"GET /readyz HTTP/1.0\\r\\n\\r\\n\" >&3; "
          "cat <&3'\n"
          "kill $collector; wait $collector || true\n")
    expect("HTTP/1.0 200" in said or "HTTP/1.1 200" in said, f"the collector runs: {said}")

    upgrade = newer(one("mimamori-collector_*.deb"), folder)
    machine.copy_in(upgrade, "/opt/carried/newer.deb")
    machine.run("dpkg", "--install", "/opt/carried/newer.deb")
    expect("18443" in settings.read_text(), "an upgrade keeps the settings")
    database = machine.path("/var/lib/mimamori/collector")
    expect(any(database.iterdir()), "an upgrade keeps the data")
    machine.run("dpkg", "--remove", "mimamori-collector")
    expect(settings.exists() and any(database.iterdir()), "removed: settings and data stay")
    machine.run("dpkg", "--purge", "mimamori-collector")
    for gone in ("/etc/mimamori", "/var/lib/mimamori"):
        expect(not machine.path(gone).exists(), f"purged: {gone} is gone")


def try_rpm(machine, folder):
    """No distribution of rpm is at hand: the scripts run on Debian, below its root."""
    package = one("mimamori-agent*.rpm")
    expect("libc" not in subprocess.run(["rpm", "-qpR", package], check=True, text=True,
                                        capture_output=True).stdout, "the RPM needs no library")
    root = str(machine.root)
    subprocess.run(["rpm", "--root", root, "--initdb"], check=True)
    rpm = ["rpm", "--root", root, "--nodeps", "--nosignature"]
    subprocess.run([*rpm, "--install", str(package)], check=True)
    expect(owner_of(machine, "/var/lib/mimamori/agent") == "mimamori-agent:mimamori-agent 700",
           "the data folder is the agent's own")
    expect("mimamori-agent" in machine.shell("mimamori-agent status"), "it runs")
    settings = machine.path("/etc/mimamori/agent.toml")
    expect(stat.S_IMODE(os.stat(settings).st_mode) == 0o640, "the settings are not for all")
    settings.write_text('[agent]\nsite = "南館"\n')
    subprocess.run([*rpm, "--upgrade", "--replacepkgs", str(package)], check=True)
    expect("南館" in settings.read_text(), "an upgrade keeps the settings")
    subprocess.run(["rpm", "--root", root, "--erase", "mimamori-agent"], check=True)
    expect(not machine.path("/usr/bin/mimamori-agent").exists(), "removed: the program is gone")
    expect(settings.exists(), "removed: the settings stay")


def try_nowhere(folder):
    """A root with nothing in it but the agent."""
    tree = folder / "agent"
    subprocess.run(["dpkg-deb", "--extract", one("mimamori-agent_*.deb"), tree], check=True)
    root = folder / "nothing"
    root.mkdir()
    shutil.copy2(tree / "usr/bin/mimamori-agent", root)
    said = subprocess.run(["chroot", root, "/mimamori-agent", "version"], check=True, text=True,
                          capture_output=True).stdout
    expect(said.startswith("mimamori-agent "), f"it says its version: {said}")
    subprocess.run(["chroot", root, "/mimamori-agent", "snapshot", "--out", "/snapshot"], check=True,
                   stdout=subprocess.DEVNULL)
    expect((root / "snapshot").stat().st_size > 100, "it writes a snapshot")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try_nowhere(folder)
        with clean_debian.machine() as machine:
            bundle = carry_bundle(machine)
            try_route(machine)
            try_damaged(machine, bundle)
            try_agent(machine, bundle, folder)
            try_collector(machine, bundle, folder)
        with clean_debian.machine() as machine:
            try_rpm(machine, folder)
    print("packages: installed, upgraded, removed and purged without a network")


main()
