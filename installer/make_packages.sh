#!/usr/bin/env bash
# Makes what is handed out for Linux, of a release build: .deb of agent and collector, .rpm of the
# agent, and the offline bundle with all of them and every dependency.
#
# usage: make_packages.sh BUILD OUT [MORE...]      MORE: files for the bundle's agents/, an MSI say
set -euo pipefail

[[ $# -ge 2 ]] || {
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="$(realpath "$1")"
mkdir -p "$2"
out="$(realpath "$2")"
shift 2

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
pack() { # generator option...
    local generator="$1"
    shift
    cpack --config "$build/CPackConfig.cmake" -G "$generator" -B "$work/$generator" "$@" \
        >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        return 1
    }
}
pack DEB
pack RPM -D CPACK_COMPONENTS_ALL=agent
find "$work" -maxdepth 2 \( -name '*.deb' -o -name '*.rpm' \) -exec mv -t "$out" {} +

collector="$(basename "$(find "$out" -name 'mimamori-collector_*.deb')" .deb)"
version="$(cut -d _ -f 2 <<<"$collector")"
"$here/linux/bundle/make_bundle.sh" "$out" "$out/mimamori-$version-debian12-amd64.tar" \
    "$here/policy/mimamori-agent.admx" "$here/policy/en-US" "$here/policy/ja-JP" "$@"
