"""Tables of incidents, of what the live process saw, and of what is to be told to whom."""

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key, Number
from server.inventory.screens.models import LaterInstant


class Incident(ConfigBase):
    """One outage of one screen, or of a shared cause (then without a screen).

    `state` is `open`, `acknowledged` or `closed`. `open_key` is there while it isn't closed: there
    are never two of the same code and screen. `since` and `until` are when it was so, by what
    screens and server heard; `raised_at` and `closed_at` when it was found. `escalated` is up to
    which step it was told by age. `facts` has what belongs to its code.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_screen_id_since", "screen_id", "since"),
        Index("ix_incidents_state", "state"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(30))
    screen_id: Mapped[int | None] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id", ondelete="SET NULL"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("lines.id", ondelete="SET NULL"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[Instant]
    until: Mapped[LaterInstant]
    raised_at: Mapped[Instant]
    closed_at: Mapped[LaterInstant]
    facts: Mapped[dict[str, Any]]
    cause: Mapped[str | None] = mapped_column(String(20))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(Text)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    acknowledged_at: Mapped[LaterInstant]
    firm: Mapped[str] = mapped_column(String(120))
    firm_phone: Mapped[str] = mapped_column(String(30))
    order_note: Mapped[str] = mapped_column(Text)
    dispatched_at: Mapped[LaterInstant]
    escalated: Mapped[int] = mapped_column(default=0)


class FaultReport(ConfigBase):
    """What somebody at the venue said is wrong with a screen, without account; `kind` is one of
    `reported.KINDS`."""

    __tablename__ = "fault_reports"
    __table_args__ = (
        Index("ix_fault_reports_screen_id_at", "screen_id", "at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), index=True
    )
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500))
    at: Mapped[Instant]


class FaultPhoto(ConfigBase):
    """The photo of a report: a JPEG of at most 300,000 bytes, drawn anew."""

    __tablename__ = "fault_photos"
    __table_args__ = ()
    report_id: Mapped[int] = mapped_column(
        Number,
        ForeignKey("fault_reports.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Sighting(ConfigBase):
    """What the process that hears screens saw of one: what holds now, or happened.

    `last_at` is renewed while it holds; `count` is how often it was told since `first_at`.
    """

    __tablename__ = "sightings"
    __table_args__ = ()
    screen_id: Mapped[int] = mapped_column(
        ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]
    count: Mapped[int]
    detail: Mapped[str] = mapped_column(String(200))


class Alert(ConfigBase):
    """One thing about one incident that one target is to be told, once.

    `kind` is `raised`, `recovered` or `escalated`; alerts of one `place` (a line, a venue) that
    are due together become one message. A `message_id` of 0 means that there was nothing to tell
    any more.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("target_id", "incident_id", "kind", "step"),
        Index("ix_alerts_message_id", "message_id", "due_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    target_id: Mapped[int] = mapped_column(
        ForeignKey("notification_targets.id", ondelete="CASCADE"), index=True
    )
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    step: Mapped[int] = mapped_column(default=0)
    place: Mapped[str] = mapped_column(String(30))
    due_at: Mapped[Instant]
    message_id: Mapped[LaterInstant]
