#!/bin/sh
# What the guide's `cmake --install` puts on a machine is what the units and the guide name.
# Usage: install.sh <build folder>
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

expect() { # component, then all files
    component=$1
    shift
    DESTDIR="$root/$component" cmake --install "$build" --prefix /usr --component "$component" \
        >"$root/log" || { cat "$root/log"; exit 1; }
    found=$(cd "$root/$component" && find . -type f | sed 's/^\.//' | sort | tr '\n' ' ')
    wanted=$(printf '%s\n' "$@" | sort | tr '\n' ' ')
    [ "$found" = "$wanted" ] || {
        printf '%s has\n  %s\nnot\n  %s\n' "$component" "$found" "$wanted"
        exit 1
    }
    started=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' \
        "$root/$component/usr/lib/systemd/system/mimamori-$component.service")
    [ -x "$root/$component$started" ] || { echo "$started is not there"; exit 1; }
}

build=$1
doc=/usr/share/doc
expect agent /usr/bin/mimamori-agent \
    /usr/lib/systemd/system/mimamori-agent.service /usr/lib/sysusers.d/mimamori-agent.conf \
    $doc/mimamori-agent/agent.toml $doc/mimamori-agent/README.md \
    $doc/mimamori-agent/README.ja.md $doc/mimamori-agent/LICENSE
expect collector /usr/bin/mimamori-collector /usr/bin/mimamorictl \
    /usr/lib/systemd/system/mimamori-collector.service \
    /usr/lib/sysusers.d/mimamori-collector.conf \
    $doc/mimamori-collector/collector.toml $doc/mimamori-collector/README.md \
    $doc/mimamori-collector/README.ja.md $doc/mimamori-collector/LICENSE
