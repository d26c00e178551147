#!/usr/bin/env bash
# A Wine prefix of its own for one test: a Windows on which nothing has happened yet.
#
#   prefix.sh FOLDER     makes FOLDER a prefix (it must not be there yet)
#
# Setting one up takes many seconds, so that is done once for each version of Wine and copied from
# then on: files that nobody changes as hard links, the registry for real. The template is kept in
# MIMAMORI_WINE_TEMPLATES (default: ~/.cache/mimamori/wine).
set -euo pipefail

into="${1:?a folder}"
kept="${MIMAMORI_WINE_TEMPLATES:-${XDG_CACHE_HOME:-$HOME/.cache}/mimamori/wine}"
version="$(wine --version | tr -c 'A-Za-z0-9.\n-' _)-2" # The number is that of the recipe.
template="$kept/$version"

export WINEARCH=win64 WINEDEBUG=-all
mkdir -p "$kept"
exec 9>"$kept/lock"
flock 9
if [[ ! -d "$template" ]]; then
    making="$(mktemp -d "$kept/making.XXXXXX")"
    # No pictures, no questions: neither Mono nor Gecko, no menus of the desktop.
    WINEPREFIX="$making" WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=" DISPLAY="" \
        wineboot --init </dev/null >/dev/null 2>&1
    # No theme: whoever asks WMI would load its pictures, since Wine's WMI lives in the asking program.
    WINEPREFIX="$making" DISPLAY="" wine reg add \
        'HKCU\Software\Microsoft\Windows\CurrentVersion\ThemeManager' \
        /v ThemeActive /d 0 /f </dev/null >/dev/null 2>&1
    WINEPREFIX="$making" wineserver --wait
    # Links to folders of whoever runs this.
    find "$making/drive_c/users" -type l -exec sh -c 'rm "$1" && mkdir "$1"' _ {} \;
    mv "$making" "$template"
fi
flock -u 9
exec 9>&-

mkdir -p "$(dirname "$into")"
cp --archive --link "$template" "$into" 2>/dev/null || {
    rm -rf "$into" # Another file system.
    cp --archive "$template" "$into"
}
for registry in "$into"/*.reg; do
    cp "$registry" "$registry.new"
    mv "$registry.new" "$registry"
done
