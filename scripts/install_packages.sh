#!/usr/bin/env bash
# Installs the Debian packages of scripts/packages.txt that are missing. Touches nothing else.
#
# usage: scripts/install_packages.sh --for SECTION [--for SECTION...]
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
list="$here/packages.txt"

usage() {
    echo "usage: $0 --for SECTION [--for SECTION...]; sections:" >&2
    sed -n 's/^\[\(.*\)\]$/    \1/p' "$list" >&2
    exit 2
}

# The package names of one section.
packages_of() {
    awk -v want="[$1]" '
        /^\[/ { inside = ($1 == want); found = found || inside; next }
        inside && NF && $1 !~ /^#/ { print $1 }
        END { exit found ? 0 : 1 }' "$list"
}

# Node from elsewhere is as good as Debian's, and its npm cannot stand beside Debian's.
is_installed() {
    case "$1" in
    nodejs) ! command -v node >/dev/null || return 0 ;;
    npm) ! command -v npm >/dev/null || return 0 ;;
    esac
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

as_root() {
    if [[ "$(id -u)" == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "$0: not root and no sudo; as root, run: $*" >&2
        exit 1
    fi
}

groups=()
while [[ $# -gt 0 ]]; do
    case "$1" in
    --for)
        [[ $# -ge 2 ]] || usage
        groups+=("$2")
        shift 2
        ;;
    *) usage ;;
    esac
done
[[ ${#groups[@]} -gt 0 ]] || usage

wanted=()
for group in "${groups[@]}"; do
    names="$(packages_of "$group")" || {
        echo "$0: no section [$group] in $list" >&2
        exit 2
    }
    # shellcheck disable=SC2206 # one word a package name
    wanted+=($names)
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "$0: this is not Debian; install what matches: ${wanted[*]}" >&2
    exit 1
fi

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
    echo "packages: all ${#wanted[@]} are installed"
    exit 0
fi

echo "packages: installing ${missing[*]}"
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 -q)
as_root "${apt[@]}" update
as_root "${apt[@]}" install --no-install-recommends --yes "${missing[@]}"
