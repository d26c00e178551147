#!/usr/bin/python3
"""The agent's unit blinds no probe.

Takes a snapshot as plain root and one inside of what installer/linux/mimamori-agent.service leaves
of root: its user, capabilities, system calls, address families, and mounts as systemd makes them.
What both find must be the same, and neither may know less. systemd itself need not run.

usage: sandbox_test.py <mimamori-agent> <mimamori-agent.service>
Ends with 77 (skipped) where it may not make a mount namespace.
"""

import ctypes
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import seccomp

SKIPPED = 77
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 8, 32, 4096, 16384
MS_SLAVE = 1 << 19
PR_CAPBSET_DROP, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 8, 38, 47
CAPABILITIES = {"CAP_DAC_READ_SEARCH": 2, "CAP_NET_ADMIN": 12, "CAP_SYS_PTRACE": 19}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
# What the kernel or another program may change between two looks.
MOVING = {"processes", "listeners", "peers", "neighbours", "self"}
SOME_USER = 64_999


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind=None, flags=0):
    code = lambda text: None if text is None else os.fsencode(text)
    check(LIBC.mount(code(source), code(target), code(kind), ctypes.c_ulong(flags), None),
          f"mount {target}")


def bind(path, extra_flags):
    """A mount of its own for `path`, as systemd makes one for each path that a unit names."""
    mount(path, path, flags=MS_BIND | MS_REC)
    mount(None, path, flags=MS_REMOUNT | MS_BIND | extra_flags)


def settings_of(unit):
    """All values of each setting of [Service]."""
    found, inside = {}, False
    for line in pathlib.Path(unit).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            inside = line == "[Service]"
        elif inside and "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


class Sandbox:
    def __init__(self, unit):
        self.settings = settings_of(unit)
        self.known = {
            "ProtectSystem", "ReadWritePaths", "ProtectHome", "NoExecPaths", "ExecPaths",
            "ProtectKernelModules", "ProtectKernelTunables", "ProtectKernelLogs",
            "ProtectControlGroups", "PrivateMounts", "PrivateDevices"}

    def value(self, name):
        return self.settings.get(name, [""])[-1]

    def unfollowed(self):
        """Settings that change what the agent sees and that this test does not make."""
        follows = lambda name: name.startswith(("Private", "Protect", "ProcSubset", "Inaccessible",
                                                "Temporary", "Root", "Bind", "Dynamic"))
        return [name for name in self.settings if follows(name) and name not in self.known]

    def enter(self, program, output):
        check(LIBC.unshare(CLONE_NEWNS), "unshare")
        mount(None, "/", flags=MS_REC | MS_SLAVE)
        assert self.value("ProtectSystem") == "strict"
        self.hide("ProtectKernelModules", ["/usr/lib/modules"])
        self.hide("ProtectKernelLogs", ["/proc/kmsg", "/dev/kmsg"])
        self.hide("ProtectKernelTunables", ["/proc/kallsyms", "/proc/kcore"])
        if self.value("PrivateDevices") == "yes":
            self.make_devices()
        if self.value("ProtectKernelTunables") == "yes":
            for path in ["/proc/sys", "/proc/irq", "/sys"]:
                bind(path, MS_RDONLY)
        for path in ["/home", "/root"]:
            assert self.value("ProtectHome") == "read-only"
            bind(path, MS_RDONLY)
        mounts = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
        places = sorted({line.split()[4] for line in mounts}, key=len, reverse=True)
        executable = MS_NOEXEC if self.value("NoExecPaths") == "/" else 0
        bind(output, executable)
        bind(program, MS_RDONLY)
        for place in places:
            if not place.startswith(("/proc", "/dev")):
                mount(None, place, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | executable)

    def hide(self, setting, paths):
        if self.value(setting) != "yes":
            return
        for path in paths:
            if os.path.isdir(path):
                mount("none", path, "tmpfs", MS_RDONLY)
            elif os.path.exists(path):
                mount("/dev/null", path, flags=MS_BIND)

    @staticmethod
    def make_devices():
        names = ["null", "zero", "full", "random", "urandom", "tty"]
        with tempfile.TemporaryDirectory() as kept:
            for name in names:
                place = os.path.join(kept, name)
                pathlib.Path(place).touch()
                mount(f"/dev/{name}", place, flags=MS_BIND)
            mount("none", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC)
            for name in names:
                pathlib.Path(f"/dev/{name}").touch()
                mount(os.path.join(kept, name), f"/dev/{name}", flags=MS_BIND)
                check(LIBC.umount2(os.fsencode(os.path.join(kept, name)), 2), "umount")

    def drop_privileges(self):
        kept = [CAPABILITIES[name] for name in self.value("AmbientCapabilities").split()]
        assert self.settings["AmbientCapabilities"] == self.settings["CapabilityBoundingSet"]
        last = int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="utf-8"))
        for number in range(last + 1):
            if number not in kept:
                check(LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0), "capability")
        check(LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities")
        os.setgroups([])
        os.setresgid(SOME_USER, SOME_USER, SOME_USER)
        os.setresuid(SOME_USER, SOME_USER, SOME_USER)
        mask = sum(1 << number for number in kept)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        check(LIBC.capset(header, (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)), "capset")
        for number in kept:
            check(LIBC.prctl(PR_CAP_AMBIENT, 2, number, 0, 0), "ambient capability")
        check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")

    def filters(self):
        """Made before execution is forbidden, loaded after."""
        refused = seccomp.SyscallFilter(seccomp.ALLOW)
        allowed = {FAMILIES[name] for name in self.value("RestrictAddressFamilies").split()}
        for family in range(46):
            if family not in allowed:
                refused.add_rule(seccomp.ERRNO(97), "socket", seccomp.Arg(0, seccomp.EQ, family))
        assert self.value("MemoryDenyWriteExecute") == "yes"
        for call, bits in [("mmap", 6), ("mprotect", 4)]:
            refused.add_rule(
                seccomp.ERRNO(1), call, seccomp.Arg(2, seccomp.MASKED_EQ, bits, bits))
        calls = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
        for name in self.system_calls():
            try:
                calls.add_rule(seccomp.ALLOW, name)
            except (RuntimeError, ValueError):
                pass  # Of another processor, or newer than the library.
        return refused, calls

    def system_calls(self):
        calls = set()
        for line in self.settings["SystemCallFilter"]:
            names = set()
            for word in line.lstrip("~").split():
                names |= group(word) if word.startswith("@") else {word}
            calls = calls - names if line.startswith("~") else calls | names
        return calls


def group(name):
    """The system calls of one of systemd's groups."""
    shown = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                           capture_output=True, text=True).stdout
    calls = set()
    for word in (line.strip() for line in shown.splitlines()[1:]):
        if word.startswith("@"):
            calls |= group(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def run_inside(sandbox, program, output):
    refused, calls = sandbox.filters()
    pid = os.fork()
    if pid == 0:
        try:
            sandbox.enter(program, output)
            sandbox.drop_privileges()
            refused.load()
            calls.load()
            os.execv(program, [program, "snapshot", "--out", os.path.join(output, "inside.json")])
        except BaseException as error:  # pylint: disable=broad-except
            print(f"sandbox: {error!r}", file=sys.stderr, flush=True)
        os._exit(1)
    return os.waitpid(pid, 0)[1]


def sections_of(path):
    taken = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    return {section["name"]: section["body"] for section in taken["sections"]}


def blinded(plain, inside):
    """What is known in one and not in the other, or differs, in words."""
    found = []
    for name, body in plain.items():
        if name not in inside:
            found.append(f"{name}: missing")
            continue
        reasons = lambda section: {
            (entry["fact"], entry["why"]) for entry in section["from"].get("unknown", [])}
        more = reasons(inside[name]) - reasons(body)
        if more:
            found.append(f"{name}: unknown inside: {sorted(more)}")
        if name in MOVING:
            continue
        for fact, value in body.items():
            if fact != "from" and inside[name].get(fact) != value:
                found.append(f"{name}.{fact}: {value!r:.300} is {inside[name].get(fact)!r:.300}")
    return found


def of_another_user(inside, port):
    """This very test is a program of root that listens on a port: both must be found inside."""
    me = os.path.realpath("/proc/self/exe")
    programs = inside["processes"]["programs"]
    if not any(found["path"] == me for found in programs):
        yield f"processes: {me} of root is not found"
    if not any(found.get("sha256") for found in programs):
        yield "processes: no program could be hashed"
    if not any(found["port"] == port and found.get("program") == me
               for found in inside["listeners"]["listeners"]):
        yield f"listeners: port {port} of root's {me} is not found with its program"


def main():
    program, unit = os.path.realpath(sys.argv[1]), sys.argv[2]
    if os.geteuid() != 0:
        print("skipped: needs root to make the sandbox")
        return SKIPPED
    sandbox = Sandbox(unit)
    listener = socket.create_server(("127.0.0.1", 0))
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "out")
        os.mkdir(output)
        os.chmod(folder, 0o755)
        os.chown(output, SOME_USER, SOME_USER)
        plain = os.path.join(folder, "plain.json")
        subprocess.run([program, "snapshot", "--out", plain], check=True)
        status = run_inside(sandbox, program, output)
        if status != 0:
            print(f"the agent did not end well inside of its unit: wait status {status}")
            return 1
        inside = sections_of(os.path.join(output, "inside.json"))
        found = blinded(sections_of(plain), inside)
        found += of_another_user(inside, listener.getsockname()[1])
    for name in sandbox.unfollowed():
        found.append(f"{name} is new: teach this test what systemd does for it")
    print("\n".join(found) or "the agent finds the same inside of its unit")
    return 1 if found else 0


sys.exit(main())
