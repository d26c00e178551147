#!/usr/bin/env bash
# Builds for Windows what Debian has not built for it: OpenSSL and SQLite, from Debian's own source
# packages, with the mingw-w64 compiler. What was built is kept outside of the build tree.
#
#   build_dependencies.sh x64|x86            builds what is missing, prints the folder
#   build_dependencies.sh --where x64|x86    only prints the folder; fails when it is not built
#
# The folder holds include/ and lib/. Its name is made of all that decides about its content: hashes
# of the sources, options, compiler. Sources come through apt, from wherever this machine gets its
# packages; what has another hash than those below is not used.
#
# MIMAMORI_DEPENDENCIES says where all this is kept (default: ~/.cache/mimamori/windows).
set -euo pipefail

# A security update takes the place of a source in the archive: put its line first, keep the others.
# package, SHA-256 of its .orig file, the file
# shellcheck disable=SC2034 # used by name
openssl_sources=(
    "openssl 67ebca7e50d17383028045486653492195b83db95f8558709701bb47b5c1ef81 openssl_3.0.22.orig.tar.gz"
)
# shellcheck disable=SC2034 # used by name
sqlite_sources=(
    "sqlite3 aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655 sqlite3_3.40.1.orig.tar.xz"
)

# What the agent does not use is left out: that is more than half of the library. The folders of
# configuration and certificates are never looked at; they are fixed so that no path of the machine
# it was built on gets into the program.
openssl_options=(
    --prefix=/mimamori --openssldir=/mimamori/ssl --libdir=lib
    no-shared no-tests no-module no-dso no-engine no-legacy no-deprecated no-comp no-ssl3 no-tls1
    no-tls1_1 no-tls1_2 no-dtls no-srp no-psk no-srtp no-ct no-ts no-cms no-ocsp no-cmp
    no-autoload-config no-ui-console no-capieng no-uplink no-makedepend no-aria no-bf no-blake2
    no-camellia no-cast no-des no-dsa no-gost no-idea no-md4 no-mdc2 no-ocb no-rc2 no-rc4 no-rc5
    no-rfc3779 no-rmd160 no-seed no-siphash no-siv no-sm2 no-sm3 no-sm4 no-whirlpool no-dh no-ec2m
    no-cmac no-multiblock no-filenames no-nextprotoneg no-async no-sock no-stdio no-secure-memory
    no-posix-io
)
# What the spool's statements do not use. The parser is made anew without it.
sqlite_without=(
    -DSQLITE_OMIT_ALTERTABLE -DSQLITE_OMIT_ANALYZE -DSQLITE_OMIT_AUTHORIZATION
    -DSQLITE_OMIT_COMPLETE -DSQLITE_OMIT_CTE -DSQLITE_OMIT_DATETIME_FUNCS -DSQLITE_OMIT_DECLTYPE
    -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_DESERIALIZE -DSQLITE_OMIT_EXPLAIN
    -DSQLITE_OMIT_FOREIGN_KEY -DSQLITE_OMIT_GENERATED_COLUMNS -DSQLITE_OMIT_GET_TABLE
    -DSQLITE_OMIT_INCRBLOB -DSQLITE_OMIT_INTROSPECTION_PRAGMAS -DSQLITE_OMIT_JSON
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_PROGRESS_CALLBACK -DSQLITE_OMIT_REINDEX
    -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_TCL_VARIABLE -DSQLITE_OMIT_TRACE -DSQLITE_OMIT_TRIGGER
    -DSQLITE_OMIT_UTF16 -DSQLITE_OMIT_VIEW -DSQLITE_OMIT_VIRTUALTABLE
    -DSQLITE_OMIT_WINDOWFUNC
)
sqlite_options=(
    -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_USE_ALLOCA
    -DSQLITE_LIKE_DOESNT_MATCH_BLOBS "${sqlite_without[@]}"
)
# Tables for unwinding through C are left out: no exception passes there.
c_options=(-Os -ffunction-sections -fdata-sections -fno-unwind-tables
    -fno-asynchronous-unwind-tables -D_WIN32_WINNT=0x0601)

kept="${MIMAMORI_DEPENDENCIES:-${XDG_CACHE_HOME:-$HOME/.cache}/mimamori/windows}"
jobs="${MIMAMORI_JOBS:-$(nproc)}"

fail() {
    echo "$0: $1" >&2
    exit 1
}

# The folder of one library made from one source.
folder_of() { # library "package hash file"
    local options
    case "$1" in
    openssl) options="${openssl_options[*]}" ;;
    sqlite) options="${sqlite_options[*]}" ;;
    esac
    local key
    key="$({
        echo "3 $2 $options ${c_options[*]}" # The first number is that of the recipe.
        "$triplet-gcc-posix" --version | head -n 1
    } | sha256sum)"
    echo "$kept/$1-$architecture-${key:0:16}"
}

# The first folder that is there.
built() { # library
    local -n candidates="$1_sources"
    local source folder
    for source in "${candidates[@]}"; do
        folder="$(folder_of "$1" "$source")"
        if [[ -d "$folder" ]]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

# The source file, once its hash was found right; "" when the archive has no such file.
fetched() { # package hash file
    local file="$kept/sources/$3"
    if [[ ! -e "$file" ]]; then
        download "$1" "$3" >&2 || return 1
    fi
    echo "$2  $file" | sha256sum --check --status || {
        echo "$0: $3 has another hash than the one that was pinned: not used" >&2
        mv "$file" "$file.refused"
        return 1
    }
    echo "$file"
}

# Lists and settings of apt in a folder of their own: nothing of the machine's is changed.
download() { # package file
    local apt="$kept/apt"
    mkdir -p "$apt/sources" "$apt/lists/partial" "$kept/sources"
    local list
    for list in /etc/apt/sources.list.d/*.sources; do
        [[ -e "$list" ]] && grep -q '^Signed-By:.*debian-archive-keyring' "$list" &&
            sed 's/^Types:.*/Types: deb-src/' "$list" >"$apt/sources/$(basename "$list")"
    done
    if [[ -e /etc/apt/sources.list ]]; then
        sed -n 's/^deb \(.*\)/deb-src \1/p' /etc/apt/sources.list >"$apt/sources/debian.list"
    fi
    local options=(-q -o "Dir::Etc::sourceparts=$apt/sources" -o Dir::Etc::sourcelist=/dev/null
        -o "Dir::State::Lists=$apt/lists" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update
    # Of the package's other files some may be missing in a partial mirror; only this one is needed.
    (cd "$kept/sources" && apt-get "${options[@]}" source --download-only "$1") || true
    [[ -s "$kept/sources/$2" ]] || {
        echo "$0: the archive has no $2 (any more)" >&2
        return 1
    }
}

build_openssl() { # source_file work_folder into
    tar --extract --file "$1" --directory "$2" --strip-components=1
    (
        cd "$2"
        # Without the table of 150 KiB that makes P-256 fast: the agent connects seldom.
        # shellcheck disable=SC2016 # the dollar is the file's
        sed -i -E '/^ *\$EC(ASM|DEF)_x86(_64)?=/{s/ecp_nistz256[^ ]* ?//g;s/ECP_NISTZ256_ASM ?//}' \
            crypto/ec/build.info
        ./Configure "$openssl_target" --cross-compile-prefix="$triplet-" \
            "${openssl_options[@]}" "${c_options[@]}" "${architecture_options[@]}" \
            "-ffile-prefix-map=$2=openssl" CC=gcc-posix
        make -j "$jobs" build_libs
        make DESTDIR="$3.new" install_dev
    ) >"$kept/openssl-$architecture.log" 2>&1 || return 1
    mv "$3.new/mimamori" "$3"
    rmdir "$3.new"
}

build_sqlite() { # source_file work_folder into
    tar --extract --file "$1" --directory "$2" --strip-components=1
    (
        cd "$2"
        ./configure --disable-tcl --disable-readline
        make "OPTS=${sqlite_without[*]}" sqlite3.c
        mkdir -p "$3.new/include" "$3.new/lib"
        "$triplet-gcc-posix" "${c_options[@]}" "${architecture_options[@]}" "${sqlite_options[@]}" \
            "-ffile-prefix-map=$2=sqlite" -c sqlite3.c -o sqlite3.o
        "$triplet-ar" rcs "$3.new/lib/libsqlite3.a" sqlite3.o
        cp sqlite3.h "$3.new/include/"
    ) >"$kept/sqlite-$architecture.log" 2>&1 || return 1
    mv "$3.new" "$3"
}

# Builds a library unless that was done; prints its folder.
provide() { # library
    built "$1" && return
    local -n candidates="$1_sources"
    local source file folder
    for source in "${candidates[@]}"; do
        # shellcheck disable=SC2086 # three words
        file="$(fetched $source)" || continue
        folder="$(folder_of "$1" "$source")"
        work="$(mktemp -d)"
        rm -rf "$folder.new"
        echo "$0: building $1 for $architecture" >&2
        "build_$1" "$file" "$work" "$folder" || {
            tail -n 30 "$kept/$1-$architecture.log" >&2
            fail "$1 was not built; all it said is in $kept/$1-$architecture.log"
        }
        rm -rf "$work"
        echo "$folder"
        return
    done
    fail "no source of $1 could be had"
}

only_where=no
if [[ "${1:-}" == --where ]]; then
    only_where=yes
    shift
fi
architecture="${1:-}"
case "$architecture" in
x64)
    triplet=x86_64-w64-mingw32
    openssl_target=mingw64
    architecture_options=()
    ;;
x86)
    triplet=i686-w64-mingw32
    openssl_target=mingw
    architecture_options=(-D__MINGW_USE_VC2005_COMPAT=1) # Time in 64 bits, or it ends in 2038.
    ;;
*)
    echo "usage: $0 [--where] x64|x86" >&2
    exit 2
    ;;
esac
command -v "$triplet-gcc-posix" >/dev/null ||
    fail "no $triplet-gcc-posix: scripts/install_packages.sh --for windows"

work=""
trap '[[ -z "$work" ]] || rm -rf "$work"' EXIT
if [[ "$only_where" == yes ]]; then
    { built openssl && built sqlite; } ||
        fail "not built yet: scripts/windows/build_dependencies.sh $architecture"
    exit
fi
mkdir -p "$kept"
exec 9>"$kept/lock"
flock 9
provide openssl
provide sqlite
