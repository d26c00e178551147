#!/usr/bin/env bash
# Signs programs and MSI files for Windows with the vendor's or the hospital's own certificate.
#
#   sign.sh FILE...      signs each in place
#   sign.sh --check CA_FILE FILE...   verifies them against the certificates in CA_FILE
#
# The certificate comes from the environment; without it nothing is signed and the exit code is 3.
#   MIMAMORI_SIGN_CERTIFICATE   PEM file with the certificate and those between it and its root
#   MIMAMORI_SIGN_KEY           PEM file with the key; or
#   MIMAMORI_SIGN_PKCS11        the key on a token: its PKCS#11 URI ("pkcs11:token=...;object=...")
#   MIMAMORI_SIGN_PKCS11_MODULE library of the token
#   MIMAMORI_SIGN_PASSWORD_FILE file with the key's password or the token's PIN (may be missing)
#   MIMAMORI_SIGN_TIME          seconds since 1970 to sign with (builds that can be repeated)
# Sign the program first, make the MSI from it, then sign the MSI.
set -euo pipefail

fail() {
    echo "$0: $1" >&2
    exit "${2:-1}"
}

command -v osslsigncode >/dev/null || fail "no osslsigncode: scripts/install_packages.sh --for windows"

if [[ "${1:-}" == --check ]]; then
    [[ $# -ge 3 ]] || fail "usage: sign.sh --check CA_FILE FILE..." 2
    ca="$2"
    shift 2
    for file in "$@"; do
        osslsigncode verify -CAfile "$ca" -in "$file" >/dev/null ||
            fail "$file: not signed by a certificate of $ca, or changed since"
    done
    exit
fi

[[ $# -ge 1 ]] || fail "usage: sign.sh FILE..." 2
[[ -n "${MIMAMORI_SIGN_CERTIFICATE:-}" ]] || fail "MIMAMORI_SIGN_CERTIFICATE is not set: not signed" 3
options=(-certs "$MIMAMORI_SIGN_CERTIFICATE" -h sha256 -n mimamori)
if [[ -n "${MIMAMORI_SIGN_PKCS11:-}" ]]; then
    options+=(-key "$MIMAMORI_SIGN_PKCS11"
        -pkcs11module "${MIMAMORI_SIGN_PKCS11_MODULE:?the library of the token}")
else
    options+=(-key "${MIMAMORI_SIGN_KEY:?a file with the key, or MIMAMORI_SIGN_PKCS11}")
fi
# Never on the command line, where everybody can read it.
[[ -z "${MIMAMORI_SIGN_PASSWORD_FILE:-}" ]] || options+=(-readpass "$MIMAMORI_SIGN_PASSWORD_FILE")
[[ -z "${MIMAMORI_SIGN_TIME:-}" ]] || options+=(-time "$MIMAMORI_SIGN_TIME")

for file in "$@"; do
    signed="$file.signed"
    rm -f "$signed"
    more=()
    [[ "$file" != *.msi ]] || more=(-add-msi-dse)
    osslsigncode sign "${options[@]}" "${more[@]}" -in "$file" -out "$signed" >/dev/null ||
        fail "$file was not signed"
    mv "$signed" "$file"
    echo "signed $file"
done
