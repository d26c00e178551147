#!/usr/bin/env bash
# Makes the offline bundle: everything that a Debian 12 machine without any network needs to become
# a collector, and what its agents need, in one file with its checksum beside it.
#
# usage: make_bundle.sh PACKAGES OUT.tar [MORE...]
#   PACKAGES   the folder where cpack left the .deb and .rpm files
#   MORE       files and folders for agents/: an MSI, the policy template
#
# The dependencies come from this machine's own apt configuration, whatever is installed here.
set -euo pipefail

[[ $# -ge 2 ]] || {
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
packages="$(realpath "$1")"
out="$(realpath --canonicalize-missing "$2")"
shift 2

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
name="$(basename "$out" .tar)"
tree="$work/$name"
mkdir -p "$tree/packages" "$tree/agents"

cp "$packages"/mimamori-*.deb "$tree/packages/"
[[ -e "$(find "$tree/packages" -name 'mimamori-collector_*.deb' -print -quit)" ]] || {
    echo "make_bundle: no mimamori-collector_*.deb in $packages" >&2
    exit 1
}

# Nothing counts as installed: so the bundle has all that a package depends on, down to libc.
: >"$work/status"
mkdir -p "$work/archives/partial"
fetch() {
    apt-get -q -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/archives" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User=root -o APT::Install-Recommends=false \
        -o APT::Get::AllowUnauthenticated=false \
        --yes --download-only install "$tree"/packages/mimamori-*.deb
}
fetch >"$work/log" 2>&1 || {
    apt-get -q update >>"$work/log" 2>&1
    fetch >>"$work/log" 2>&1
} || {
    cat "$work/log" >&2
    exit 1
}
find "$work/archives" -maxdepth 1 -name '*.deb' -exec mv -t "$tree/packages" {} +
(cd "$tree/packages" && dpkg-scanpackages --multiversion . >Packages 2>"$work/scan.log") || {
    cat "$work/scan.log" >&2
    exit 1
}

find "$packages" -maxdepth 1 -name 'mimamori-agent*' -exec cp -t "$tree/agents" {} +
[[ $# -eq 0 ]] || cp -r "$@" "$tree/agents/"
cp "$here/install.sh" "$here/README.txt" "$tree/"
chmod 755 "$tree/install.sh"
(cd "$tree" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$work/sums"
mv "$work/sums" "$tree/SHA256SUMS"

mkdir -p "$(dirname "$out")"
tar --create --file "$out.new" --directory "$work" --sort=name --owner=0 --group=0 \
    --numeric-owner --mode=u+rwX,go=rX "$name"
mv "$out.new" "$out"
(cd "$(dirname "$out")" && sha256sum "$(basename "$out")" >"$out.sha256")
echo "bundle: $out, $(find "$tree/packages" -name '*.deb' | wc -l) packages, $(du -m "$out" | cut -f1) MiB"
