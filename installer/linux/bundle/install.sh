#!/bin/sh
# Installs the mimamori collector (or an agent) on Debian 12 from this folder alone.
#
# usage: ./install.sh collector|agent
#
# Asks no other host for anything. Packages that the machine has already, in this version or a newer
# one, stay as they are.
set -eu

cd "$(dirname "$0")"
case ${1:-} in
collector | agent) package=mimamori-$1 ;;
*)
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p;}' "$0" >&2
    exit 2
    ;;
esac
[ "$(id -u)" = 0 ] || {
    echo "install.sh: only root can install; sudo $0 $1" >&2
    exit 1
}
# shellcheck disable=SC1091 # the machine's own
system=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-} $(dpkg --print-architecture)")
[ "$system" = "debian 12 amd64" ] || {
    echo "install.sh: this is for Debian 12 on amd64, not for: $system" >&2
    exit 1
}
echo "checking the files"
sha256sum --check --quiet SHA256SUMS || {
    echo "install.sh: a file was damaged or changed on its way; nothing was installed" >&2
    exit 1
}

# A source of packages for this one call; what apt knows of other sources is left alone.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
ln -s "$PWD/packages" "$work/packages"
# Trusted, because the checksums of all its files were good.
echo "deb [trusted=yes] file:$work/packages ./" >"$work/sources.list"
apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists" \
        -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none \
        -o APT::Install-Recommends=false -o DPkg::Lock::Timeout=300 "$@"
}
apt update
apt --yes install "$package"
