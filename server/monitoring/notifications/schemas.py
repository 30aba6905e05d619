"""Answers of `/notification-targets`."""

from typing import Annotated, Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Instant, PublicId, UnitId
from server.monitoring.notifications.channels.mail_settings import Security
from server.monitoring.notifications.channels.registry import Way

Level = Literal["duty", "venue", "unit", "district"]
Event = Literal["raised", "recovered", "digest", "halted", "approval"]


class QuietHours(Answered):
    """Wall-clock times of the district; past midnight if `from` is the later one."""

    from_: str = Field(alias="from")
    until: str


class Smtp(Answered):
    """A target's own mail server, without its password."""

    host: str
    port: int
    security: Security
    user: str
    sender: str
    has_password: bool


class NotificationTarget(Answered):
    """A unit's notification target; secrets are write-only, `hint` identifies them.

    `smtp` is null if mail uses the district's server, and for other kinds.
    """

    id: Annotated[str, PublicId("notification_target")]
    unit_id: UnitId
    name: str
    kind: Way
    level: Level
    events: list[Event]
    codes: list[str]
    hint: str
    has_headers: bool
    smtp: Smtp | None
    template: str | None
    recipients: list[str]
    quiet_hours: QuietHours | None
    digest_at: str
    language: Literal["zh_CN", "en"]
    active: bool
    created_at: Instant


class Message(Answered):
    """A message with its outcome; `error`: why the last attempt failed."""

    id: Annotated[str, PublicId("message")]
    kind: Literal[
        "raised", "recovered", "escalated", "digest", "halted", "approval", "altered", "test"
    ]
    title: str
    text: str
    state: Literal["waiting", "sent", "failed", "dropped"]
    attempts: int
    error: str
    created_at: Instant
    sent_at: Instant | None
