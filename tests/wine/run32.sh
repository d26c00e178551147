#!/usr/bin/env bash
# Runs a program of 32 bits for Windows, in a prefix of its own that is gone afterwards.
#
# usage: run32.sh PROGRAM [argument...]
#
# Debian's Wine of 32 bits wants its libraries for i386. They are in a tree of their own, made once
# (half a minute, needs the package archive) and kept in MIMAMORI_WINE_TEMPLATES (default:
# ~/.cache/mimamori/wine). Needs root, for the tree and for the change into it.
set -euo pipefail

program="$(realpath "${1:?a program}")"
shift
kept="${MIMAMORI_WINE_TEMPLATES:-${XDG_CACHE_HOME:-$HOME/.cache}/mimamori/wine}"
tree="$kept/i386"
libraries=usr/lib/i386-linux-gnu/wine/i386-windows

make_tree() { # folder
    local sources options release
    sources="$(mktemp)"
    options="$(mktemp)"
    apt-config dump Acquire >"$options" # A proxy, say.
    release="$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
    # The archive that this machine uses, without its security part: no network is open in the tree.
    sed -n '/^#/d; /^Types:/,/^$/p' /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk -v RS= -v ORS='\n\n' '!/-security/ && /debian-archive-keyring/' >"$sources"
    [[ -s "$sources" ]] || grep -h '^deb ' /etc/apt/sources.list | grep -v security >"$sources"
    mmdebstrap --quiet --arch=i386 --variant=extract --mode=root --format=directory \
        --aptopt="$options" --include=wine32,libc6,libc-bin "$release" "$1" - <"$sources"
    rm "$sources" "$options"
    # There is no shell in the tree, which the name "wineserver" would want.
    cp --remove-destination "$1/usr/lib/wine/wineserver32" "$1/usr/lib/wine/wineserver"
    # Wine takes a library of its own only with this mark; Debian links to another package's.
    cp --remove-destination "$1/usr/i686-w64-mingw32/lib/zlib1.dll" "$1/$libraries/zlib1.dll"
    printf 'Wine builtin DLL\0' |
        dd of="$1/$libraries/zlib1.dll" bs=1 seek=64 conv=notrunc status=none
    mkdir -p "$1"/{dev,proc,program,tmp,root}
    echo "127.0.0.1 localhost" >"$1/etc/hosts"
}

mkdir -p "$kept"
exec 9>"$kept/lock"
flock 9
if [[ ! -d "$tree" ]]; then
    making="$(mktemp -d "$kept/making.XXXXXX")"
    rm -rf "$making" # mmdebstrap makes it.
    make_tree "$making" >&2
    mv "$making" "$tree"
fi
flock -u 9
exec 9>&-

prefix="/tmp/prefix.$$"
# Mounts and processes of its own: they end with it.
# shellcheck disable=SC2016 # the inner shell expands it
exec unshare --mount --pid --fork --kill-child bash -euc '
    tree="$1" prefix="$2" folder="$3" name="$4"
    shift 4
    mount -t tmpfs tmpfs "$tree/tmp"
    mount -t proc proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    mount --bind "$folder" "$tree/program"
    env -i PATH=/usr/bin LC_ALL=C.UTF-8 HOME=/root WINEDEBUG=-all WINEARCH=win32 \
        WINEPREFIX="$prefix" /usr/sbin/chroot "$tree" /usr/lib/wine/wine "/program/$name" "$@" \
        </dev/null
' run32 "$tree" "$prefix" "$(dirname "$program")" "$(basename "$program")" "$@"
