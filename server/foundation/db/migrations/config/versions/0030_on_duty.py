"""The on-call roster; immediate targets are notified of pending approvals."""

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0030"
down_revision = "0029"

APPROVAL = "approval"
TARGETS = sa.table(
    "notification_targets",
    sa.column("id", sa.BigInteger),
    sa.column("level", sa.String),
    sa.column("events", sa.JSON),
)


def upgrade() -> None:
    """Create the roster, and add the approval event to duty targets with all events."""
    op.create_table(
        "duty_shifts",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("begins", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("begins <> ends", name="lasts"),
        sqlite_autoincrement=True,
    )
    for column in ("unit_id", "user_id"):
        op.create_index(f"ix_duty_shifts_{column}", "duty_shifts", [column])
    _tell(lambda events: [*events, APPROVAL] if "raised" in events else events)


def downgrade() -> None:
    """Take it away."""
    _tell(lambda events: [one for one in events if one != APPROVAL])
    op.drop_table("duty_shifts")


def _tell(changed: Callable[[list[str]], list[str]]) -> None:
    connection = op.get_bind()
    query = sa.select(TARGETS.c.id, TARGETS.c.events).where(TARGETS.c.level == "duty")
    rows = connection.execute(query)
    for number, events in rows.all():
        known = json.loads(events) if isinstance(events, str) else events
        wanted = changed(known)
        if wanted != known:
            connection.execute(
                sa.update(TARGETS).where(TARGETS.c.id == number).values(events=wanted)
            )
