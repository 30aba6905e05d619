"""Converts mail server fields of a form to an address (`smtp_url`), and back without password.

The address is the stored form, also in settings; both forms are equivalent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import quote

from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.monitoring.notifications.channels.mail import is_address, mail_server

Security = Literal["tls", "starttls"]
SCHEMES: Final[Mapping[Security, str]] = {"tls": "smtps", "starttls": "smtp"}
PORTS: Final[Mapping[Security, int]] = {"tls": 465, "starttls": 587}
NO_HOST: Final = Sentence(
    "请填写邮件服务器的主机名或 IP 地址，例如 smtp.example.cn，不带 smtp:// 和端口。",
    "Give the mail server's host name or IP address, such as smtp.example.cn, without smtp:// "
    "and port.",
)
NO_SENDER: Final = Sentence(
    "请填写发件人邮箱，例如 anping@example.cn；用户名不是邮箱时必填。",
    "Give the sender's mail address, such as anping@example.cn: the user name is none.",
)
NO_USER: Final = Sentence(
    "有密码就要有用户名，一般是完整的邮箱地址。",
    "A password needs its user name, mostly the whole mail address.",
)
PASSWORD_AGAIN: Final = Sentence(
    "服务器、端口、加密方式或用户名改了，请重新填写密码或授权码。",
    "Host, port, security or user changed: enter the password again.",
)
_HOST: Final = re.compile(
    r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?"
)


@dataclass(frozen=True, slots=True)
class MailFields:
    """`port` None: the default; `password` "": unchanged; `sender` "": the user."""

    host: str = ""
    port: int | None = None
    security: Security = "tls"
    user: str = ""
    password: str = ""
    sender: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in, so there is no own server."""
        return not (self.host or self.user or self.password or self.sender)

    @property
    def whom(self) -> tuple[str, int, str, str]:
        """The recipient of the password: host, port, security and user."""
        port = self.port or PORTS[self.security]
        return self.host.strip("[]").lower(), port, self.security, self.user


def fields_of(url: str) -> MailFields | None:
    """The fields of an address; None if there is none."""
    try:
        server = mail_server(url)
    except ValueError:
        return None
    security: Security = "tls" if server.secure else "starttls"
    return MailFields(
        server.host, server.port, security, server.user, server.password, server.sender
    )


def shown(url: str) -> dict[str, Any] | None:
    """The fields of an address without its password; `has_password`: whether there is one."""
    fields = fields_of(url)
    if fields is None:
        return None
    shown = asdict(fields)
    has_password = bool(shown.pop("password"))
    return {**shown, "has_password": has_password}


def url_of(given: MailFields, before: str) -> str:
    """The address of these fields; "" for none.

    A password left out stays as in `before`, but only for the same recipient: changing the host
    would otherwise reveal it there. Raises Invalid.
    """
    if given.is_blank:
        return ""
    stored = fields_of(before)
    wrong = list(_faults(given))
    if stored is not None and stored.password and given.user and not given.password:
        if stored.whom == given.whom:
            given = replace(given, password=stored.password)
        else:
            wrong.append(Fault("/smtp/password", PASSWORD_AGAIN))
    if wrong:
        raise Invalid(wrong[0].detail, faults=wrong)
    return _written(given)


def _faults(given: MailFields) -> Iterator[Fault]:
    if not _HOST.fullmatch(given.host):
        yield Fault("/smtp/host", NO_HOST)
    if given.password and not given.user:
        yield Fault("/smtp/user", NO_USER)
    if not is_address(given.sender or given.user):
        yield Fault("/smtp/sender", NO_SENDER)


def _written(given: MailFields) -> str:
    user = quote(given.user, safe="")
    password = f":{quote(given.password, safe='')}" if given.password else ""
    whose = f"{user}{password}@" if user else ""
    host = given.host.strip("[]")
    host = f"[{host}]" if ":" in host else host
    port = given.port or PORTS[given.security]
    sender = quote(given.sender or given.user, safe="@")
    return f"{SCHEMES[given.security]}://{whose}{host}:{port}?from={sender}"
