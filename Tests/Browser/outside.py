"""A mail server and an SMS gateway, as far as the portal needs them. The address says what becomes of a message."""

import base64
import http.server
import json
import re
import socketserver
import ssl
import subprocess
import threading
from email import message_from_bytes, policy


class Outside:
    """Listens until it is closed. `mail` and `sms` hold what was taken, in the order in which it came."""

    def __init__(self, folder=None):
        """With a folder to keep a certificate in, mail is taken after STARTTLS and a sign-in alone."""
        self.folder = folder
        self.mail, self.sms, self.attempts = [], [], []
        self.lock = threading.Lock()
        self.down = False
        outside = self
        if folder:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
                + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                check=True,
                capture_output=True,
            )
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")

        class Mail(socketserver.StreamRequestHandler):
            def handle(self):
                outside.speak(self)

        class Gateway(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outside.answer(self)

            def log_message(self, *_):
                pass

        self.mail_server = Threading(("127.0.0.1", 0), Mail)
        self.gateway = Threading(("127.0.0.1", 0), Gateway)
        for server in (self.mail_server, self.gateway):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.smtp_url = f"smtp://127.0.0.1:{self.mail_server.server_address[1]}"
        self.gateway_url = f"http://127.0.0.1:{self.gateway.server_address[1]}/send"

    def close(self):
        for server in (self.mail_server, self.gateway):
            server.shutdown()
            server.server_close()

    def first(self, address):
        """Whether this is the first attempt for an address; notes it."""
        with self.lock:
            self.attempts.append(address)
            return self.attempts.count(address) == 1

    def speak(self, line):
        """RFC 5321, one connection."""

        def say(text):
            line.wfile.write(text.encode() + b"\r\n")

        if self.down:
            say("421 closing")
            return
        say("220 outside")
        recipient, secure, known = "", False, self.folder is None
        while command := line.rfile.readline().decode(errors="replace").strip():
            verb = command.split(" ")[0].upper()
            if self.down:
                say("421 closing")
                return
            if verb in ("EHLO", "HELO"):
                extension = "8BITMIME" if self.folder is None else "AUTH PLAIN" if secure else "STARTTLS"
                say(f"250-outside\r\n250 {extension}")
            elif verb == "STARTTLS" and self.folder:
                say("220 go on")
                line.connection = self.tls.wrap_socket(line.connection, server_side=True)
                line.rfile, line.wfile = line.connection.makefile("rb"), line.connection.makefile("wb", 0)
                secure = True
            elif verb == "AUTH":
                given = command.split(" ")[2] if command.count(" ") > 1 else ""
                if not given:
                    say("334 ")
                    given = line.rfile.readline().decode().strip()
                known = base64.b64decode(given) == b"\0portal\0mail-secret"
                say("235 welcome" if known else "535 5.7.8 wrong")
            elif verb == "MAIL" and not (known and (secure or self.folder is None)):
                say("530 5.7.0 sign in first")
            elif verb == "RCPT":
                recipient = re.search(r"<(.*)>", command).group(1)
                if recipient.startswith("unknown"):
                    self.first(recipient)
                    say(f"550 5.1.1 no mailbox {recipient}")
                elif recipient.startswith("busy") and self.first(recipient):
                    say("451 4.7.1 later")
                else:
                    say("250 ok")
            elif verb == "DATA":
                say("354 go on")
                if recipient.startswith("cut") and self.first(recipient):
                    line.rfile.readline()
                    return  # in the middle of the message
                content = []
                while (text := line.rfile.readline()) not in (b".\r\n", b""):
                    content.append(text[1:] if text.startswith(b"..") else text)
                if not text:
                    return
                if recipient.startswith("spam"):
                    say("554 5.7.1 refused")
                    continue
                message = message_from_bytes(b"".join(content), policy=policy.default)
                with self.lock:
                    self.mail.append((recipient, message))
                if recipient.startswith("late") and self.first(recipient):
                    return  # taken, but the answer is lost
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def answer(self, request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        first = self.first(body["to"])
        status, answer = 200, {"data": {"sid": f"sid-{body['id'][:8]}"}}
        if self.down or (body["to"].endswith("0001") and first):
            status, answer = 503, {"error": "busy"}
        elif body["to"].endswith("0002"):
            status, answer = 400, {"error": f"no such number {body['to']}"}
        elif request.headers.get("X-Token") != "gateway-secret":
            status, answer = 401, {"error": "who?"}
        else:
            with self.lock:
                self.sms.append((body, dict(request.headers)))
        if body["to"].endswith("0003") and first:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            request.close_connection = True
            return
        content = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


class Threading(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
