"""A release after this one, which doesn't exist: this tree with a step more in each history."""

from pathlib import Path
from typing import Final

from server.foundation.db.migrate import History, head
from server.foundation.db.reach import number_of
from tests.support.processes.last_release import Release, this_tree

CONFIG: Final = """
    op.create_table(
        "next_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("screen_id", sa.BigInteger, sa.ForeignKey("screens.id")),
    )
    op.add_column("screens", sa.Column("next_note", sa.String(20)))
    op.add_column(
        "tenures", sa.Column("next_count", sa.BigInteger, nullable=False, server_default="0")
    )
    op.create_index("ix_screens_next_note", "screens", ["next_note"])
"""
PLAYS: Final = """
    op.create_table("next_sums", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("batches", sa.Column("next_mark", sa.BigInteger))
    op.add_column(
        "rollup_screen", sa.Column("next_sum", sa.BigInteger, nullable=False, server_default="0")
    )
"""
BACK: Final = {
    "config": """
    op.drop_index("ix_screens_next_note", "screens")
    op.drop_column("tenures", "next_count")
    op.drop_column("screens", "next_note")
    op.drop_table("next_notes")
""",
    "plays": """
    op.drop_column("rollup_screen", "next_sum")
    op.drop_column("batches", "next_mark")
    op.drop_table("next_sums")
""",
}
STEPS: Final[dict[History, str]] = {"config": CONFIG, "plays": PLAYS}
TEXT: Final = '''"""A step of a release to come."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:{forth}

def downgrade() -> None:{back}'''


def next_release(folder: Path, *, only_adds: bool = True) -> Release:
    """Each of its steps adds columns, a table and an index to tables written under load.

    With `only_adds` their names mark that releases since this one run on them.
    """
    release = this_tree(folder, "the release after this tree")
    for history in STEPS:
        before = head(history) or ""
        revision = next_revision(before) if only_adds else f"{number_of(before) + 1:04}"
        write_step(folder / "server/foundation/db/migrations" / history, history, revision, before)
    return release


def next_revision(newest: str) -> str:
    """The one after it, on which releases that know it can run."""
    return f"{number_of(newest) + 1:04}_{number_of(newest):04}"


def write_step(migrations: Path, history: History, revision: str, before: str) -> None:
    """One step more in a folder of a history."""
    text = TEXT.format(revision=revision, before=before, forth=STEPS[history], back=BACK[history])
    (migrations / "versions" / f"{revision}_next.py").write_text(text, encoding="utf-8")
