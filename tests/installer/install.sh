#!/bin/sh
# What the guide's `cmake --install` puts on a machine is what the units and the guide name.
# Usage: install.sh <source folder> <build folder>
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

source_folder=$1
build=$2
doc=/usr/share/doc
man=/usr/share/man/man8
expect agent /usr/bin/mimamori-agent $man/mimamori-agent.8.gz \
    /usr/lib/systemd/system/mimamori-agent.service /usr/lib/sysusers.d/mimamori-agent.conf \
    /usr/share/lintian/overrides/mimamori-agent \
    $doc/mimamori-agent/agent.toml $doc/mimamori-agent/README.md \
    $doc/mimamori-agent/README.ja.md $doc/mimamori-agent/LICENSE \
    $doc/mimamori-agent/copyright $doc/mimamori-agent/changelog.gz
# One line a guide: what is there in the source is there on the machine.
guides=$(cd "$source_folder" && find docs/admin -type f | sed "s|^docs|$doc/mimamori-collector|")
# shellcheck disable=SC2086 # no guide has a blank in its name
expect collector /usr/bin/mimamori-collector /usr/bin/mimamorictl \
    $man/mimamori-collector.8.gz $man/mimamorictl.8.gz \
    /usr/lib/systemd/system/mimamori-collector.service \
    /usr/lib/sysusers.d/mimamori-collector.conf \
    $doc/mimamori-collector/collector.toml $doc/mimamori-collector/README.md \
    $doc/mimamori-collector/README.ja.md $doc/mimamori-collector/LICENSE \
    $doc/mimamori-collector/copyright $doc/mimamori-collector/changelog.gz $guides
