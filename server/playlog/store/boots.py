"""Rows of boots and of screens' logs."""

from collections.abc import Collection
from dataclasses import dataclass

from server.playlog.model.hash_chain import start
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Boot:
    """A boot of a screen; everything up to seq `upto` is stored without a hole.

    `key` has signed its batches (a point, `device_signature.jwk_of`). `mono_until`: end of its
    accepted plays by its monotonic clock, ms; later plays begin then or later.
    """

    id: int
    screen: int
    boot: str
    upto: int
    head: bytes
    last_at: int
    unsynced: int
    flag: str | None
    key: str | None = None
    mono_until: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """A screen's watermarks, all ms since 1970 UTC.

    `played_until` and `slots_until`: end of the last accepted play, and of the last slot with
    evidence. `reported_until`: end of the last play of any verdict. `manifest` (a name's number):
    that of the last slot. `before_until`: end of the last slot of the manifest before.
    """

    played_until: int = 0
    slots_until: int = 0
    reported_until: int = 0
    manifest: int = 0
    before_until: int = 0
    widest_ms: int = 0


def find_boot(tx: Tx, screen: int, boot: str) -> Boot | None:
    """The row of a boot; None if there is none."""
    row = tx.row(
        "SELECT id, screen, boot, upto, head, last_at, unsynced, flag, key, mono_until FROM boots "
        "WHERE screen = ? AND boot = ?",
        (screen, boot),
    )
    return Boot(*row) if row else None


def open_boot(tx: Tx, screen: int, boot: str, now_ms: int) -> Boot:
    """A boot's row, created if it is new."""
    found = find_boot(tx, screen, boot)
    if found is None:
        tx.run(
            "INSERT INTO boots (screen, boot, upto, head, first_at, last_at, unsynced) "
            "VALUES (?, ?, 0, ?, ?, ?, 0)",
            (screen, boot, start(boot), now_ms, now_ms),
        )
        found = find_boot(tx, screen, boot)
    if found is None:
        raise LookupError(boot)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a boot by a batch: `unsynced` more plays wait for a clock."""

    upto: int
    head: bytes
    mono_until: int
    unsynced: int = 0


def advance_boot(tx: Tx, boot: Boot, step: Step, now_ms: int) -> None:
    """Move the high-water marks."""
    tx.run(
        "UPDATE boots SET upto = ?, head = ?, last_at = ?, unsynced = unsynced + ?, "
        "mono_until = ? WHERE id = ?",
        (
            step.upto, step.head, max(now_ms, boot.last_at), step.unsynced,
            max(step.mono_until, boot.mono_until), boot.id,
        ),
    )  # fmt: skip


def log_of(tx: Tx, screen: int) -> Log:
    """A screen's watermarks; all zero for a new one."""
    row = tx.row(
        "SELECT played_until, slots_until, told_until, manifest, before_until, widest_ms "
        "FROM logs WHERE screen = ?",
        (screen,),
    )
    return Log(*row) if row else Log()


def widest_of(tx: Tx, screens: Collection[int]) -> dict[int, int]:
    """By screen the time that its widest batch takes, ms; 0 for a new one."""
    rows = tx.rows_for(
        "SELECT screen, widest_ms FROM asked CROSS JOIN logs WHERE screen = c0",
        [(screen,) for screen in screens],
    )
    return dict.fromkeys(screens, 0) | dict(rows)


def save_log(tx: Tx, screen: int, log: Log) -> None:
    """Store a screen's watermarks."""
    tx.run(
        "INSERT INTO logs (screen, played_until, slots_until, told_until, manifest, before_until, "
        "widest_ms) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (screen) DO UPDATE SET "
        "played_until = excluded.played_until, slots_until = excluded.slots_until, "
        "told_until = excluded.told_until, manifest = excluded.manifest, "
        "before_until = excluded.before_until, widest_ms = excluded.widest_ms",
        (
            screen, log.played_until, log.slots_until, log.reported_until, log.manifest,
            log.before_until, log.widest_ms,
        ),
    )  # fmt: skip


def screens_ahead(tx: Tx, now_ms: int) -> list[int]:
    """Screens whose log is ahead of an instant, ms."""
    rows = tx.rows(
        "SELECT screen FROM logs WHERE played_until > ? OR told_until > ? ORDER BY screen",
        (now_ms, now_ms),
    )
    return [row[0] for row in rows]


def flag_screen(tx: Tx, screen: int, reason: str, now_ms: int) -> None:
    """Mark a screen's log as doubtful."""
    save_log(tx, screen, log_of(tx, screen))
    tx.run(
        "UPDATE logs SET flagged_at = ?, flag_reason = ? WHERE screen = ?", (now_ms, reason, screen)
    )


def strange_names(tx: Tx, screen: int) -> int:
    """Number of unknown names that a screen has brought (`strange_names.py`)."""
    row = tx.row("SELECT strange_names FROM logs WHERE screen = ?", (screen,))
    return row[0] if row else 0


def note_strange_names(tx: Tx, screen: int, count: int) -> None:
    """Add to a screen's number of unknown names."""
    save_log(tx, screen, log_of(tx, screen))
    tx.run("UPDATE logs SET strange_names = strange_names + ? WHERE screen = ?", (count, screen))


def suspect(tx: Tx, boot: Boot, reason: str, now_ms: int) -> None:
    """Quarantine further plays of a boot until a person decides, unless one has."""
    if boot.flag is None:
        set_flag(tx, boot.id, "suspected")
        flag_screen(tx, boot.screen, reason, now_ms)


def note_key(tx: Tx, screen: int, boot: str, key: str) -> None:
    """Record the key (a point) that signs a boot's batches; the first one stays."""
    tx.run(
        "UPDATE boots SET key = ? WHERE screen = ? AND boot = ? AND key IS NULL",
        (key, screen, boot),
    )


def has_signed(tx: Tx, screen: int, key: str) -> bool:
    """Whether any boot of a screen has signed with this key (a point)."""
    row = tx.row("SELECT 1 FROM boots WHERE screen = ? AND key = ? LIMIT 1", (screen, key))
    return row is not None


def has_let_go(tx: Tx, boot: Boot) -> bool:
    """Whether a boot's player has declared the loss of plays that were acknowledged."""
    row = tx.row(
        "SELECT 1 FROM lost_ranges WHERE boot = ? AND reason = 'acknowledged' LIMIT 1", (boot.id,)
    )
    return row is not None


def set_unsynced(tx: Tx, boot: int, count: int) -> None:
    """Set how many plays of a boot still wait for a clock."""
    tx.run("UPDATE boots SET unsynced = ? WHERE id = ?", (count, boot))


def flag_of(tx: Tx, boot: int) -> str | None:
    """The flag of a boot: `suspected`, `ruled_out`, `cleared` or None."""
    row = tx.row("SELECT flag FROM boots WHERE id = ?", (boot,))
    return row[0] if row else None


def set_flag(tx: Tx, boot: int, flag: str | None) -> None:
    """Set or clear the suspicion flag of a boot."""
    tx.run("UPDATE boots SET flag = ? WHERE id = ?", (flag, boot))


def names_of(tx: Tx, boots: Collection[int]) -> dict[int, str]:
    """Boots as their players named them."""
    rows = tx.rows_for(
        "SELECT id, boot FROM asked JOIN boots ON id = c0", [(boot,) for boot in sorted(boots)]
    )
    return {row[0]: row[1] for row in rows}


def name_of(tx: Tx, boot: int) -> str:
    """The name that the player gave a boot."""
    row = tx.row("SELECT boot FROM boots WHERE id = ?", (boot,))
    return row[0] if row else ""
