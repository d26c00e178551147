#!/usr/bin/env bash
# A hospital loses its power: a running collector, simulated agents, a real mail server, real time.
# Takes half an hour, of which nearly all is waiting.
#
#   silence_story.sh PROGRAMS [DEVICES]      PROGRAMS is a build folder; 2000 devices
#
# All devices of the sites aoba and wakaba and one of many at midori fall silent together. Each site
# is told of in one mail. Each device has a finding, a warning, which is mailed when it is four days
# old (site_events_test.cpp waits for that with a clock of its own). When the power is back, one mail
# a site says so, and the finding of the lone device is the only one left.
set -euo pipefail
here="$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
source "$here/site.sh"
devices="${2:-2000}"

folder="$(mktemp -d)"
fleets=()
mail_server=""
clean_up() {
    local status=$?
    trap - EXIT
    for fleet in "${fleets[@]}"; do
        kill -KILL "$fleet" 2>/dev/null || true
    done
    site_stop
    exec 9>&- # The mail server ends with its input.
    [[ -z "$mail_server" ]] || wait "$mail_server" || true
    [[ "$status" == 0 ]] || tail -n 20 "$folder/site/collector.log" >&2
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

mkdir "$folder/mails"
mkfifo "$folder/mail-input"
/usr/bin/python3 "$here/../unit/collector/notify/smtp_server.py" --folder "$folder/mails" \
    <"$folder/mail-input" >"$folder/mail-port" &
mail_server=$!
exec 9>"$folder/mail-input"
until [[ -s "$folder/mail-port" ]]; do sleep 0.1; done

site_make "$folder/site" "$1"
cat >>"$site_folder/collector.toml" <<SETTINGS
[mail]
security = "none"
host = "127.0.0.1"
port = $(cat "$folder/mail-port")
from = "mimamori@midori.example"
to = ["jimu@midori.example"]
language = "en"
SETTINGS
site_start
ctl() { "$site_ctl" --config "$site_folder/collector.toml" "$@"; }

fleet() { # name site devices
    local key="$folder/$1.key"
    (
        umask 077
        ctl enrolment-key create --auto-approve --uses 100000 --site "$2" --note "$1" >"$key"
    )
    "$site_fleetsim" --server "127.0.0.1:$site_port" --ca-fingerprint "$site_fingerprint" \
        --key-file "$key" --folder "$folder/fleet-$1" --agents "$3" --mode steady \
        --interval 60 --duration 0 --event-percent 0 --change-percent 0 \
        --lag-max-ms 60000 >>"$folder/fleet-$1.txt" 2>&1 &
    fleets+=("$!")
}
subjects() { # what they contain
    /usr/bin/python3 - "$folder/mails" "$1" <<'PYTHON'
import email, email.policy, pathlib, sys
for mail in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    _, content = mail.read_bytes().split(b"\n", 1)  # The envelope is in front.
    subject = email.message_from_bytes(content, policy=email.policy.default)["subject"]
    if sys.argv[2] in subject:
        print(subject)
PYTHON
}
heard() { # how many devices
    ctl devices --json --limit 10000 | tr '{' '\n' | grep -c '"last_seen":"' || true
}
findings() { # how many devices are found to be silent
    local found
    found="$(ctl findings --json --rule device_silent --limit 10000 | tr '{' '\n' |
        grep -c '"rule":"device_silent"' || true)"
    printf '%s  %s findings: device_silent\n' "$(date +%T)" "$found"
    [[ "$found" == "$1" ]]
}
expect() { # how many, what the subject contains
    local found
    found="$(subjects "$2" | wc -l)"
    printf '%s  %s mails: %s\n' "$(date +%T)" "$found" "$2"
    [[ "$found" == "$1" ]] || {
        echo "silence_story: $1 mails expected: $2" >&2
        subjects "" >&2
        return 1
    }
}

aoba="$(ctl site add aoba | sed -n 's/^id: //p')"
wakaba="$(ctl site add wakaba | sed -n 's/^id: //p')"
midori="$(ctl site add midori | sed -n 's/^id: //p')"
fleet aoba "$aoba" "$devices"
fleet wakaba "$wakaba" 12
fleet midori "$midori" 39
fleet alone "$midori" 1
until [[ "$(heard)" -ge $((devices + 52)) ]]; do sleep 5; done
sleep 70 # Every agent has reported in its rhythm.
expect 0 "fell silent"

echo "$(date +%T)  the power fails"
for gone in 0 1 3; do
    kill -KILL "${fleets[$gone]}"
    wait "${fleets[$gone]}" 2>/dev/null || true
done
sleep $((17 * 60)) # Ten minutes of silence, and three to gather who else is silent.
expect 1 "Many devices fell silent at once (aoba)"
expect 1 "Many devices fell silent at once (wakaba)"
expect 2 "fell silent at once"
expect 0 "Device is silent"
findings $((devices + 13))

echo "$(date +%T)  the power is back"
fleet aoba "$aoba" "$devices"
fleet wakaba "$wakaba" 12
sleep $((4 * 60))
expect 1 "All devices that fell silent are back (aoba)"
expect 1 "All devices that fell silent are back (wakaba)"
expect 2 "fell silent at once"
expect 0 "Device is silent"
findings 1
ctl site-events list
