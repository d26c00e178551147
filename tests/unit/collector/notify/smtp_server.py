"""A real SMTP server (aiosmtpd) for the tests of mail delivery.

Listens on a free port of 127.0.0.1, prints that port, and writes each mail it takes to a file
"NNN.eml" in the folder, with the envelope in front. While there is a file "hold", what was taken is
not confirmed. Ends when its input is closed.
"""

import argparse
import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """Keeps every mail as a file that appears whole."""

    def __init__(self, folder: pathlib.Path, refuse: str) -> None:
        self.folder = folder
        self.refuse = refuse
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse and address.startswith("nobody@"):
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        secure = "yes" if session.ssl else "no"
        name = session.auth_data.login.decode() if session.auth_data else "-"
        front = f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)} tls={secure} user={name}\r\n"
        part = self.folder / "part"
        part.write_bytes(front.encode() + envelope.original_content)
        part.rename(self.folder / f"{self.count:03}.eml")
        while (self.folder / "hold").exists():
            await asyncio.sleep(0.05)
        return "250 taken"


def authenticator(password: str):
    def check(server, session, envelope, mechanism, auth_data):
        good = auth_data.password == password.encode()
        return AuthResult(success=good, auth_data=auth_data if good else None, handled=False)

    return check


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--wrapped", action="store_true", help="TLS from the first byte")
    parser.add_argument("--password", help="ask for a login with this password")
    parser.add_argument("--refuse", default="", help="answer for nobody@…")
    args = parser.parse_args()

    context = None
    if args.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.certificate, args.key)
    keeper = Keeper(args.folder, args.refuse)
    login = {}
    if args.password:
        login = {
            "authenticator": authenticator(args.password),
            "auth_required": True,
            "auth_require_tls": not args.wrapped,
        }

    def connection():
        inside = None if args.wrapped else context
        return SMTP(keeper, tls_context=inside, require_starttls=inside is not None, **login)

    loop = asyncio.get_running_loop()
    outside = context if args.wrapped else None
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=outside)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
