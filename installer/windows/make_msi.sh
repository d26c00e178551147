#!/usr/bin/env bash
# Makes the agent's MSI of a built mimamori-agent.exe, on Linux.
#
# usage: make_msi.sh x64|x86 VERSION EXE OUT.msi
#
# EXE must say the same version in its resources.
#
# wixl knows a part of what an MSI can hold, and only warns of what it leaves out: so everything it
# says is an error here, and the rest is added with msibuild.
set -euo pipefail

[[ $# -eq 4 ]] || {
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
arch="$1"
version="$2"
exe="$(realpath "$3")"
out="$(realpath --canonicalize-missing "$4")"

# Components of the two architectures are different things, so they have names of their own.
case "$arch" in
x64)
    win64=yes
    program_files=ProgramFiles64Folder
    guids=(1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B101 1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B102
        1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B103)
    ;;
x86)
    win64=no
    program_files=ProgramFilesFolder
    guids=(1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B201 1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B202
        1C0C8E0D-7B1B-4F0B-8C27-65F6C1E4B203)
    ;;
*)
    echo "make_msi: no architecture '$arch': x64 or x86" >&2
    exit 2
    ;;
esac
[[ "$version" =~ ^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,5}$ ]] || {
    echo "make_msi: a version is three numbers, 1.2.3, not '$version'" >&2
    exit 2
}

# The same version is the same product, whoever makes the package and however often.
hash="$(printf 'mimamori-agent %s %s' "$arch" "$version" | sha256sum | tr a-f A-F)"
product="${hash:0:8}-${hash:8:4}-5${hash:13:3}-A${hash:17:3}-${hash:20:12}"

# What the program says of itself: the head of its VS_FIXEDFILEINFO, then minor, major, fourth and
# third number.
at="$(LC_ALL=C grep -obUaP '\xbd\x04\xef\xfe\x00\x00\x01\x00' "$exe" | cut -d : -f 1)" || true
[[ "$at" =~ ^[0-9]+$ ]] || {
    echo "make_msi: $exe does not say its version" >&2
    exit 1
}
read -r minor major fourth third < <(od -An -tu2 --endian=little -j "$((at + 8))" -N 8 "$exe")
[[ "$version" == "$major.$minor.$third" ]] || {
    echo "make_msi: $exe is version $major.$minor.$third, not $version" >&2
    exit 1
}

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$exe" "$work/mimamori-agent.exe"
msi="$work/agent.msi"

# Runs a tool; whatever it says on standard error is a failure.
silently() {
    "$@" 2>"$work/said" || {
        cat "$work/said" >&2
        return 1
    }
    [[ ! -s "$work/said" ]] || {
        echo "make_msi: $1 says:" >&2
        cat "$work/said" >&2
        return 1
    }
}

cd "$work" # wixl looks for files below the folder it is called in.
silently wixl --arch "$arch" -D VERSION="$version" -D ARCH="$arch" -D WIN64="$win64" \
    -D EXE=mimamori-agent.exe -D PROGRAM_FILES="$program_files" \
    -D PRODUCT_GUID="$product" -D PROGRAM_GUID="${guids[0]}" -D SETTINGS_GUID="${guids[1]}" -D TICKET_GUID="${guids[2]}" \
    -o "$msi" "$here/agent.wxs"

sql() { silently msibuild "$msi" -q "$1"; }

# Without it Windows Installer takes a program that is there already for the newer one and leaves it.
# Languages: Japanese and English.
sql "UPDATE \`File\` SET \`Version\` = '$version.$fourth', \`Language\` = '1041,1033' WHERE \`File\` = 'AgentExe'"
# After the first step that can be undone: an upgrade that fails leaves the old agent.
sql "UPDATE \`InstallExecuteSequence\` SET \`Sequence\` = 1501 WHERE \`Action\` = 'RemoveExistingProducts'"
# Plain "set a property"; wixl adds a flag that is for scripts only.
sql "UPDATE \`CustomAction\` SET \`Type\` = 51 WHERE \`Type\` = 2099"
# A ticket is written only when one was given.
sql "UPDATE \`Component\` SET \`Condition\` = 'ENROLL_TICKET' WHERE \`Component\` = 'Ticket'"
# An administrator may hand these to an installation that runs elevated.
secure="COLLECTOR_URL;CA_FINGERPRINT;ENROLL_TICKET;SITE"
wixl_secure="$(msiinfo export "$msi" Property | tr -d '\r' | sed -n 's/^SecureCustomProperties\t//p')"
sql "UPDATE \`Property\` SET \`Value\` = '$wixl_secure;$secure' WHERE \`Property\` = 'SecureCustomProperties'"
# The ticket's key is for the system and administrators alone (Windows Installer 5.0).
sql "CREATE TABLE \`MsiLockPermissionsEx\` (\`MsiLockPermissionsEx\` CHAR(72) NOT NULL, \`LockObject\` CHAR(72) NOT NULL, \`Table\` CHAR(32) NOT NULL, \`SDDLText\` CHAR(255) NOT NULL, \`Condition\` CHAR(255) PRIMARY KEY \`MsiLockPermissionsEx\`)"
sql "INSERT INTO \`MsiLockPermissionsEx\` (\`MsiLockPermissionsEx\`, \`LockObject\`, \`Table\`, \`SDDLText\`) VALUES ('LockTicket', 'EnrollTicket', 'Registry', 'D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)')"

mkdir -p "$(dirname "$out")"
mv "$msi" "$out"
