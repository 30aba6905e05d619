"""Screens that hand in plays: plans, batches, and a store to take them in."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from playlists.wire.compliance import ExpectedSlot, expected_slots
from playlists.wire.manifest import decode, digest, encode
from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from server.foundation.civil_time import Civil
from server.foundation.db.session import Database
from server.playlog.ingest.append import IngestResult
from server.playlog.ingest.receive import receive
from server.playlog.model.batch import read_batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import Plan, PlanNeeded, Plans
from server.playlog.model.screen_context import Place, ScreenContext, Tenure
from server.playlog.rawlog.reader import LoggedPlay, plays_of_boot
from server.playlog.store.group_commit import Committer
from server.playlog.store.transaction import Tx
from tests.support.app.cleanup import at_end
from tests.support.app.clock import DAY_MS, HOUR_MS, HandClock

CIVIL = Civil(ZoneInfo("Asia/Shanghai"))
BANK = Place(venue=1, unit=1, territory=0, venue_kind="bank", line=0)
BOOT = "00000000000000b1"
UPTIME_MS = 5_000
"""The default uptime of a boot at the begin of its first play."""


@dataclass(frozen=True)
class Programme:
    """A manifest as text, its digest, and its plan."""

    text: str
    digest: str
    plan: Plan

    def slots(self, from_ms: int, until_ms: int) -> list[ExpectedSlot]:
        """The slots wholly in [from, until)."""
        return list(expected_slots(self.plan.manifest, from_ms, until_ms))


def make_programme(
    from_ms: int,
    *,
    days: int = 40,
    lengths_s: Sequence[int] = (10, 15, 5, 30),
    campaigns: Sequence[int] = (0, 0, -1, 1),
    names: Sequence[str] = ("k_1", "k_2"),
    salt: int = 0,
    opens_ms: int | None = None,
    hours: tuple[int, int] | None = None,
) -> Programme:
    """A loop of a minute (10 and 15 s of k_1, 5 s of none, 30 s of k_2), repeated for days.

    `opens_ms`: when it begins to be shown, if that is later. `hours`: of each day, if not all.
    """
    slots, at_ms = [], 0
    for index, (seconds, campaign) in enumerate(zip(lengths_s, campaigns, strict=True)):
        slots.append(Slot(at_ms, seconds * 1000, index, campaign))
        at_ms += seconds * 1000
    assets = tuple(
        Asset(f"{salt * 100 + index + 1:064x}", "image", "image/jpeg", 1, 1920, 1080)
        for index in range(len(lengths_s))
    )
    segments = (Segment(opens_ms or from_ms, from_ms + days * DAY_MS, "L", from_ms),)
    if hours is not None:
        begins = (from_ms + day * DAY_MS for day in range(days))
        spans = [(day + hours[0] * HOUR_MS, day + hours[1] * HOUR_MS) for day in begins]
        segments = tuple(Segment(low, high, "L", low) for low, high in spans)
    manifest = Manifest(
        "Asia/Shanghai", assets, tuple(names), {"L": Loop(at_ms, tuple(slots))}, segments, 0
    )
    return programme_of(encode(manifest))


def programme_of(text: str) -> Programme:
    """A programme from its manifest's text."""
    return Programme(text, digest(text), Plan(decode(text)))


def make_batch(
    programme: Programme, slots: Sequence[ExpectedSlot], *, first: int = 1, **other: Any
) -> dict[str, Any]:
    """A batch in which these slots were shown just as planned; any field may be given otherwise.

    Give a column either as a list or as one value for all.
    """
    boot_ms = slots[0].start_ms - UPTIME_MS
    offset_ms = other.pop("offset_ms", boot_ms)
    assets = sorted({slot.asset for slot in slots})
    columns: dict[str, Any] = {
        "segment": [slot.segment for slot in slots],
        "cycle": [slot.cycle for slot in slots],
        "slot": [slot.slot for slot in slots],
        "asset": [assets.index(slot.asset) for slot in slots],
        "start_ms": [slot.start_ms - offset_ms for slot in slots],
        "shown_ms": [slot.duration_ms for slot in slots],
        "state": 0,
        "cause": 0,
        "error": None,
    }
    plain = {name: other.pop(name, column) for name, column in columns.items()}
    return {
        "boot": BOOT,
        "first": first,
        "manifest": programme.digest,
        "clock": {"offset_ms": offset_ms, "uncertainty_ms": 12},
        "wall_ms": slots[0].start_ms,
        "assets": assets,
        **{
            name: column if isinstance(column, list) else [column] * len(slots)
            for name, column in plain.items()
        },
        **other,
    }


def takeover_batch(
    asset: str, at_ms: int, shown_ms: int, *, first: int = 1, offset_ms: int = 0, **other: Any
) -> dict[str, Any]:
    """A batch of one play beside the plan."""
    return {
        "boot": BOOT,
        "first": first,
        "manifest": None,
        "clock": {"offset_ms": offset_ms, "uncertainty_ms": 12},
        "wall_ms": at_ms,
        "assets": [asset],
        "segment": [-1],
        "cycle": [-1],
        "slot": [-1],
        "asset": [0],
        "start_ms": [at_ms - offset_ms],
        "shown_ms": [shown_ms],
        "state": [0],
        "cause": [1],
        "error": [None],
        **other,
    }


@dataclass
class Desk:
    """Ingests batches of one screen through the real store, with a preset context."""

    committer: Committer
    clock: HandClock
    screen_context: ScreenContext
    plans: dict[str, Plan | None] = field(default_factory=dict)

    @property
    def context(self) -> IngestContext:
        """What a transaction is given."""
        return IngestContext(self.screen_context, Plans(self.plans), CIVIL, self.clock.now_ms())

    def take(self, payload: Any) -> IngestResult:
        """Hand in a batch; plans that are asked for and unknown are none of the server's."""
        batch = read_batch(payload)
        if batch.manifest is not None:
            self.plans.setdefault(batch.manifest, None)
        context = self.context
        return self.committer.submit(lambda tx: receive(tx, context, batch))

    def air(self, *programmes: Programme) -> None:
        """Let the server know these plans."""
        self.plans |= {one.digest: one.plan for one in programmes}

    def update_context(self, *tenures: Tenure, **changes: Any) -> None:
        """Let the server know other tenures, takeovers or places from now on."""
        self.screen_context = replace(self.screen_context, tenures=tenures, **changes)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows straight from the store."""
        return self.committer.submit(lambda tx: tx.rows(query, values))

    def totals(self) -> dict[str, int]:
        """The sums of the screen's roll-up."""
        figures = ("confirmed", "partial", "failed", "pre_empted", "shown_ms")
        sums = ", ".join(f"COALESCE(SUM({figure}), 0)" for figure in figures)
        row = self.sql(f"SELECT {sums} FROM rollup_screen")[0]  # noqa: S608 - own names
        return dict(zip(figures, row, strict=True))

    def logged(self, boot: str = BOOT) -> dict[int, LoggedPlay]:
        """A boot's plays by seq, from the raw log."""
        screen = self.screen_context.screen
        found = self.committer.submit(lambda tx: plays_of_boot(tx, screen, boot))
        return {one.play.seq: one for one in found}

    def verdicts(self, boot: str = BOOT) -> list[str]:
        """The verdicts on a boot's plays in the order of their seqs."""
        return [str(one.verdict) for one in self.logged(boot).values()]

    def reasons(self, boot: str = BOOT) -> list[str | None]:
        """Why a boot's plays were put aside, in the same order."""
        return [one.reason for one in self.logged(boot).values()]


def make_committer(database: Database, **limits: Any) -> Committer:
    """A committer that gives its connection back when the test file ends."""
    committer = Committer(database, **limits)
    at_end(committer.close)
    return committer


@contextmanager
def held_at_work(committer: Committer) -> Iterator[None]:
    """A committer that has begun a piece of work, off its queue, which ends with the block."""
    begun, enough = threading.Event(), threading.Event()

    def work(_tx: Tx) -> None:
        begun.set()
        enough.wait(30)

    committer.submit_then(work, lambda _job: None)
    assert begun.wait(30)
    try:
        yield
    finally:
        enough.set()


def make_desk(
    database: Database,
    clock: HandClock,
    *,
    screen: int = 9,
    enrolled_ms: int = 0,
    tenures: Sequence[Tenure] = (),
    place: Place = BANK,
) -> Desk:
    """A screen and a committer of its own that commits at once."""
    screen_context = ScreenContext(screen, enrolled_ms, place, tuple(tenures))
    return Desk(make_committer(database), clock, screen_context)


def in_batches(
    programme: Programme, slots: Iterable[ExpectedSlot], size: int, **other: Any
) -> list[dict[str, Any]]:
    """Consecutive batches of one boot."""
    rows = list(slots)
    offset_ms = rows[0].start_ms - UPTIME_MS
    return [
        make_batch(
            programme,
            rows[start : start + size],
            first=start + 1,
            **{"offset_ms": offset_ms, **other},
        )
        for start in range(0, len(rows), size)
    ]


def work_with_plans(desk: Desk, work: Any) -> Any:
    """Commit work that may ask for the desk's plans."""
    context = desk.context
    while True:
        try:
            return desk.committer.submit(lambda tx, context=context: work(tx, context))
        except PlanNeeded as needed:
            context = context.with_plan(needed.digest, desk.plans.get(needed.digest))
