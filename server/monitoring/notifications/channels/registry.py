"""The channels of messages with their interface, and the error of a failed delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from server.foundation.i18n import Sentence

Way = Literal["apprise", "webhook", "mail"]
WAYS: Final[dict[Way, Sentence]] = {
    "apprise": Sentence(
        "群机器人（企业微信、钉钉、飞书等）", "Chat robot (WeCom, DingTalk, Feishu…)"
    ),
    "webhook": Sentence("回调地址", "Webhook"),
    "mail": Sentence("邮件", "Mail"),
}
assert set(WAYS) == set(get_args(Way))  # noqa: S101 - both lists are one


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An outgoing message; `token` is an idempotency key, equal for all retries."""

    title: str
    text: str
    token: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A destination: address, headers, body template, mail recipients, mail server address.

    `networks`: permitted besides public addresses.
    """

    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    recipients: Sequence[str] = ()
    smtp_url: str = ""
    networks: Sequence[str] = ()


class NotDelivered(Exception):
    """Delivery failed; `why` is for the server's log, without secrets. `later`: retry.

    `ours`: the reason is in the target's own settings and reveals nothing of the remote side.
    """

    def __init__(self, why: str, *, later: bool = True, ours: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.later = later
        self.ours = ours
