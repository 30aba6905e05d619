"""Limits the names of files and plans that only one screen has brought.

Each name is a permanent row. Files of the batch's plan, of takeovers assigned to the screen and
names already stored are free. Other names are invented, or from before a restore: they are stored,
so that an honest player's chain can be verified, up to `MOST` per screen. Beyond that a file
becomes none (`bad_value`), and so does a plan (`unknown_manifest`).
"""

from typing import Final

import msgspec

from server.playlog.model.batch import Batch, is_digest
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import Plan
from server.playlog.store import boots
from server.playlog.store.transaction import Tx

MOST: Final = 500
NO_FILE: Final = "-"
"""Placeholder for a file without a stored name; never equals a digest."""


def without_strange(tx: Tx, context: IngestContext, batch: Batch) -> Batch:
    """The batch reduced to the names that its screen may bring. Raises PlanNeeded."""
    plan = context.plans(batch.manifest) if batch.manifest is not None else None
    if plan is not None and plan.digests.issuperset(batch.assets):
        return batch
    files = _strange_files(tx, context, batch, plan)
    strange_plan = plan is None and not _is_held(tx, "names", "text", batch.manifest)
    count = len(files) + strange_plan
    if count == 0:
        return batch
    if boots.strange_names(tx, context.screen_context.screen) + count <= MOST:
        boots.note_strange_names(tx, context.screen_context.screen, count)
        return batch
    return msgspec.structs.replace(
        batch,
        assets=[NO_FILE if name in files else name for name in batch.assets],
        manifest=None if strange_plan else batch.manifest,
    )


def _strange_files(tx: Tx, context: IngestContext, batch: Batch, plan: Plan | None) -> set[str]:
    """Digests in the batch's plays that neither plan, takeover nor store contains."""
    named = range(len(batch.assets))
    files = {batch.assets[index] for index in set(batch.asset) if index in named}
    files -= {window.asset for window in context.screen_context.takeovers}
    files -= plan.digests if plan is not None else frozenset()
    return {name for name in files if is_digest(name) and not _is_held(tx, "items", "asset", name)}


def _is_held(tx: Tx, table: str, column: str, name: str | None) -> bool:
    if name is None:
        return True
    found = tx.row(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (name,))  # noqa: S608 - names written in this module
    return found is not None
