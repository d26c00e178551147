#!/usr/bin/env bash
# Builds everything and runs every test. On a fresh Debian 12 it needs nothing but itself.
#
#   ./test.sh            what CI runs: the shipped build, all its tests, the demo, the agent for Windows
#   ./test.sh full       that, and the sanitizers, the second compiler and the fuzz targets
#   ./test.sh quick      one debug build with g++ and its tests; what you run before a commit
#   ./test.sh STAGE...   only these stages: packages style plain asan tsan fuzz installers windows demo
#
# Stages, and why each is there. CI leaves out asan, tsan and fuzz, which are three builds more
# (docs/quality.md says when they ran and what they found), and installers:
#   packages  what is missing is installed
#   style     shell scripts and C++ formatting (include rules and the like are the test "tidy")
#   plain     g++ as shipped (-O2), all tests
#   asan      g++ with address and undefined-behaviour sanitizers, all tests, line coverage
#   tsan      clang, the second opinion, with the thread sanitizer, all tests
#   fuzz      every fuzz target for a few seconds, executions printed
#   installers  .deb, .rpm, offline bundle, MSI tables, group policy; in clean chroots and a domain
#   demo      ./demo.sh --check: this machine's agent becomes visible in the collector
#   windows   the agent for Windows, 64 and 32 bits: what it imports, and its stories under Wine
#
# MIMAMORI_JOBS says how many compilers run at once (default: one a processor).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

all_stages=(packages style plain asan tsan fuzz installers windows demo)
ci_stages=(packages style plain demo windows)
coverage_min_percent=85
jobs="${MIMAMORI_JOBS:-$(nproc)}"
results="build/test-results"

export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=time_macros,pch_defines

# Adds to what the last line of this script counts.
count() { # passed failed
    echo "$1 $2" >>"$results/counts"
}

build() { # preset [target...]
    local preset="$1"
    shift
    local targets=()
    [[ $# -eq 0 ]] || targets=(--target "$@")
    cmake --preset "$preset" -DMIMAMORI_WINE="${wine:-OFF}" >"$results/configure-$preset.log" 2>&1 || {
        cat "$results/configure-$preset.log"
        return 1
    }
    local log="$results/build-$preset.log"
    if [[ -t 1 ]]; then
        cmake --build "build/$preset" -j "$jobs" "${targets[@]}"
    else
        cmake --build "build/$preset" -j "$jobs" "${targets[@]}" >"$log" 2>&1 || {
            grep -A 40 -m 3 -E '^FAILED|error:' "$log" || tail -n 60 "$log"
            return 1
        }
    fi
}

# Runs the tests of one build folder through CTest; an empty list is a failure.
run_ctest() { # preset [ctest option...]
    local preset="$1" failed=0
    local junit="$results/ctest-${junit_name:-$preset}.xml" tests failures
    shift
    ctest --test-dir "build/$preset" -j 2 --output-on-failure --no-tests=error \
        --output-junit "$PWD/$junit" "$@" || failed=$?
    # <testsuite tests="12" failures="0" ...>
    tests="$(sed -nE 's/^[[:space:]]*tests="([0-9]+)".*/\1/p' "$junit" | head -n 1)"
    failures="$(sed -nE 's/^[[:space:]]*failures="([0-9]+)".*/\1/p' "$junit" | head -n 1)"
    count "$((tests - failures))" "$failures"
    return "$failed"
}

stage_packages() {
    scripts/install_packages.sh --for build --for demo --for test
}

stage_style() {
    local scripts=() sources=()
    mapfile -t scripts < <(git ls-files | while read -r file; do
        head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh$' && echo "$file"
    done)
    # SC2317: it cannot see that a trap calls a function.
    shellcheck --external-sources --source-path=SCRIPTDIR --exclude=SC2317 "${scripts[@]}"
    mapfile -t sources < <(git ls-files '*.cpp' '*.hpp')
    clang-format-14 --dry-run -Werror "${sources[@]}"
    echo "style: ${#scripts[@]} shell scripts, ${#sources[@]} C++ files"
    count 2 0
}

stage_plain() {
    build release
    run_ctest release
}

stage_installers() {
    scripts/install_packages.sh --for packages
    build release mimamori-agent mimamori-collector mimamorictl
    junit_name=installers run_ctest release -C packages -L packages
}

stage_quick() {
    build dev
    run_ctest dev
}

stage_asan() {
    build asan
    find build/asan -name '*.gcda' -delete
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 \
        UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
        run_ctest asan
    coverage
}

# Lines executed by the tests of the asan build, of our own code.
coverage() {
    local report="$results/coverage.txt"
    gcovr --root . --object-directory build/asan build/asan -j "$jobs" \
        --gcov-executable gcov-12 --gcov-ignore-parse-errors \
        --filter 'agent/' --filter 'collector/' --filter 'common/' \
        --exclude-throw-branches --exclude-unreachable-branches \
        --json-summary "$results/coverage.json" --txt "$report"
    jq -r '
        [.files[] | {folder: (.filename | sub("/[^/]*$"; "")), line_total, line_covered}]
        | group_by(.folder)[]
        | [(map(.line_covered) | add), (map(.line_total) | add), .[0].folder]
        | "\(.[0] * 1000 / .[1] | floor / 10) %\t\(.[0]) of \(.[1])\t\(.[2])"' \
        "$results/coverage.json"
    echo "line coverage: $(jq -r .line_percent "$results/coverage.json") %" \
        "of $(jq -r .line_total "$results/coverage.json") lines (at least $coverage_min_percent %)"
    jq -e ".line_percent >= $coverage_min_percent" "$results/coverage.json" >/dev/null || {
        echo "coverage: too low; files in $report" >&2
        count 0 1
        return 1
    }
    count 1 0
}

stage_tsan() {
    build tsan
    TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1" \
        run_ctest tsan
}

stage_fuzz() {
    build fuzz fuzz_targets
    scripts/fuzz.sh --smoke
    count "$(wc -l <build/fuzz/fuzz_targets.txt)" 0
}

stage_demo() {
    ./demo.sh --check
    count 1 0
}

stage_windows() {
    scripts/install_packages.sh --for windows --for packages
    local architecture
    for architecture in x64 x86; do
        scripts/windows/build_dependencies.sh "$architecture" >/dev/null
        build "windows-$architecture"
        run_ctest "windows-$architecture"
    done
    wine=ON build release mimamori-collector mimamorictl wine_stories
    junit_name=wine run_ctest release -C packages --label-regex '^wine$'
}

# Each stage is a process of its own, so that `set -e` holds inside it.
if [[ "${1:-}" == --stage ]]; then
    "stage_$2"
    exit
fi

stages=("$@")
case "${1:-}" in
"") stages=("${ci_stages[@]}") ;;
full) stages=("${all_stages[@]}") ;;
quick) stages=(packages quick) ;;
-h | --help)
    sed -n '2,/^set -e/{/^set -e/!s/^# \{0,1\}//p}' "$0"
    exit 0
    ;;
esac
for stage in "${stages[@]}"; do
    declare -F "stage_$stage" >/dev/null || {
        echo "$0: no stage '$stage'; there are: ${all_stages[*]} quick" >&2
        exit 2
    }
done

rm -rf "$results"
mkdir -p "$results"
: >"$results/counts"
summary=()
failed_stages=0
for stage in "${stages[@]}"; do
    echo "=== $stage"
    began=$SECONDS
    outcome=passed
    before="$(wc -l <"$results/counts")"
    if ! bash "$0" --stage "$stage"; then
        outcome=FAILED
        failed_stages=$((failed_stages + 1))
        # A stage that stopped before it could count its failures is one.
        [[ "$(tail -n "+$((before + 1))" "$results/counts" | awk '{ f += $2 } END { print f + 0 }')" -gt 0 ]] ||
            count 0 1
    fi
    took=$((SECONDS - began))
    summary+=("$(printf '%-10s %-7s %3d min %02d s' "$stage" "$outcome" $((took / 60)) $((took % 60)))")
    echo "=== ${summary[-1]}"
    # Without its packages nothing else can run.
    [[ "$stage:$outcome" != packages:FAILED ]] || break
done

echo
printf '%s\n' "${summary[@]}"
printf '%-18s %3d min %02d s\n' "in total" $((SECONDS / 60)) $((SECONDS % 60))
awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f }' "$results/counts"
[[ "$failed_stages" == 0 ]]
