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
