#!/usr/bin/env bash
# The hand of somebody who tries the pages; trial.spec.ts is the browser's side.
#
#   MIMAMORI_TRIAL=FOLDER tests/web/pages_test.sh PROGRAMS trial.spec.ts      the browser, until "end"
#   trial_hand.sh FOLDER click 640 300       at that place of the last picture
#   trial_hand.sh FOLDER type some text      where the cursor is
#   trial_hand.sh FOLDER press Enter         a key
#   trial_hand.sh FOLDER wheel 600           down; less than 0: up
#   trial_hand.sh FOLDER choose 2026年10月   in the menu that was clicked
#   trial_hand.sh FOLDER paper               what the printer would give
#   trial_hand.sh FOLDER look | end
#
# Prints the step with its seconds since the first picture, and the picture's path.
set -euo pipefail

folder="$1"
shift
rm -f "$folder/done"
echo "$*" >"$folder/.next"
mv "$folder/.next" "$folder/next"
[[ "$*" != end ]] || exit 0
for ((i = 0; i < 300; ++i)); do
    [[ ! -e "$folder/done" ]] || break
    sleep 0.1
done
tail -n 1 "$folder/steps.txt"
find "$folder" -name '*.png' | sort | tail -n 1
