"""What people at a venue do without an account: codes of pages, pauses by PIN, reported faults."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0026"
down_revision = "0025"

KEEP_NUMBERS = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Create the tables; a pause needs no account any more, and is part of the protocol."""
    op.create_table(
        "screen_codes",
        sa.Column("screen_id", Number, _under("screens"), primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(32)),
        sa.Column("code_hash", sa.String(64), unique=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pin_locks",
        sa.Column("venue_id", Number, _under("venues"), primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "fault_reports",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("incident_id", Number, _under("incidents"), nullable=False),
        sa.Column("screen_id", Number, _under("screens"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        **KEEP_NUMBERS,
    )
    op.create_index("ix_fault_reports_incident_id", "fault_reports", ["incident_id"])
    op.create_index("ix_fault_reports_screen_id_at", "fault_reports", ["screen_id", "at"])
    op.create_table(
        "fault_photos",
        sa.Column(
            "report_id", Number, _under("fault_reports"), primary_key=True, autoincrement=False
        ),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    _let_pauses_be_nobodys(nullable=True)
    op.add_column("assignments", sa.Column("pause", sa.JSON))


def downgrade() -> None:
    """Drop the tables, and the pauses declared without an account."""
    op.drop_column("assignments", "pause")
    op.execute("DELETE FROM screen_pauses WHERE user_id IS NULL")
    _let_pauses_be_nobodys(nullable=False)
    for table in ("fault_photos", "fault_reports", "pin_locks", "screen_codes"):
        op.drop_table(table)


def _let_pauses_be_nobodys(*, nullable: bool) -> None:
    """SQLite recreates the table for that; nothing references its rows."""
    with op.batch_alter_table("screen_pauses", table_kwargs=KEEP_NUMBERS) as pauses:
        pauses.alter_column("user_id", existing_type=Number, nullable=nullable)


def _under(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
