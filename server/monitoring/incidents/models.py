"""Tables of incidents, sightings and alerts."""

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant, Key, Number
from server.inventory.screens.models import LaterInstant


class Incident(ConfigBase):
    """An incident of one screen, or of a shared cause (then without a screen).

    `state` is `open`, `acknowledged` or `closed`. `open_key` is set until it is closed, which
    prevents two of the same code and screen. `since` and `until`: the time of the fault by contact
    with screens and server; `raised_at` and `closed_at`: when it was detected. `escalated`: the
    last escalation step. `facts`: details that depend on the code.
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
    note: Mapped[str] = mapped_column(Text, default="")
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    acknowledged_at: Mapped[LaterInstant]
    firm: Mapped[str] = mapped_column(String(120), default="")
    firm_phone: Mapped[str] = mapped_column(String(30), default="")
    order_note: Mapped[str] = mapped_column(Text, default="")
    dispatched_at: Mapped[LaterInstant]
    escalated: Mapped[int] = mapped_column(default=0)


class FaultReport(ConfigBase):
    """A fault report from the venue, without account; `kind` is one of `site_reports.KINDS`."""

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
    """The photo of a report: a JPEG of at most 300,000 bytes, re-encoded."""

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
    """A sighting of a screen by the serving process: a lasting state or an event.

    `last_at` is renewed while a state lasts; `count`: reports since `first_at`.
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
    """One alert about an incident to one target, sent once.

    `kind` is `raised`, `recovered` or `escalated`; due alerts of one `place` (a line, a venue)
    become one message. `message_id` 0: cancelled before it was sent.
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
