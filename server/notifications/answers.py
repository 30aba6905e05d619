"""What `/notification-targets` answers."""

from typing import Literal

from pydantic import Field

from server.answers import Answered, Instant
from server.notifications.ways import Way


class QuietHours(Answered):
    """Wall-clock times of the district; over midnight where `from` is the later one."""

    from_: str = Field(alias="from")
    until: str


class NotificationTarget(Answered):
    """Where a unit wants to be told. What is secret is never shown; `hint` says which it is."""

    id: str
    unit_id: str
    name: str
    kind: Way
    level: Literal["duty", "venue", "unit", "district"]
    events: list[Literal["raised", "recovered", "digest"]]
    codes: list[str]
    hint: str
    has_headers: bool
    template: str | None
    recipients: list[str]
    quiet_hours: QuietHours | None
    digest_at: str
    language: Literal["zh_CN", "en"]
    active: bool
    created_at: Instant


class Message(Answered):
    """A message and what became of it; `error` is why the last try failed."""

    id: str
    kind: Literal["raised", "recovered", "escalated", "digest", "test"]
    title: str
    text: str
    state: Literal["waiting", "sent", "failed", "dropped"]
    attempts: int
    error: str
    created_at: Instant
    sent_at: Instant | None
