"""Where messages arrive in tests: a server of webhooks and one of mail, both real."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class WebhookSink:
    """Records the posted bodies. The next answers have `statuses` (200 when none are left)."""

    url: str = ""
    bodies: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: bytes = b'{"errcode": 0}'
    answer_headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """The texts that arrived, as the usual template puts them."""
        return [body["text"]["content"] for body in self.bodies]

    @property
    def titles(self) -> list[str]:
        """The first line of each."""
        return [text.split("\n", 1)[0] for text in self.texts]


@contextmanager
def webhook_sink() -> Iterator[WebhookSink]:
    """Take POSTs for the block's length."""
    sink = WebhookSink()
    sink.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.gate.wait(30)
            status = sink.statuses.pop(0) if sink.statuses else 200
            if status == 200:
                sink.bodies.append(json.loads(body))
                sink.headers.append(dict(self.headers))
            self.send_response(status)
            for name, value in sink.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sink.answer)

        def log_message(self, *_: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        sink.url = f"http://127.0.0.1:{port}/hook"
        yield sink


@dataclass
class MailSink:
    """Records letters and recipients.

    The next letters are answered `refusals`, if there are; the addresses in `unknown` are refused.
    """

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """A mail server without TLS and accounts, for the block's length."""
    sink = MailSink()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._reply("220 sink")
            to: list[str] = []
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                one = line.partition("<")[2].rstrip(">")
                is_there = verb != "RCPT" or one not in sink.unknown
                to += [one] if verb == "RCPT" and is_there else []
                answers = {"DATA": "354 go on", "QUIT": "221 bye"}
                self._reply(answers.get(verb, "250 sink") if is_there else "550 nobody")
                if verb == "DATA":
                    self._take(to)
                if verb == "QUIT":
                    return

        def _take(self, to: list[str]) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            if sink.refusals:
                self._reply(sink.refusals.pop(0))
                return
            letter = message_from_bytes(b"".join(lines), policy=default)
            sink.letters.append(letter)  # type: ignore[arg-type] # what that policy makes
            sink.recipients.append(to)
            self._reply("250 taken")

        def _reply(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with _served(Server(("127.0.0.1", 0), Handler)) as port:
        sink.url = f"smtp://127.0.0.1:{port}?from=anping@example.cn"
        yield sink


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
