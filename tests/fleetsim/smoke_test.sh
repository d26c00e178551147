#!/usr/bin/env bash
# A short run of the load tool against a real collector: the rows of the database must be those that
# were acknowledged, in every mode.
#
#   smoke_test.sh PROGRAMS      PROGRAMS is a build folder
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/site.sh"

folder="$(mktemp -d)"
clean_up() {
    local status=$?
    trap - EXIT
    site_stop
    [[ "$status" == 0 ]] || tail -n 20 "$folder/collector.log" >&2
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

site_make "$folder" "$1"
site_start
run() { # mode argument...
    site_fleet --agents 50 --warm-up 1 --lag-max-ms 60000 --mode "$@"
}
run steady --interval 0.5 --duration 10
run new --interval 1 --duration 3
run replay --interval 0.2 --duration 3
run malformed --interval 0.5 --duration 3
run storm --duration 60
run hold --duration 1


# Asked to end while nobody answers, it ends.
site_fleet_command --agents 50 --mode steady --interval 0.2 --duration 300
"${site_command[@]}" >"$folder/ended.txt" 2>&1 &
fleet=$!
sleep 2
site_stop
sleep 1
kill -TERM "$fleet"
for ((i = 0; i < 600; ++i)); do
    kill -0 "$fleet" 2>/dev/null || break
    sleep 0.1
done
if kill -KILL "$fleet" 2>/dev/null; then
    echo "fleetsim does not end while the collector is gone" >&2
    exit 1
fi
