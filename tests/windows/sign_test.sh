#!/usr/bin/env bash
# scripts/windows/sign.sh signs, shows tampering, and does nothing without a certificate.
#
# usage: sign_test.sh SOURCE_FOLDER PROGRAM
set -euo pipefail
sign="$1/scripts/windows/sign.sh"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
program="$folder/program.exe"
cp "$2" "$program"

fail() {
    echo "sign_test: $1" >&2
    exit 1
}

status=0
env -u MIMAMORI_SIGN_CERTIFICATE "$sign" "$program" 2>/dev/null || status=$?
[[ "$status" == 3 ]] || fail "without a certificate the exit code was $status, not 3"
cmp -s "$2" "$program" || fail "without a certificate the program was changed"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=A hospital's signing certificate" \
    -addext extendedKeyUsage=codeSigning -keyout "$folder/key.pem" -out "$folder/certificate.pem" \
    2>/dev/null
export MIMAMORI_SIGN_CERTIFICATE="$folder/certificate.pem" MIMAMORI_SIGN_KEY="$folder/key.pem"
"$sign" --check "$folder/certificate.pem" "$program" 2>/dev/null && fail "unsigned passed for signed"
"$sign" "$program" >/dev/null || fail "not signed"
"$sign" --check "$folder/certificate.pem" "$program" || fail "what was just signed is not good"

# One byte in the middle of the code.
printf '\x90' | dd of="$program" bs=1 seek=40960 conv=notrunc status=none
printf '\x91' | dd of="$program" bs=1 seek=40961 conv=notrunc status=none
"$sign" --check "$folder/certificate.pem" "$program" 2>/dev/null && fail "tampering was not seen"
echo "sign: signed, verified, tampering seen"
