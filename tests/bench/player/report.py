"""Measured values beside the required ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.player.controls import Control
from tests.bench.player.instep import InStep
from tests.bench.player.joining import Joining
from tests.bench.player.judging import DISPLAY_FRAME_MS
from tests.bench.player.turning import Turning

CACHED_MS, COLD_MS = 1000, 2000
SKEW_MS = {"lan": 20, "4g": 50}
LEAST_OF_AN_ORDER = 0.15


@dataclass(frozen=True)
class Row:
    """One figure; `met` is None where there is no goal."""

    what: str
    goal: str
    measured: str
    met: bool | None = None


def quantile(values: Sequence[float], share: float) -> float:
    """The value with that share of the values below it, by rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _spread(values: Sequence[float]) -> str:
    middle, high, most = (quantile(values, share) for share in (0.5, 0.99, 1.0))
    return f"p50 {middle:.1f}, p99 {high:.1f}, most {most:.1f} ms"


def of_turning(seen: Turning) -> list[Row]:
    """Rows of the changes of one screen."""
    count = len(seen.changes)
    gaps, late = seen.gaps_ms(), seen.lateness_ms()
    orders = seen.orders()
    summary = ", ".join(f"{old}→{new} {many}" for (old, new), many in sorted(orders.items()))
    enough = len(orders) == 4 and min(orders.values()) >= LEAST_OF_AN_ORDER * count
    longest = max(seen.blind, default=0.0)
    high = quantile(gaps, 0.99)
    return [
        Row("changes filmed at 1920 x 1080", "all four orders", f"{count}: {summary}", enough),
        Row("black or blank pictures", "0", str(len(seen.dark)), not seen.dark),
        Row(
            "gap beyond one frame",
            f"p99 <= {DISPLAY_FRAME_MS:.1f} ms",
            _spread(gaps),
            high <= DISPLAY_FRAME_MS,
        ),
        Row(
            "pictures not due, more than a frame from a swap",
            "0",
            f"{len(seen.wrong)} of {seen.pictures}",
            not seen.wrong,
        ),
        Row("swaps within a frame of the plan", "", f"{100 * seen.in_time():.1f} %"),
        Row("from the plan's boundary to the glass", "", _spread(late)),
        Row(
            "the camera's pauses over half a frame", "", f"{len(seen.blind)}, most {longest:.1f} ms"
        ),
    ]


def of_busy(seen: Turning) -> Row:
    """The row of a screen whose page is at work for most of the time."""
    late = seen.lateness_ms()
    middle, high, most = (quantile(late, share) for share in (0.5, 0.9, 1.0))
    goal = 2 * DISPLAY_FRAME_MS
    return Row(
        f"{len(late)} changes of a page that works for 150 ms of each 250: to the glass",
        f"p90 <= {goal:.1f} ms",
        f"p50 {middle:.1f}, p90 {high:.1f}, most {most:.1f} ms",
        high <= goal,
    )


def of_step(kind: str, seen: InStep) -> Row:
    """The row of two screens over a kind of link."""
    skews = seen.skews_ms()
    goal = SKEW_MS[kind]
    clocks = "two screens of 960 x 540, clocks wrong by +3.7 and -91 s"
    name = f"{clocks}, {kind}: apart in {len(skews)} changes"
    return Row(name, f"p99 <= {goal} ms", _spread(skews), quantile(skews, 0.99) <= goal)


def of_joining(seen: Joining) -> list[Row]:
    """Rows of reloads and cold starts."""
    return [
        _joined("reload to the first right picture", seen.cached_ms, CACHED_MS),
        _joined("cold start without server, from its process", seen.cold_ms, COLD_MS),
    ]


def _joined(what: str, taken: Sequence[float], goal: float) -> Row:
    summary = f"{len(taken)} times: {min(taken):.0f} to {max(taken):.0f} ms"
    return Row(what, f"<= {goal:.0f} ms", summary, max(taken) <= goal)


def of_controls(found: dict[str, Control]) -> list[Row]:
    """Rows of the pages that must show black."""
    rows = []
    for page, seen in found.items():
        if page == "blink":
            rows.append(
                Row("control: single black frames", "seen", str(seen.blinks), seen.blinks > 0)
            )
            continue
        black, count = seen.black.total(), seen.changes.total()
        rows.append(
            Row(f"control: {page}, changes with black", "> 0", f"{black} of {count}", black > 0)
        )
    return rows


def printed(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown."""
    words = {True: "yes", False: "NO", None: ""}
    lines = ["| what | goal | measured | met |", "| --- | --- | --- | --- |"]
    lines += [f"| {one.what} | {one.goal} | {one.measured} | {words[one.met]} |" for one in rows]
    return "\n".join(lines)
