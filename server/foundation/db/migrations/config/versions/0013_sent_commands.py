"""The commands that people sent to players, and the pictures that came back."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sent_commands",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column(
            "screen_id", Number, sa.ForeignKey("screens.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("result", sa.Text),
        sa.Column("result_cut", sa.Boolean, nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("verdict", sa.String(16)),
        sa.Column("shot", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sent_commands_screen_id_id", "sent_commands", ["screen_id", "id"])
    op.create_index("ix_sent_commands_sent_at", "sent_commands", ["sent_at"])
    op.create_table(
        "command_pictures",
        sa.Column(
            "command_id",
            Number,
            sa.ForeignKey("sent_commands.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("kind", sa.String(5), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("command_pictures")
    op.drop_table("sent_commands")
