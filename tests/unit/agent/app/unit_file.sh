#!/bin/sh
# Checks the agent's unit with systemd's own tools, below a root of its own.
# Usage: unit_file.sh <source folder>
set -eu

source_folder=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root/usr/bin" "$root/usr/lib/systemd/system"
cp "$source_folder/installer/linux/mimamori-agent.service" "$root/usr/lib/systemd/system/"
for target in basic sysinit network multi-user shutdown local-fs; do
    cp "/usr/lib/systemd/system/$target.target" "$root/usr/lib/systemd/system/"
done
# verify wants to see a program that can be executed.
printf '#!/bin/sh\n' > "$root/usr/bin/mimamori-agent"
chmod 755 "$root/usr/bin/mimamori-agent"

# Unknown or misspelt settings are only complaints, so silence is what counts.
complaints=$(systemd-analyze verify --man=no --root="$root" mimamori-agent.service 2>&1)
if [ -n "$complaints" ]; then
    printf 'systemd-analyze verify:\n%s\n' "$complaints"
    exit 1
fi
# 0 is locked away, 100 is plain root; what stays open is explained in the unit.
systemd-analyze security --offline=true --root="$root" --no-pager --threshold=32 \
    mimamori-agent.service
