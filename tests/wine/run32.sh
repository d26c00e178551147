#!/usr/bin/env bash
# Runs a program of 32 bits for Windows, in a prefix of its own that is gone afterwards.
#
# usage: run32.sh [--prefix FOLDER] PROGRAM [argument...]
#
# PROGRAM is a file of this machine or one that Wine has, also "wineserver". With --prefix the prefix
# is FOLDER, made when it is not there (FOLDER.tmp beside it), and both it and what runs in it stay.
#
# Debian's Wine of 32 bits wants its libraries for i386. They are in a tree of their own, made once
# (half a minute, needs the package archive) and kept in MIMAMORI_WINE_TEMPLATES (default:
# ~/.cache/mimamori/wine). Needs root, for the tree and for the change into it.
set -euo pipefail

prefix=""
if [[ "${1:-}" == --prefix ]]; then
    prefix="$2"
    shift 2
fi
program="${1:?a program}"
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
    mkdir -p "$1"/{dev,proc,program,prefix,tmp,root}
    echo "127.0.0.1 localhost" >"$1/etc/hosts"
}

# Each template is made once, by whoever comes first.
make_once() { # folder command...
    local template="$1" making
    shift
    exec 9>"$kept/lock32"
    flock 9
    if [[ ! -d "$template" ]]; then
        making="$(mktemp -d "$kept/making.XXXXXX")"
        rm -rf "$making" # The command makes it.
        "$@" "$making" >&2
        mv "$making" "$template"
    fi
    flock -u 9
    exec 9>&-
}

# As prefix.sh does it for 64 bits.
make_prefix() { # folder
    mkdir "$1" "$1.tmp"
    in_prefix "$1" wineboot --init >/dev/null 2>&1
    in_prefix "$1" reg add 'HKCU\Software\Microsoft\Windows\CurrentVersion\ThemeManager' \
        /v ThemeActive /d 0 /f >/dev/null 2>&1
    in_prefix "$1" wineserver --wait
    find "$1/drive_c/users" -type l -exec sh -c 'rm "$1" && mkdir "$1"' _ {} \;
    rm -rf "$1.tmp"
}

# What runs in the prefix finds the rest of what runs there by the socket of its wineserver in /tmp.
# It sees all files of this machine, below /program.
in_prefix() { # prefix program [argument...]
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount bash -euc '
        tree="$1" prefix="$2" program="$3"
        shift 3
        mkdir -p "$tree/prefix"
        mount --rbind / "$tree/program"
        mount --rbind /dev "$tree/dev"
        mount --rbind /proc "$tree/proc"
        mount --bind "$prefix.tmp" "$tree/tmp"
        mount --bind "$prefix" "$tree/prefix"
        case "$program" in
        /*) set -- /usr/lib/wine/wine "/program$program" "$@" ;;
        wineserver) set -- /usr/lib/wine/wineserver "$@" ;;
        *) set -- /usr/lib/wine/wine "$program" "$@" ;;
        esac
        exec env -i PATH=/usr/bin LC_ALL=C.UTF-8 HOME=/root WINEDEBUG=-all WINEARCH=win32 DISPLAY= \
            WINEPREFIX=/prefix /usr/sbin/chroot "$tree" "$@" </dev/null
    ' run32 "$tree" "$@"
}

mkdir -p "$kept"
make_once "$tree" make_tree

if [[ -n "$prefix" ]]; then
    if [[ ! -d "$prefix" ]]; then
        make_once "$kept/i386-prefix" make_prefix
        mkdir -p "$prefix.tmp"
        cp --archive "$kept/i386-prefix" "$prefix"
    fi
    in_prefix "$prefix" "$program" "$@"
    exit
fi

program="$(realpath "$program")"
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
