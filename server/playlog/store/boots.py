"""Rows of boots and of what is known of a screen's log."""

from dataclasses import dataclass

from server.playlog.model.hash_chain import start
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Boot:
    """A boot of a screen: all up to `upto` is held without a hole.

    `key` has signed its batches (a point, `attesting.jwk_of`). `mono_until` is the end of its
    accepted plays by its own monotonic clock, ms: what comes next begins then or later.
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
    """How far a screen's log reaches; all ms since 1970 UTC.

    `played_until` and `slots_until`: end of the last accepted play, and of the last slot that has
    evidence; `told_until`: the end of the last play whatever its verdict; `manifest` (a name's
    number) is that of the last slot, `before_until` the end of the last slot of the one before.
    """

    played_until: int = 0
    slots_until: int = 0
    told_until: int = 0
    manifest: int = 0
    before_until: int = 0
    widest_ms: int = 0


def find_boot(tx: Tx, screen: int, boot: str) -> Boot | None:
    """A boot that the server has heard of."""
    row = tx.row(
        "SELECT id, screen, boot, upto, head, last_at, unsynced, flag, key, mono_until FROM boots "
        "WHERE screen = ? AND boot = ?",
        (screen, boot),
    )
    return Boot(*row) if row else None


def open_boot(tx: Tx, screen: int, boot: str, now_ms: int) -> Boot:
    """A boot, made if it is new."""
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
    """How far a boot has come with a batch: `unsynced` plays more of it wait for a clock."""

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
    """How far a screen's log reaches; all zero for a new one."""
    row = tx.row(
        "SELECT played_until, slots_until, told_until, manifest, before_until, widest_ms "
        "FROM logs WHERE screen = ?",
        (screen,),
    )
    return Log(*row) if row else Log()


def save_log(tx: Tx, screen: int, log: Log) -> None:
    """Note how far a screen's log reaches now."""
    tx.run(
        "INSERT INTO logs (screen, played_until, slots_until, told_until, manifest, before_until, "
        "widest_ms) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (screen) DO UPDATE SET "
        "played_until = excluded.played_until, slots_until = excluded.slots_until, "
        "told_until = excluded.told_until, manifest = excluded.manifest, "
        "before_until = excluded.before_until, widest_ms = excluded.widest_ms",
        (
            screen, log.played_until, log.slots_until, log.told_until, log.manifest,
            log.before_until, log.widest_ms,
        ),
    )  # fmt: skip


def screens_ahead(tx: Tx, now_ms: int) -> list[int]:
    """Screens whose log reaches beyond an instant, ms."""
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
    """How many names a screen has brought that nobody else knew (`strange.py`)."""
    row = tx.row("SELECT strange_names FROM logs WHERE screen = ?", (screen,))
    return row[0] if row else 0


def note_strange_names(tx: Tx, screen: int, count: int) -> None:
    """A screen has brought so many more."""
    save_log(tx, screen, log_of(tx, screen))
    tx.run("UPDATE logs SET strange_names = strange_names + ? WHERE screen = ?", (count, screen))


def suspect(tx: Tx, boot: Boot, reason: str, now_ms: int) -> None:
    """Put aside what a boot hands in until a person decides, if nobody has decided yet."""
    if boot.flag is None:
        set_flag(tx, boot.id, "suspected")
        flag_screen(tx, boot.screen, reason, now_ms)


def note_key(tx: Tx, screen: int, boot: str, key: str) -> None:
    """A boot's batches are signed by this key (a point); the first one stays."""
    tx.run(
        "UPDATE boots SET key = ? WHERE screen = ? AND boot = ? AND key IS NULL",
        (key, screen, boot),
    )


def has_signed(tx: Tx, screen: int, key: str) -> bool:
    """Whether any boot of a screen has signed by this key (a point)."""
    row = tx.row("SELECT 1 FROM boots WHERE screen = ? AND key = ? LIMIT 1", (screen, key))
    return row is not None


def has_let_go(tx: Tx, boot: Boot) -> bool:
    """Whether a boot's player has declared plays that it let go when they were acknowledged."""
    row = tx.row(
        "SELECT 1 FROM lost_ranges WHERE boot = ? AND reason = 'acknowledged' LIMIT 1", (boot.id,)
    )
    return row is not None


def set_unsynced(tx: Tx, boot: int, count: int) -> None:
    """So many plays of a boot still wait for a clock."""
    tx.run("UPDATE boots SET unsynced = ? WHERE id = ?", (count, boot))


def flag_of(tx: Tx, boot: int) -> str | None:
    """Whether a boot is `suspected`, `ruled_out` or `cleared`."""
    row = tx.row("SELECT flag FROM boots WHERE id = ?", (boot,))
    return row[0] if row else None


def set_flag(tx: Tx, boot: int, flag: str | None) -> None:
    """Say what is thought of a boot."""
    tx.run("UPDATE boots SET flag = ? WHERE id = ?", (flag, boot))


def name_of(tx: Tx, boot: int) -> str:
    """A boot as the player named it."""
    row = tx.row("SELECT boot FROM boots WHERE id = ?", (boot,))
    return row[0] if row else ""
