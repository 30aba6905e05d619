"""Boxes of screens, refused enrolments, who made a key, packs for LED controllers."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0028"
down_revision = "0027"

# Boxes from before this table: the last one of each screen.
FILL = """
INSERT INTO screen_boxes (screen_id, serial, player, how, from_at, until_at, ended)
SELECT id, serial, player, 'earlier', enrolled_at, COALESCE(revoked_at, retired_at),
    CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN retired_at IS NOT NULL THEN 'retired' END
FROM screens WHERE enrolled_at IS NOT NULL ORDER BY id
"""


def upgrade() -> None:
    """Create the tables, and insert the current box of each screen."""
    op.add_column("enrolment_keys", _number("made_by", "users.id"), inline_references=True)
    op.add_column("screens", sa.Column("awaited_since", sa.BigInteger))
    moved = _number("moved_to", "screens.id")
    op.add_column("screen_tokens", moved, inline_references=True)
    _make_boxes()
    op.execute(FILL)
    _make_refusals()
    _make_packs()


def downgrade() -> None:
    """Take them away."""
    for table in ("led_packs", "refused_enrolments", "screen_boxes"):
        op.drop_table(table)
    op.drop_column("screen_tokens", "moved_to")
    op.drop_column("screens", "awaited_since")
    op.drop_column("enrolment_keys", "made_by")


def _make_boxes() -> None:
    op.create_table(
        "screen_boxes",
        _id(),
        _number("screen_id", "screens.id", delete="CASCADE", empty=False),
        sa.Column("serial", sa.String(120)),
        sa.Column("player", sa.String(40), nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
        _number("key_id", "enrolment_keys.id"),
        _number("user_id", "users.id"),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger),
        sa.Column("ended", sa.String(10)),
        _number("ended_by", "users.id"),
        sqlite_autoincrement=True,
    )
    for column in ("screen_id", "serial", "key_id"):
        op.create_index(f"ix_screen_boxes_{column}", "screen_boxes", [column])


def _make_refusals() -> None:
    op.create_table(
        "refused_enrolments",
        _id(),
        _number("screen_id", "screens.id", delete="CASCADE", empty=False),
        _number("key_id", "enrolment_keys.id", empty=False),
        sa.Column("serial", sa.String(120), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.UniqueConstraint("screen_id", "serial"),
        sqlite_autoincrement=True,
    )


def _make_packs() -> None:
    op.create_table(
        "led_packs",
        _id(),
        _number("user_id", "users.id", delete="CASCADE", empty=False),
        _number("campaign_id", "campaigns.id", delete="CASCADE"),
        _number("venue_id", "venues.id", delete="CASCADE"),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("pictures", sa.String(4), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("reason_zh", sa.Text),
        sa.Column("reason_en", sa.Text),
        sa.Column("files", sa.Integer),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "campaign_id", "venue_id"):
        op.create_index(f"ix_led_packs_{column}", "led_packs", [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _number(
    name: str, target: str, *, delete: str | None = None, empty: bool = True
) -> sa.Column[int]:
    return sa.Column(name, Number, sa.ForeignKey(target, ondelete=delete), nullable=empty)
