"""Units, people, roles, sessions, tokens, audit trail."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0001"
down_revision = None


def _owner(*, index: bool) -> sa.Column[int]:
    key = sa.ForeignKey("users.id", ondelete="CASCADE")
    return sa.Column("user_id", Number, key, nullable=False, index=index)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "units",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("parent_id", Number, sa.ForeignKey("units.id", name="fk_units_parent_id_units")),
        sa.Column("path", sa.String(255), nullable=False, index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("code", sa.String(60), unique=True),
        sa.Column("leader", sa.String(60), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "users",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("username", sa.String(60), nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("phone", sa.String(30), nullable=False),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False, index=True),
        sa.Column("language", sa.String(10)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_roles",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        _owner(index=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False),
        sa.UniqueConstraint("user_id", "role", "unit_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        _owner(index=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        _owner(index=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user_id", Number, sa.ForeignKey("users.id")),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("object", sa.String(64), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_object", "audit_entries", ["object"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("audit_entries", "api_tokens", "user_sessions", "user_roles", "users", "units"):
        op.drop_table(table)
