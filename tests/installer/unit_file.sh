#!/bin/sh
# Checks a unit of ours with systemd's own tools, below a root of its own.
# Usage: unit_file.sh <source folder> <program> <most exposure allowed, times ten>
# Exposure by systemd-analyze: 0 is locked away, 100 is plain root. What stays open is explained in
# the unit.
set -eu

source_folder=$1
program=$2
exposure_max=$3
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root/usr/bin" "$root/usr/lib/systemd/system"
cp "$source_folder/installer/linux/$program.service" "$root/usr/lib/systemd/system/"
for target in basic sysinit network network-online time-sync multi-user shutdown local-fs; do
    cp "/usr/lib/systemd/system/$target.target" "$root/usr/lib/systemd/system/"
done
# verify wants to see a program that can be executed.
printf '#!/bin/sh\n' > "$root/usr/bin/$program"
chmod 755 "$root/usr/bin/$program"

# Unknown or misspelt settings are only complaints, so silence is what counts.
complaints=$(systemd-analyze verify --man=no --root="$root" "$program.service" 2>&1)
if [ -n "$complaints" ]; then
    printf 'systemd-analyze verify:\n%s\n' "$complaints"
    exit 1
fi
systemd-analyze security --offline=true --root="$root" --no-pager --threshold="$exposure_max" \
    "$program.service"
