#!/usr/bin/env bash
# The pages in a browser, against a real collector with a simulated fleet of 12 departments.
#
#   pages_test.sh PROGRAMS [argument of playwright...]      PROGRAMS is a build folder
#
# MIMAMORI_SHOTS: a folder that screenshots of every page go to.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/../fleetsim/site.sh"
source "$here/../../scripts/node.sh"

programs="$(realpath "$1")"
shift
front="$here/../../collector/web/front"
node_find
node_packages "$front"

folder="$(mktemp -d)"
fleet="" keeper="" smtp=""
for log in collector fleet; do : >"$folder/$log.log"; done
clean_up() {
    local status=$?
    trap - EXIT
    if [[ -n "$fleet" ]]; then
        kill -TERM "$fleet" 2>/dev/null || true
        wait "$fleet" 2>/dev/null || true
    fi
    if [[ -n "$smtp" ]]; then
        kill -TERM "$smtp" 2>/dev/null || true
        wait "$smtp" 2>/dev/null || true
    fi
    kill -TERM "$keeper" 2>/dev/null || true
    wait "$keeper" 2>/dev/null || true
    [[ "$status" == 0 ]] || tail -n 20 "$folder/collector.log" "$folder/fleet.log" >&2
    rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT

site_web_port="$(site_free_port $((12000 + RANDOM % 8000)))"
site_heartbeat=20s site_make "$folder" "$programs"
# A directory that is set up, and where nobody answers.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null \
    -subj /CN=directory -out "$folder/directory.pem" 2>/dev/null
(umask 077 && echo secret >"$folder/directory.password")
cat >>"$folder/collector.toml" <<SETTINGS
[directory]
security = "ldaps"
hosts = ["127.0.0.1"]
port = 1
ca = "$folder/directory.pem"
user = "mimamori@byoin.example"
password_file = "$folder/directory.password"
base = "DC=byoin,DC=example"
roles = ["operator: CN=mimamori,OU=groups,DC=byoin,DC=example"]
SETTINGS
# Starts the collector again whenever it ends, as a service manager does; not while there is the file
# "hold". Its number is in the file "pid". Only stories make these, and end it by that number.
keep_collector() {
    local child
    trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 0' TERM
    while :; do
        "$site_collector" --config "$site_folder/collector.toml" run >>"$site_folder/collector.log" 2>&1 &
        child=$!
        echo "$child" >"$folder/pid"
        wait "$child" || true
        while [[ -e "$folder/hold" ]]; do sleep 0.1; done
    done
}
keep_collector &
keeper=$!
site_pid=$keeper
for ((i = 0; i < 600; ++i)); do
    ! site_ready || break
    sleep 0.1
done
devices=${MIMAMORI_DEVICES:-408}
site_fleet_command --agents "$devices" --lifelike --interval 20 --duration 0 \
    --event-percent 2 --change-percent 1
"${site_command[@]}" >"$folder/fleet.log" 2>&1 &
fleet=$!
for ((i = 0; i < 1200; ++i)); do
    ! grep -q ' agents are up ' "$folder/fleet.log" || break
    kill -0 "$fleet" 2>/dev/null || {
        echo "pages: the fleet ended" >&2
        exit 1
    }
    sleep 0.1
done

# A mail server with TLS and a login; what it takes lies in files. Debian's own Python has its library.
mkdir "$folder/mails"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -keyout "$folder/mail.key" -out "$folder/mail.pem" \
    -subj /CN=mail -addext subjectAltName=IP:127.0.0.1 2>/dev/null
mkfifo "$folder/smtp.input"
/usr/bin/python3 "$here/../unit/collector/notify/smtp_server.py" --folder "$folder/mails" \
    --certificate "$folder/mail.pem" --key "$folder/mail.key" --password "open sesame" \
    <"$folder/smtp.input" >"$folder/smtp.port" 2>"$folder/smtp.log" &
smtp=$!
exec 7>"$folder/smtp.input"
for ((i = 0; i < 300; ++i)); do
    [[ ! -s "$folder/smtp.port" ]] || break
    kill -0 "$smtp" 2>/dev/null || {
        echo "pages: the mail server ended" >&2
        cat "$folder/smtp.log" >&2
        exit 1
    }
    sleep 0.1
done

MIMAMORI_SMTP_PORT="$(cat "$folder/smtp.port")"
export MIMAMORI_SMTP_PORT MIMAMORI_SMTP_CA="$folder/mail.pem" MIMAMORI_SMTP_MAILS="$folder/mails"
export MIMAMORI_PAGES="https://127.0.0.1:$site_web_port"
export MIMAMORI_DEVICES="$devices" MIMAMORI_COLLECTOR="$folder"
export MIMAMORI_AGENTS="https://127.0.0.1:$site_port"
export MIMAMORI_DATABASE="$folder/collector/collector.db"
MIMAMORI_PASSWORD="$(sed -n 's/^first-day password: //p' "$folder/first-day")"
export MIMAMORI_PASSWORD
cd "$front"
"$node" node_modules/@playwright/test/cli.js test "$@"
