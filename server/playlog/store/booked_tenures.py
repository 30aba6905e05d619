"""The tenures by which each screen's roll-ups are booked."""

from collections.abc import Sequence
from typing import Final

from server.playlog.model.screen_context import ScreenContext, Tenure
from server.playlog.store.transaction import Tx

FOREVER_MS: Final = 2**53
"""Stored as the end of an open tenure."""


def booked_tenures(tx: Tx, screen: int) -> tuple[Tenure, ...]:
    """The tenures by which a screen's roll-ups are booked.

    Cached until another process or thread writes a new revision.
    """
    row = tx.row("SELECT revision FROM followed WHERE screen = ?", (screen,))
    revision = row[0] if row else 0
    cached = tx.names.tenures.get(screen)
    if cached is None or cached[0] != revision:
        rows = tx.rows(
            "SELECT manifest, from_ms, until_ms, reported FROM known_tenures "
            "WHERE screen = ? ORDER BY from_ms, reported DESC",
            (screen,),
        )
        found = tuple(
            Tenure(manifest, from_ms, until_ms if until_ms < FOREVER_MS else None, bool(reported))
            for manifest, from_ms, until_ms, reported in rows
        )
        cached = tx.names.tenures[screen] = (revision, found)
    return cached[1]


def write_tenures(tx: Tx, screen_context: ScreenContext, old: Sequence[Tenure]) -> None:
    """Replace `old` by the current tenures of a screen as the basis of its roll-ups."""
    tx.run(
        "INSERT INTO followed (screen, stamp, revision) VALUES (?, '', 1) "
        "ON CONFLICT (screen) DO UPDATE SET revision = followed.revision + 1",
        (screen_context.screen,),
    )
    kept = set(screen_context.tenures)
    gone = [tenure for tenure in old if tenure not in kept]
    tx.run_many(
        "DELETE FROM known_tenures WHERE screen = ? AND from_ms = ?",
        [(screen_context.screen, tenure.from_ms) for tenure in gone],
    )
    tx.run_many(
        "INSERT INTO known_tenures (screen, from_ms, manifest, until_ms, reported) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (
                screen_context.screen,
                one.from_ms,
                one.manifest,
                one.until_ms or FOREVER_MS,
                int(one.reported),
            )
            for one in screen_context.tenures
            if one not in set(old)
        ],
    )
