"""An HTTPS server for the tests of webhooks, which fails on command.

Listens on a free port of 127.0.0.1, prints that port, and answers each POST with the next of the
answers it was given; the last one is repeated. "hang" never answers, "cut" ends the connection.
Each request is kept as a file "NNN.request": header lines, an empty line, the body. Ends when its
input is closed.
"""

import argparse
import http.server
import pathlib
import ssl
import sys
import threading


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: pathlib.Path
    answers: list[str]
    lock = threading.Lock()
    count = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with Receiver.lock:
            Receiver.count += 1
            number = Receiver.count
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            part = self.folder / "part"
            head = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
            part.write_bytes(f"{self.path}\n{head}\n".encode() + body)
            part.rename(self.folder / f"{number:03}.request")
        if answer == "hang":
            threading.Event().wait()
        if answer == "cut":
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(int(answer))
        if answer.startswith("3"):
            self.send_header("Location", "https://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_) -> None:
        pass  # Clients that do not like the certificate are what some tests are about.


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--answers", default="200", help="separated by commas")
    args = parser.parse_args()
    Receiver.folder = args.folder
    Receiver.answers = args.answers.split(",")
    server = Server(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.certificate, args.key)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


main()
