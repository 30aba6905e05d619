"""Assets and their renditions."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assets",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        *_people(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        *_content(),
        sa.Column("slide", sa.JSON),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("code", sa.String(20)),
        sa.Column("reason_zh", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        sa.Column("builtin", sa.Boolean, nullable=False),
        sa.Column("replaces_id", Number, sa.ForeignKey("assets.id"), index=True),
        sa.Column("replaced_by", Number, sa.ForeignKey("assets.id")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("signed_at", sa.BigInteger),
        sa.CheckConstraint(
            "single_person OR reviewer_id <> author_id", name="ck_assets_two_persons"
        ),
        sqlite_autoincrement=True,
    )
    _make_renditions()


def _people() -> list[sa.Column[object]]:
    return [
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False, index=True),
        sa.Column("author_id", Number, sa.ForeignKey("users.id")),
        sa.Column("reviewer_id", Number, sa.ForeignKey("users.id")),
        sa.Column("single_person", sa.Boolean, nullable=False),
        sa.Column("editors", sa.JSON, nullable=False),
    ]


def _content() -> list[sa.Column[object]]:
    return [
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("thumbnail", sa.String(64), index=True),
        sa.Column("poster", sa.String(64), index=True),
    ]


def _make_renditions() -> None:
    op.create_table(
        "asset_renditions",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column(
            "asset_id", Number, sa.ForeignKey("assets.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("cls", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("blocks", sa.JSON, nullable=False),
        sa.UniqueConstraint("asset_id", "cls"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("asset_renditions")
    op.drop_table("assets")
