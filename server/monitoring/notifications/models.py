"""Tables of notification targets and messages."""

from typing import Any, Final

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import Unit
from server.foundation.db.columns import ConfigBase, Instant, Key
from server.inventory.screens.models import LaterInstant

PURPOSE: Final = "notification targets"
"""The purpose for which targets' secrets are sealed."""


class NotificationTarget(ConfigBase):
    """A unit's notification target: `kind` is `apprise`, `webhook` or `mail`.

    `level`: `duty` is immediate; `venue`, `unit`, `district` are escalation steps. `secret`:
    encrypted address, headers or password; `hint`: its displayable part. Quiet hours and
    `digest_at` are wall-clock times of the district.
    """

    __tablename__ = "notification_targets"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(10))
    events: Mapped[list[Any]]
    codes: Mapped[list[Any]]
    secret: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(String(200))
    template: Mapped[str | None] = mapped_column(Text)
    recipients: Mapped[list[Any]]
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    digest_at: Mapped[str] = mapped_column(String(5))
    language: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool]
    created_at: Mapped[Instant]
    unit: Mapped[Unit] = relationship(lazy="joined")


class Message(ConfigBase):
    """One message to one target; unique per `occasion`.

    `state` is `waiting`, `sent`, `failed` or `dropped`; `error`: why the last attempt failed,
    without secrets. `fields`: values for a webhook's template.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("target_id", "occasion"),
        Index("ix_messages_target_id_id", "target_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    target_id: Mapped[int] = mapped_column(
        ForeignKey("notification_targets.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(10))
    occasion: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]
    sent_at: Mapped[LaterInstant]
