"""Incidents, sightings of screens, alerts, notification targets and messages."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the tables."""
    _make_targets()
    _make_messages()
    _make_incidents()
    op.create_table(
        "sightings",
        _number("screen_id", "screens.id", "CASCADE", key=True),
        sa.Column("code", sa.String(30), primary_key=True),
        _instant("first_at"),
        _instant("last_at"),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
    )
    op.create_table(
        "alerts",
        _id(),
        _number("target_id", "notification_targets.id", "CASCADE"),
        _number("incident_id", "incidents.id", "CASCADE"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("place", sa.String(30), nullable=False),
        _instant("due_at"),
        _instant("message_id", empty=True),
        sa.UniqueConstraint("target_id", "incident_id", "kind", "step"),
        sqlite_autoincrement=True,
    )
    for column in ("target_id", "incident_id"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])
    op.create_index("ix_alerts_message_id", "alerts", ["message_id", "due_at"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("alerts", "sightings", "incidents", "messages", "notification_targets"):
        op.drop_table(table)


def _make_targets() -> None:
    op.create_table(
        "notification_targets",
        _id(),
        _number("unit_id", "units.id", None),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("codes", sa.JSON, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("hint", sa.String(200), nullable=False),
        sa.Column("template", sa.Text),
        sa.Column("recipients", sa.JSON, nullable=False),
        sa.Column("quiet_from", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("digest_at", sa.String(5), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        _instant("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notification_targets_unit_id", "notification_targets", ["unit_id"])


def _make_messages() -> None:
    op.create_table(
        "messages",
        _id(),
        _number("target_id", "notification_targets.id", "CASCADE"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("occasion", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        _instant("created_at"),
        _instant("sent_at", empty=True),
        sa.UniqueConstraint("target_id", "occasion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_target_id_id", "messages", ["target_id", "id"])


def _make_incidents() -> None:
    op.create_table(
        "incidents",
        _id(),
        sa.Column("code", sa.String(30), nullable=False),
        _number("screen_id", "screens.id", "CASCADE", empty=True),
        _number("venue_id", "venues.id", "SET NULL", empty=True),
        _number("line_id", "lines.id", "SET NULL", empty=True),
        _number("unit_id", "units.id", None),
        sa.Column("open_key", sa.String(60), unique=True),
        sa.Column("state", sa.String(12), nullable=False),
        _instant("since"),
        _instant("until", empty=True),
        _instant("raised_at"),
        _instant("closed_at", empty=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("cause", sa.String(20)),
        _number("assignee_id", "users.id", "SET NULL", empty=True),
        sa.Column("note", sa.Text, nullable=False),
        _number("acknowledged_by", "users.id", "SET NULL", empty=True),
        _instant("acknowledged_at", empty=True),
        sa.Column("firm", sa.String(120), nullable=False),
        sa.Column("firm_phone", sa.String(30), nullable=False),
        sa.Column("order_note", sa.Text, nullable=False),
        _instant("dispatched_at", empty=True),
        sa.Column("escalated", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incidents_screen_id_since", "incidents", ["screen_id", "since"])
    op.create_index("ix_incidents_state", "incidents", ["state"])
    op.create_index("ix_incidents_unit_id", "incidents", ["unit_id"])


def _id() -> "sa.Column[int]":
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _number(
    name: str, refers_to: str, ondelete: str | None, *, key: bool = False, empty: bool = False
) -> "sa.Column[int]":
    link = sa.ForeignKey(refers_to, ondelete=ondelete)
    if key:
        return sa.Column(name, Number, link, primary_key=True, autoincrement=False)
    return sa.Column(name, Number, link, nullable=empty)


def _instant(name: str, *, empty: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=empty)
