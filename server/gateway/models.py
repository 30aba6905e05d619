"""Tables of commands to players, and of the returned pictures."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Instant, Key, Number


class SentCommand(ConfigBase):
    """One command to one screen, kept for 35 days.

    `state` is `sent`, `answered`, `refused` (by the player), `no_answer` or `offline`. `result`:
    the player's JSON without a picture; only its beginning if `result_cut`. `shot`: time of the
    screenshot and expected content; `verdict`: `matches`, `differs` or `not_comparable`.
    """

    __tablename__ = "sent_commands"
    __table_args__ = (
        Index("ix_sent_commands_screen_id_id", "screen_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]]
    sent_at: Mapped[Instant] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))
    duration_ms: Mapped[int | None]
    result: Mapped[str | None] = mapped_column(Text)
    result_cut: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(200))
    verdict: Mapped[str | None] = mapped_column(String(16))
    shot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CommandPicture(ConfigBase):
    """A JPEG of at most 100,000 bytes: `shown` on the screen, or `meant` (expected)."""

    __tablename__ = "command_pictures"
    __table_args__ = ()
    command_id: Mapped[int] = mapped_column(
        Number,
        ForeignKey("sent_commands.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class BulkAct(ConfigBase):
    """A bulk action by one person, kept for 35 days; `args` as sent.

    `finished_at` is null while commands or answers are pending.
    """

    __tablename__ = "bulk_acts"
    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]]
    created_at: Mapped[Instant] = mapped_column(index=True)
    finished_at: Mapped[LaterInstant]
    undone_at: Mapped[LaterInstant]


class BulkOutcome(ConfigBase):
    """The outcome on one screen.

    `state` is `waiting`, `done` (a record was changed), or as that of a command: `sent`,
    `answered`, `refused`, `no_answer`, `offline`; `command_id` is the command that went out.
    `before` is how the screen was, where the act can be taken back (bulk/former_state.py).
    """

    __tablename__ = "bulk_outcomes"
    __table_args__ = ()
    bulk_id: Mapped[int] = mapped_column(
        Number, ForeignKey("bulk_acts.id", ondelete="CASCADE"), primary_key=True
    )
    screen_id: Mapped[int] = mapped_column(
        Number, ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(10))
    error: Mapped[str | None] = mapped_column(String(200))
    command_id: Mapped[int | None] = mapped_column(Number)
    at: Mapped[LaterInstant]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
