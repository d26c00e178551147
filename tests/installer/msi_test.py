#!/usr/bin/env python3
"""The tables of the agent's MSI, for both architectures, read back by msiinfo. The exe in it is any
file: what is checked is what Windows Installer is told to do with it.

usage: msi_test.py <make_msi.sh>
"""

import pathlib
import struct
import subprocess
import sys
import tempfile

MAKE = sys.argv[1]


def expect(truth, text):
    if not truth:
        raise SystemExit(f"not so: {text}")


def program_of(version, more=b""):
    """As much of a program as makes a package: it says its version."""
    major, minor, third = map(int, version.split("."))
    return (b"MZ any bytes" + more
            + struct.pack("<IIHHHH", 0xFEEF04BD, 0x10000, minor, major, 0, third) + bytes(40))


def make(folder, arch, version="0.1.0", more=b""):
    program = folder / "any.exe"
    program.write_bytes(program_of(version, more))
    out = folder / f"{arch}-{version}.msi"
    subprocess.run([MAKE, arch, version, program, out], check=True)
    return out


def table(msi, name):
    """The rows of a table, as dictionaries."""
    text = subprocess.run(["msiinfo", "export", msi, name], check=True, capture_output=True,
                          text=True).stdout
    head, _, _, *rows = text.replace("\r", "").rstrip("\n").split("\n")
    names = head.split("\t")
    return [dict(zip(names, row.split("\t"))) for row in rows]


def by(rows, column):
    return {row[column]: row for row in rows}


def check(msi, arch):
    values = {row["Property"]: row["Value"] for row in table(msi, "Property")}
    secure = set(values["SecureCustomProperties"].split(";"))
    expect({"COLLECTOR_URL", "CA_FINGERPRINT", "ENROLL_TICKET", "SITE"} <= secure,
           f"the properties reach an elevated installation: {secure}")
    expect(values["MsiHiddenProperties"] == "ENROLL_TICKET", "the ticket is not written to logs")
    expect(values["ALLUSERS"] == "1", "it is installed for the machine")
    for name in ("COLLECTOR_URL", "CA_FINGERPRINT", "ENROLL_TICKET", "SITE"):
        expect(name not in values, f"{name} has no value of its own: group policy gives none")

    conditions = " ; ".join(row["Condition"] for row in table(msi, "LaunchCondition"))
    expect("VersionNT = 601 AND ServicePackLevel >= 1" in conditions, "Windows 7 needs SP1")
    expect("NOT WIX_DOWNGRADE_DETECTED" in conditions, "a downgrade is refused")
    expect(("NOT VersionNT64" in conditions) == (arch == "x86"), "x86 is for 32-bit Windows only")

    upgrades = by(table(msi, "Upgrade"), "ActionProperty")
    expect(upgrades["WIX_UPGRADE_DETECTED"]["VersionMax"] == "0.1.0", "older ones are replaced")
    expect(upgrades["WIX_DOWNGRADE_DETECTED"]["VersionMin"] == "0.1.0", "newer ones are found")

    components = by(table(msi, "Component"), "Component")
    wide = 256 if arch == "x64" else 0
    expect({name: int(row["Attributes"]) for name, row in components.items()}
           == {"Program": wide, "Settings": wide + 4, "Ticket": wide + 4}, f"{components}")
    expect(components["Ticket"]["Condition"] == "ENROLL_TICKET",
           "a ticket is written only when one was given")
    expect(components["Settings"]["Condition"] == "", "settings are always written")
    expect(len({row["ComponentId"] for row in components.values()}) == 3, "each has its own GUID")

    file = table(msi, "File")[0]
    expect(file["Version"] == "0.1.0.0" and file["Language"] == "1041,1033",
           f"an upgrade and a repair replace the program: {file}")

    registry = by(table(msi, "Registry"), "Registry")
    written = {(row["Key"], row["Name"]): row["Value"] for row in registry.values()}
    agent = r"Software\Mimamori\Agent"
    expect(written == {
        (agent, "collector.address"): "[COLLECTOR_URL]",
        (agent, "collector.ca_fingerprint"): "[CA_FINGERPRINT]",
        (agent, "agent.site"): "[SITE]",
        (agent + r"\Enrolment", "ticket"): "[ENROLL_TICKET]"}, f"what is written: {written}")
    expect(all(row["Root"] == "2" for row in registry.values()), "below HKEY_LOCAL_MACHINE")
    lock = table(msi, "MsiLockPermissionsEx")[0]
    expect(lock["LockObject"] == "EnrollTicket" and lock["SDDLText"].startswith("D:P(")
           and "SY)" in lock["SDDLText"] and "BA)" in lock["SDDLText"]
           and "WD)" not in lock["SDDLText"], f"only system and administrators see it: {lock}")

    sequence = {row["Action"]: row for row in table(msi, "InstallExecuteSequence")}

    def at(action):
        return int(sequence[action]["Sequence"])

    actions = by(table(msi, "CustomAction"), "Action")
    searched = {row["Property"] for row in table(msi, "AppSearch")}
    found = by(table(msi, "RegLocator"), "Name")
    for action, target, name in (("RestoreCollectorUrl", "COLLECTOR_URL", "collector.address"),
                                 ("RestoreCaFingerprint", "CA_FINGERPRINT",
                                  "collector.ca_fingerprint"),
                                 ("RestoreSite", "SITE", "agent.site")):
        expect(actions[action]["Source"] == target and actions[action]["Type"] == "51"
               and actions[action]["Target"] == f"[SAVED_{target}]", f"{action} sets {target}")
        expect(sequence[action]["Condition"] == f"NOT {target} AND SAVED_{target}",
               "what is said now wins over what was said before")
        expect(at("AppSearch") < at(action) < at("WriteRegistryValues"), f"{action} in its order")
        expect(f"SAVED_{target}" in searched, f"{target} of before is looked for")
        expect(found[name]["Key"] == agent and int(found[name]["Type"]) == (18 if wide else 2),
               f"in the same place and view: {found[name]}")
    expect(at("InstallInitialize") < at("RemoveExistingProducts") < at("ProcessComponents"),
           "an upgrade that fails leaves the old agent")

    service = table(msi, "ServiceInstall")[0]
    expect(service["Name"] == "mimamori-agent" and service["Arguments"] == "service run"
           and service["StartType"] == "2" and service["StartName"] == "LocalSystem", f"{service}")
    control = table(msi, "ServiceControl")[0]
    expect(int(control["Event"]) & 0b10100011 == 0b10100011,
           f"started when installed, stopped and forgotten when removed: {control}")
    expect(by(table(msi, "Directory"), "Directory")["INSTALLDIR"]["Directory_Parent"]
           == ("ProgramFiles64Folder" if wide else "ProgramFilesFolder"), "below Program Files")
    summary = subprocess.run(["msiinfo", "suminfo", msi], check=True, capture_output=True,
                             text=True).stdout
    expect(f"Template: {'x64' if wide else 'Intel'};1033" in summary, summary)
    return values["ProductCode"], values["UpgradeCode"]


def check_refusals(folder):
    good = folder / "any.exe"
    good.write_bytes(program_of("0.1.0"))
    silent = folder / "silent.exe"
    silent.write_bytes(b"MZ")
    for arguments in (["arm64", "0.1.0", good], ["x64", "0.1", good], ["x64", "0.1.0-rc1", good],
                      ["x64", "0.1.1", good], ["x64", "0.1.0", silent],
                      ["x64", "0.1.0", folder / "none.exe"]):
        done = subprocess.run([MAKE, *map(str, arguments), folder / "refused.msi"], check=False,
                              capture_output=True, text=True)
        expect(done.returncode != 0 and done.stderr, f"{arguments} is refused: {done}")
        expect(not (folder / "refused.msi").exists(), "nothing half made is left")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        codes = {arch: check(make(folder, arch), arch) for arch in ("x64", "x86")}
        expect(codes["x64"][0] != codes["x86"][0], "two products")
        expect(codes["x64"][1] == codes["x86"][1], "of one family")
        again = table(make(folder, "x64", more=b"others"), "Property")
        expect(by(again, "Property")["ProductCode"]["Value"] == codes["x64"][0],
               "the same version is the same product")
        later = table(make(folder, "x64", "0.1.1"), "Property")
        expect(by(later, "Property")["ProductCode"]["Value"] != codes["x64"][0],
               "another version is another product")
        check_refusals(folder)
    print("msi: both architectures say what they should")


main()
