"""Logs that screens might hand in: nearly all as planned."""

from typing import Any

from hypothesis import strategies as st

from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.plays.plays import make_batch, make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OFFSET_MS = START_MS - 5_000


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Consecutive batches that are plain, or nearly so."""
    drift = st.sampled_from([0, 0, 0, 0, 7, 90, 101, 1_999, 2_001, -2_000, -60])
    shorter = st.sampled_from([0, 0, 0, 0, 5, -90, 200, 600, 1_000, -2_000, -2_001])
    word = st.sampled_from([0] * 12 + [1, 2])
    asset = st.sampled_from(["same"] * 12 + [0, 9, -1])
    found, at, first = [], draw(st.integers(0, 9)), 1
    for _ in range(draw(st.integers(1, 4))):
        slots = SLOTS[at : at + draw(st.integers(1, 20))]
        batch = make_batch(PROGRAMME, slots, first=first, offset_ms=OFFSET_MS)
        if draw(st.booleans()):
            batch["start_ms"] = [ms + draw(drift) for ms in batch["start_ms"]]
            batch["shown_ms"] = [max(0, ms - draw(shorter)) for ms in batch["shown_ms"]]
            batch["state"] = [draw(word) for _ in slots]
            batch["cause"] = [draw(word) for _ in slots]
            names = [draw(asset) for _ in slots]
            batch["asset"] = [
                index if name == "same" else name
                for index, name in zip(batch["asset"], names, strict=True)
            ]
        found.append(batch)
        first += len(slots)
        at += len(slots) + draw(st.sampled_from([0, 0, 0, 2, -1]))
    return found
