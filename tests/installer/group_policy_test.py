#!/usr/bin/python3
"""The policy template and a policy object with its values in a real domain: Samba as domain
controller, in a network namespace of its own. The template is loaded, the object is made, the values
are written into it, fetched back and decoded by Samba's own library; what comes back is what
tests/recorded/group_policy/agent.reg says, from which the agent's tests read.

usage: group_policy_test.py <template's folder> <agent.reg> [<where to write what came back>]
"""

import contextlib
import pathlib
import re
import shutil
import sys
import tempfile

from domain import HOST, REALM, Domain, be_alone, expect, run

KEY = r"HKEY_LOCAL_MACHINE\Software\Policies\Mimamori\Agent"


def parse_reg(text):
    """The values of the one key in a .reg file, texts and numbers."""
    lines = [line for line in text.splitlines() if line.strip()]
    expect(lines[0] == "Windows Registry Editor Version 5.00" and lines[1] == f"[{KEY}]",
           f"a file of the agent's policy: {lines[:2]}")
    values = {}
    for line in lines[2:]:
        name, number, words = re.fullmatch(
            r'"([^"]+)"=(?:dword:([0-9a-f]{8})|"((?:[^"\\]|\\.)*)")', line).groups()
        values[name] = int(number, 16) if number else re.sub(r"\\(.)", r"\1", words)
    return values


def reg_text(values):
    lines = ["Windows Registry Editor Version 5.00", "", f"[{KEY}]"]
    for name, value in sorted(values.items()):
        if isinstance(value, int):
            lines.append(f'"{name}"=dword:{value:08x}')
        else:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{name}"="{escaped}"')
    return "\n".join(lines) + "\n"


def registry_pol(values):
    """The values as Windows' policy editor stores them."""
    from samba.dcerpc import misc, preg
    from samba.ndr import ndr_pack

    entries = []
    for name, value in sorted(values.items()):
        entry = preg.entry()
        entry.keyname = KEY.partition("\\")[2]
        entry.valuename = name
        entry.type = misc.REG_DWORD if isinstance(value, int) else misc.REG_SZ
        entry.data = value
        entries.append(entry)
    pol = preg.file()
    pol.header.signature = "PReg"
    pol.header.version = 1
    pol.num_entries = len(entries)
    pol.entries = entries
    return ndr_pack(pol)


def decode_pol(data):
    from samba.dcerpc import misc, preg
    from samba.ndr import ndr_unpack

    values = {}
    for entry in ndr_unpack(preg.file, data).entries:
        expect("HKEY_LOCAL_MACHINE\\" + entry.keyname == KEY, f"its key: {entry.keyname}")
        expect(entry.type in (misc.REG_DWORD, misc.REG_SZ), f"its type: {entry.type}")
        values[entry.valuename] = entry.data
    return values


class PolicyDomain(Domain):
    """The same with what policies need."""

    def smb(self, commands):
        return run("smbclient", f"//{HOST}/sysvol", *self.login, "-c", commands)

    def raise_version(self, gpo, version):
        """What makes PCs fetch a policy again: both numbers, in the directory and in GPT.INI."""
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB
        import ldb

        lp = LoadParm()
        lp.load(str(self.folder / "dc/etc/smb.conf"))
        # The directory's own file: the controller is the one that writes it to everybody.
        sam = SamDB(url=str(self.folder / "dc/private/sam.ldb"), session_info=system_session(),
                    lp=lp)
        change = ldb.Message()
        change.dn = ldb.Dn(sam, f"CN={gpo},CN=Policies,CN=System,DC=mimamori,DC=test")
        change["n"] = ldb.MessageElement(str(version), ldb.FLAG_MOD_REPLACE, "versionNumber")
        sam.modify(change)
        ini = self.folder / "GPT.INI"
        ini.write_bytes(f"[General]\r\nVersion={version}\r\n".encode())
        self.smb(f'cd "{REALM}/Policies/{gpo}"; put "{ini}" GPT.INI')


def try_template(domain, template):
    """Only what a central store holds goes in, and all of it comes to lie there."""
    ready = domain.folder / "template"
    names = ["mimamori-agent.admx", "en-US/mimamori-agent.adml", "ja-JP/mimamori-agent.adml"]
    for name in names:
        (ready / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(template / name, ready / name)
    domain.tool("gpo", "admxload", f"--admx-dir={ready}")
    for name in names:
        back = domain.folder / "back"
        domain.smb(f'get "{REALM}/Policies/PolicyDefinitions/{name}" "{back}"')
        expect(back.read_bytes() == (template / name).read_bytes(), f"{name} lies in the domain")


def try_values(domain, values):
    said = domain.tool("gpo", "create", "mimamori")
    gpo = re.search(r"\{[0-9A-Fa-f-]{36}\}", said).group(0)
    pol = domain.folder / "Registry.pol"
    pol.write_bytes(registry_pol(values))
    domain.smb(f'cd "{REALM}/Policies/{gpo}/Machine"; put "{pol}" Registry.pol')
    domain.raise_version(gpo, 1)
    domain.tool("gpo", "setlink", "DC=mimamori,DC=test", gpo)
    shown = domain.tool("gpo", "show", gpo)
    expect("mimamori" in shown and re.search(r"version\s*:\s*1\b", shown), f"it is there: {shown}")
    expect(gpo in domain.tool("gpo", "getlink", "DC=mimamori,DC=test"), "it is linked")

    fetched = domain.folder / "fetched"
    fetched.mkdir()
    domain.tool("gpo", "fetch", gpo, f"--tmpdir={fetched}")
    found = [path for path in fetched.rglob("*") if path.name.lower() == "registry.pol"
             and path.parent.name.lower() == "machine"]
    expect(len(found) == 1, f"one Registry.pol of the machine: {found}")
    return decode_pol(found[0].read_bytes())


def main():
    template, recorded = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
    wanted_text = recorded.read_text(encoding="utf-8")
    values = parse_reg(wanted_text)
    with tempfile.TemporaryDirectory(prefix="mimamori-gpo-",
                                     ignore_cleanup_errors=True) as name:
        with contextlib.closing(PolicyDomain(pathlib.Path(name))) as domain:
            domain.start()
            try_template(domain, template)
            came_back = reg_text(try_values(domain, values))
    expect(came_back == wanted_text, f"what came back is what is recorded:\n{came_back}")
    if len(sys.argv) > 3:
        # As Windows writes and reads such files.
        pathlib.Path(sys.argv[3]).write_bytes(came_back.replace("\n", "\r\n").encode("utf-16"))
    print(f"group policy: {len(values)} values went through a domain and came back the same")


be_alone()
main()
