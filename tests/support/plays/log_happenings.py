"""What may happen to a screen's log while its batches are tied together now and then."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.support.app.clock import HOUR_MS
from tests.support.plays.device_logs import OFFSET_MS, logs

LIKELY = [
    *["new"] * 6, *["tie"] * 2, "tie and die", "again", "cut otherwise", "altered", "too early",
    "lost", "night", "tenure",
]  # fmt: skip
COLUMNS = (
    "segment", "cycle", "slot", "asset", "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip
MOVED_MS = [0] * 12 + [0.25, 1 / 3, 7, -3.5, 49, 51]


@dataclass(frozen=True)
class Happening:
    """Something that happens: what it is, and with what."""

    what: str
    with_what: Any = None


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """A log by ones and twos that comes twice, cut otherwise, late or with holes; and between
    it ties, ties that come to nothing, losses, nights, and other tenures.
    """
    plays = [one for batch in draw(logs()) for one in _split(draw, batch)]
    found, at = [], 0
    for what in draw(st.lists(st.sampled_from(LIKELY), min_size=4, max_size=40)):
        if what == "new":
            size = draw(st.integers(1, 12))
            found += [Happening("take", one) for one in plays[at : at + size]]
            at = min(at + size, len(plays))
        elif what == "lost" and at < len(plays):
            found.append(Happening("take", _lost(plays[at])))
            at += 1
        elif what in {"tie", "tie and die"}:
            found.append(Happening(what))
        else:
            found += _beside(draw, what, plays, at)
    return [*found, Happening("tie")]


def _beside(draw: st.DrawFn, what: str, plays: list[dict[str, Any]], at: int) -> list[Happening]:
    """What doesn't bring the log forward; `at` of its plays have come."""
    if what == "night":
        return [Happening("forward", draw(st.sampled_from([1_000, 9 * HOUR_MS])))]
    if what == "tenure":
        return [Happening("tell", draw(st.integers(0, 3)))]
    if what == "too early":
        return [Happening("take", one) for one in plays[at + 1 : at + 2]]
    if not at:
        return []
    one = draw(st.integers(0, at - 1))
    if what == "cut otherwise":
        return [Happening("take", _joined(plays, one))]
    again = plays[one]
    if what == "altered":
        again = again | {"shown_ms": [7] * len(again["shown_ms"])}
    return [Happening("take", again)]


def _lost(play: dict[str, Any]) -> dict[str, Any]:
    last = play["first"] + len(play["state"]) - 1
    return {"boot": play["boot"], "lost": [[play["first"], last, "storage"]]}


def _split(draw: st.DrawFn, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """A batch as a player in a quiet district would have handed it in."""
    found, at = [], 0
    while at < len(batch["state"]):
        size = draw(st.sampled_from([1, 1, 1, 1, 2]))
        clock = {
            "offset_ms": OFFSET_MS + draw(st.sampled_from(MOVED_MS)),
            "uncertainty_ms": draw(st.sampled_from([12, 13, 12.5])),
        }
        details = {
            "clock": draw(st.sampled_from([clock] * 20 + [None, clock | {"source": "stored"}])),
            "wall_ms": draw(st.sampled_from([batch["wall_ms"] + at, None, 0.4])),
            "head": draw(st.sampled_from([None, "0" * 64])),
            "signature": draw(st.sampled_from([None, "A" * 86, "not a point", "_-" * 43])),
        }
        found.append(_part(batch, at, size) | details)
        at += size
    return found


def _part(batch: dict[str, Any], at: int, size: int) -> dict[str, Any]:
    columns = {name: batch[name][at : at + size] for name in COLUMNS}
    return {**batch, **columns, "first": batch["first"] + at}


def _joined(plays: list[dict[str, Any]], at: int) -> dict[str, Any]:
    """A batch of one of those and the next, as far as they are of one kind."""
    found = plays[at]
    for one in plays[at + 1 : at + 4]:
        if (one["assets"], one["clock"]) != (found["assets"], found["clock"]):
            break
        found = {**found, **{name: found[name] + one[name] for name in COLUMNS}}
    return found
