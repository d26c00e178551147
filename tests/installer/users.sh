#!/bin/sh
# The users that sysusers.d makes are the ones that the units run as, with the units' folders.
# Usage: users.sh <source folder>
set -eu

linux=$1/installer/linux
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc" "$root/usr/lib/sysusers.d"
cp "$linux"/*.sysusers.conf "$root/usr/lib/sysusers.d/"
for file in "$root"/usr/lib/sysusers.d/*; do
    mv "$file" "${file%.sysusers.conf}.conf"
done

systemd-sysusers --root="$root"
for program in mimamori-agent mimamori-collector; do
    unit=$linux/$program.service
    user=$(sed -n 's/^User=//p' "$unit")
    group=$(sed -n 's/^Group=//p' "$unit")
    folder=/var/lib/$(sed -n 's/^StateDirectory=//p' "$unit")
    home=$(sed -n "s/^$user:[^:]*:[^:]*:[^:]*:[^:]*:\([^:]*\):.*/\1/p" "$root/etc/passwd")
    shell=$(sed -n "s/^$user:.*://p" "$root/etc/passwd")
    grep -q "^$group:" "$root/etc/group" || { echo "$program: no group '$group'"; exit 1; }
    [ "$home" = "$folder" ] || { echo "$program: home '$home' is not '$folder'"; exit 1; }
    case $shell in
    */nologin) ;;
    *) echo "$program: may sign in with '$shell'"; exit 1 ;;
    esac
done
