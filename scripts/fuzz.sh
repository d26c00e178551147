#!/usr/bin/env bash
# Runs the fuzz targets of build/fuzz (cmake --preset fuzz; cmake --build build/fuzz --target
# fuzz_targets) and prints how often each was executed. What libFuzzer finds worth keeping goes to
# build/fuzz/corpus/<target>; a crashing input stays in build/fuzz/crashes.
#
#   scripts/fuzz.sh --smoke                   10 s a target (CI)
#   scripts/fuzz.sh [--seconds N] [TARGET...] a campaign; 600 s a target unless told
#   scripts/fuzz.sh --keep TARGET             merges new inputs into tests/fuzz/corpus/TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build="build/fuzz"
seconds=600
keep=""
targets=()
while [[ $# -gt 0 ]]; do
    case "$1" in
    --smoke) seconds=10 ;;
    --seconds)
        seconds="$2"
        shift
        ;;
    --keep)
        keep="$2"
        shift
        ;;
    -*)
        sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0"
        exit 2
        ;;
    *) targets+=("$1") ;;
    esac
    shift
done

if [[ -n "$keep" ]]; then
    "$build/tests/fuzz/fuzz_$keep" -merge=1 "tests/fuzz/corpus/$keep" "$build/corpus/$keep"
    exit
fi

if [[ ${#targets[@]} -eq 0 ]]; then
    mapfile -t targets <"$build/fuzz_targets.txt"
fi
[[ ${#targets[@]} -gt 0 ]] || {
    echo "$0: no fuzz targets in $build" >&2
    exit 1
}

mkdir -p "$build/crashes" "$build/logs"

run_one() {
    local name="$1" log="$build/logs/$1.log" failed=0
    mkdir -p "$build/corpus/$name"
    "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" \
        "$build/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || failed=$?
    local executions
    executions="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    if [[ "$failed" != 0 || "${executions:-0}" == 0 ]]; then
        tail -n 60 "$log" >&2
        echo "fuzz_$name: FAILED" >&2
        return 1
    fi
    echo "fuzz_$name: $executions executions in $seconds s"
}

# Two at a time.
failures=0
for ((i = 0; i < ${#targets[@]}; i += 2)); do
    pids=()
    for name in "${targets[@]:i:2}"; do
        run_one "$name" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || failures=$((failures + 1))
    done
done
echo "fuzz: ${#targets[@]} targets, $failures failed"
[[ "$failures" == 0 ]]
