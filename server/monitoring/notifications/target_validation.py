"""Validates targets as entered."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from server.foundation.errors import Fault
from server.foundation.i18n import Sentence
from server.monitoring.notifications.channels import mail, robots, webhook_templates
from server.monitoring.notifications.models import NotificationTarget

NO_ROBOT: Final = Sentence(
    "请填写群机器人地址，例如企业微信的 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…，"
    "或 wecombot:// dingtalk:// feishu:// mailto:// 开头的 Apprise 地址。",
    "Give a robot's address, such as WeCom's https://qyapi.weixin.qq.com/cgi-bin/webhook/send?"
    "key=…, or an Apprise address (wecombot:// dingtalk:// feishu:// mailto:// …).",
)
NO_URL: Final = Sentence(
    "请填写 http:// 或 https:// 开头的地址，不带用户名和密码（令牌请放在 headers 中）。",
    "Give an address with http:// or https://, without user and password (tokens go to headers).",
)
NO_HEADER: Final = Sentence(
    "请求头的名称只能用字母、数字和连字符，值不能换行；Content-Length 等由系统填写。",
    "Names of headers have letters, digits and hyphens only, values no line breaks; "
    "Content-Length and the like are ours to fill in.",
)
NO_RECIPIENT: Final = Sentence(
    "请填写至少一个收件地址，例如 zhiban@example.cn。",
    "Give at least one mail address, such as duty@example.cn.",
)
NO_SERVER: Final = Sentence(
    "请填写邮件服务器，例如 smtp://user:password@mail.example.cn:25?from=anping@example.cn，"
    "或由管理员设置 ANPING_SMTP_URL。",
    "Give a mail server, such as smtp://user:password@mail.example.cn:25?from=anping@example.cn, "
    "or have ANPING_SMTP_URL set.",
)
HALF_QUIET: Final = Sentence("免打扰时段请填写开始和结束。", "Give both ends of the quiet hours.")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
# Framing headers: with them a body could smuggle a second request to an inner host.
_FRAMING: Final = frozenset(
    {"content-length", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer"}
)


def of_target(
    row: NotificationTarget, secret: Mapping[str, Any], *, own_server: bool
) -> list[Fault]:
    """The faults of a target with its secret; `own_server`: the district has a mail server."""
    found = {"apprise": _robot, "webhook": _webhook}.get(row.kind, _mail)
    wrong = list(found(row, secret))
    if row.kind == "mail" and not secret.get("smtp_url") and not own_server:
        wrong.append(Fault("/smtp_url", NO_SERVER))
    if (row.quiet_from is None) != (row.quiet_until is None):
        wrong.append(Fault("/quiet_hours", HALF_QUIET))
    return wrong


def _robot(_row: NotificationTarget, secret: Mapping[str, Any]) -> Iterator[Fault]:
    if robots.own_form(secret.get("url", "")) is None:
        yield Fault("/url", NO_ROBOT)


def _webhook(row: NotificationTarget, secret: Mapping[str, Any]) -> Iterator[Fault]:
    if not _is_url(secret.get("url", "")):
        yield Fault("/url", NO_URL)
    for name, value in (secret.get("headers") or {}).items():
        plain = _HEADER.fullmatch(name) and value.isprintable() and value.isascii()
        if not plain or name.lower() in _FRAMING:
            yield Fault("/headers", NO_HEADER)
    wrong = webhook_templates.fault_of(row.template) if row.template else None
    if wrong is not None:
        yield Fault("/template", wrong)


def _mail(row: NotificationTarget, secret: Mapping[str, Any]) -> Iterator[Fault]:
    if not row.recipients or not all(mail.is_address(one) for one in row.recipients):
        yield Fault("/recipients", NO_RECIPIENT)
    try:
        if secret.get("smtp_url"):
            mail.mail_server(secret["smtp_url"])
    except ValueError:
        yield Fault("/smtp_url", NO_SERVER)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return good and plain and parts.username is None and parts.password is None
