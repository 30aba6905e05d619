"""What venues report by hand, the photos that go with it, and what the district has set."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attestations",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("venue_id", Number, sa.ForeignKey("venues.id"), nullable=False),
        sa.Column("author_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("plays_per_day", sa.Integer, nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.CheckConstraint("from_on <= to_on", name="lasts"),
        sa.CheckConstraint("days >= 1 AND plays_per_day >= 1", name="counts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attestations_venue_id_to_on", "attestations", ["venue_id", "to_on"])
    op.create_index("ix_attestations_state", "attestations", ["state"])
    op.create_table(
        "photos",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("owner", "digest", name="uq_photos_owner_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_photos_digest", "photos", ["digest"])
    op.create_table(
        "district_settings",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("district_settings")
    op.drop_table("photos")
    op.drop_table("attestations")
