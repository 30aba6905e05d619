"""Delivery by SMTP: `smtp://user:password@host:587?from=anping@example.cn`.

`smtps://` is implicit TLS (465); `smtp://` uses STARTTLS if the server offers it.
"""

import smtplib
import socket
import ssl
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from server.monitoring.notifications.channels.outbound_connections import address_of, cut_after
from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place

PATIENCE_S: Final = 20.0
WHOLE_S: Final = 60.0
PERMANENT: Final = 500
PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Host, credentials and sender of a mail server."""

    secure: bool
    host: str
    port: int
    user: str
    password: str
    sender: str


def mail_server(url: str) -> MailServer:
    """Parse the address of a mail server. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        message = "must be smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://"
        raise ValueError(message)
    user = unquote(parts.username or "")
    given = parse_qs(parts.query).get("from", [""])[0]
    sender = given or (user if "@" in user else f"anping@{parts.hostname}")
    if not is_address(sender):
        message = "from must be a mail address"
        raise ValueError(message)
    return MailServer(
        secure=parts.scheme == "smtps",
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password or ""),
        sender=sender,
    )


def is_address(text: str) -> bool:
    """Whether a text is one plain mail address."""
    name, address = parseaddr(text)
    local, _, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' <>"\\,;')
    return not name and address == text and bool(local) and bool(host) and plain


def send(place: Place, message: Outgoing) -> str:
    """Send a message; returns the refused recipients, "" for none. Raises NotDelivered."""
    if not place.smtp_url:
        raise NotDelivered("no mail server: set ANPING_SMTP_URL", later=False)
    server = mail_server(place.smtp_url)
    try:
        refused = _hand_in(server, _letter(server, place, message), place.networks)
    except smtplib.SMTPAuthenticationError as error:
        raise NotDelivered("SMTP: user or password refused", later=False) from error
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(_refused(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"SMTP: {type(error).__name__}") from error
    # Accepted recipients have it already: a retry would send it to them twice.
    return f"refused for {', '.join(sorted(refused))}" if refused else ""


def _refused(error: smtplib.SMTPResponseException) -> str:
    for_good = error.smtp_code >= PERMANENT
    if for_good and isinstance(error, smtplib.SMTPSenderRefused):
        return "SMTP: sender refused"
    return f"SMTP {error.smtp_code}"


def _hand_in(server: MailServer, letter: EmailMessage, networks: Sequence[str]) -> Collection[str]:
    """Send a letter; returns the recipients that the server refused while it accepted others."""
    with ExitStack() as limits:
        session = _session(server, _Line(limits, networks))
        try:
            if server.user:
                session.login(server.user, server.password)
            return session.send_message(letter).keys()
        finally:
            # The letter is accepted: an error of QUIT changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()


class _Line(NamedTuple):
    """Deadline of a connection, and the networks that it may reach."""

    limits: ExitStack
    networks: Sequence[str]


class _Limited(smtplib.SMTP):
    """An SMTP session to a permitted address, cut at its deadline."""

    line: _Line

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        plain = socket.create_connection(
            (address_of(host, port, self.line.networks), port), timeout
        )
        self.line.limits.enter_context(cut_after(plain, WHOLE_S))
        return plain


class _Plain(_Limited):
    def __init__(self, line: _Line, server: MailServer) -> None:
        self.line = line
        super().__init__(server.host, server.port, timeout=PATIENCE_S)


class _Secure(smtplib.SMTP_SSL, _Limited):
    def __init__(self, line: _Line, server: MailServer, tls: ssl.SSLContext) -> None:
        self.line = line
        super().__init__(server.host, server.port, timeout=PATIENCE_S, context=tls)


def _session(server: MailServer, line: _Line) -> smtplib.SMTP:
    tls = ssl.create_default_context()
    if server.secure:
        return _Secure(line, server, tls)
    session = _Plain(line, server)
    session.ehlo()
    if session.has_extn("starttls"):
        session.starttls(context=tls)
    return session


def _letter(server: MailServer, place: Place, message: Outgoing) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = server.sender
    letter["To"] = ", ".join(place.recipients)
    letter["Date"] = formatdate()
    letter["Message-ID"] = f"<{message.token}@{server.sender.rpartition('@')[2]}>"
    letter.set_content(message.text)
    return letter
