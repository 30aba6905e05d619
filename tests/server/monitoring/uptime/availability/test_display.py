"""Display uptime: by play log alone; a range as long as more of the log may come.

Times in the table are seconds after 09:00 in a venue that is open from 09:00 to 10:00 (3600 s).
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.windows import total_ms
from server.monitoring.availability.calculator import AvailabilityInput, availability, classify
from server.monitoring.availability.packed_records import Record
from server.monitoring.availability.rates import display_uptime

HOUR = (0, 3600)

# known of the screen -> due, proven, awaited (s), from and to per cent
WORKED: dict[str, tuple[dict[str, Any], tuple[int, int, int, float | None, float | None]]] = {
    "all of it proven": ({"evidence": (HOUR,)}, (3600, 3600, 0, 100.0, 100.0)),
    "nothing was shown, and all is told": ({"evidence": ()}, (3600, 0, 0, 0.0, 0.0)),
    "connected all the time, and dark": (
        {"beats": tuple(range(0, 3600, 30)), "evidence": ((0, 360),)},
        (3600, 360, 0, 10.0, 10.0),
    ),
    "the last half hour isn't told yet": (
        {"evidence": ((0, 1800),), "complete_until": 1800},
        (3600, 1800, 1800, 50.0, 100.0),
    ),
    "told until half past with a hole, and a piece of what came since": (
        {"evidence": ((0, 900), (2700, 3000)), "complete_until": 1800},
        # awaited 1800-2700 and 3000-3600
        (3600, 1200, 1500, 33.33, 75.0),
    ),
    "never told of anything": (
        {"evidence": (), "complete_until": 0},
        (3600, 0, 3600, 0.0, 100.0),
    ),
    "a declared pause isn't owed": (
        {"evidence": ((0, 1800),), "excused": ((1800, 3600),)},
        (1800, 1800, 0, 100.0, 100.0),
    ),
    "what was shown in a pause adds nothing": (
        {"evidence": (HOUR,), "excused": ((1800, 3600),)},
        (1800, 1800, 0, 100.0, 100.0),
    ),
    "excused all the time": ({"evidence": (HOUR,), "excused": (HOUR,)}, (0, 0, 0, None, None)),
    "two excuses that overlap count once": (
        {"evidence": (), "excused": ((0, 900), (600, 1200))},
        (2400, 0, 0, 0.0, 0.0),
    ),
    "our outage is owed, as the log tells of it later": (
        {"evidence": (HOUR,), "outages": ((1000, 1600),)},
        (3600, 3600, 0, 100.0, 100.0),
    ),
    "our clock's doubt isn't": (
        {"evidence": ((0, 1000),), "clock_doubt": ((1000, 1600),)},
        (3000, 1000, 0, 33.33, 33.33),
    ),
    "nor is what lies ahead": (
        {"evidence": ((0, 900),), "as_of": 900},
        (900, 900, 0, 100.0, 100.0),
    ),
    "nor before it was bound and after it was taken down": (
        {"evidence": ((600, 1200),), "enrolled_at": 600, "retired_at": 1800},
        (1200, 600, 0, 50.0, 50.0),
    ),
    "closed all day": ({"operating": (), "evidence": (HOUR,)}, (0, 0, 0, None, None)),
}


def display(asked: AvailabilityInput) -> Record:
    """The seconds of display uptime."""
    time = classify(asked)
    return Record(
        expected=total_ms(time.expected),
        proven=total_ms(time.proven),
        awaited=total_ms(time.awaited),
    )


def shares(found: Record) -> tuple[float | None, float | None]:
    low, high = display_uptime(found)
    return low.pct, high.pct


@pytest.mark.parametrize(("fields", "figures"), WORKED.values(), ids=WORKED)
def test_a_worked_case(
    fields: dict[str, Any], figures: tuple[int, int, int, float | None, float | None]
) -> None:
    found = display(AvailabilityInput(**{"operating": (HOUR,), "grace_s": 90, **fields}))

    assert (found.expected, found.proven, found.awaited) == figures[:3]
    assert shares(found) == figures[3:]


def test_a_bus_silent_for_twelve_hours_of_service_that_then_hands_in_its_plays() -> None:
    silent = (0, 12 * 3600)
    bus = {"operating": (silent,), "grace_s": 6 * 3600, "beats": (0,)}

    before = AvailabilityInput(**bus, evidence=(), complete_until=0)  # type: ignore[arg-type] # the values fit
    after = AvailabilityInput(**bus, evidence=(silent,))  # type: ignore[arg-type] # the values fit

    assert availability(before).uptime_pct == availability(after).uptime_pct == 50.0
    assert shares(display(before)) == (0.0, 100.0)
    assert shares(display(after)) == (100.0, 100.0)
    assert (availability(before).running_pct, availability(after).running_pct) == (50.0, 100.0)


SPAN = st.tuples(st.integers(-20, 220), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1]))
SPANS = st.lists(SPAN, max_size=4).map(tuple)
MAYBE = st.none() | st.integers(-20, 220)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        AvailabilityInput,
        operating=st.sampled_from([((0, 200),), ((0, 60), (100, 150)), ((30, 31),), ()]),
        grace_s=st.integers(0, 40),
        outages=SPANS,
        clock_doubt=SPANS,
        evidence=st.none() | SPANS,
        enrolled_at=MAYBE,
        retired_at=MAYBE,
        as_of=MAYBE,
        excused=SPANS,
        complete_until=MAYBE,
    )
)
def test_the_figures_are_those_of_asking_second_by_second(asked: AvailabilityInput) -> None:
    due = proven = awaited = 0
    for t in [t for low, high in asked.operating for t in range(low, high)]:
        if _within(asked.excused, t) or _within(asked.clock_doubt, t):
            continue
        if asked.enrolled_at is not None and t < asked.enrolled_at:
            continue
        if any(end is not None and t >= end for end in (asked.retired_at, asked.as_of)):
            continue
        due += 1
        if _within(asked.evidence or (), t):
            proven += 1
        elif asked.complete_until is not None and t >= asked.complete_until:
            awaited += 1

    found = display(asked)
    assert (found.expected, found.proven, found.awaited) == (due, proven, awaited)


def _within(spans: tuple[tuple[int, int], ...], t: int) -> bool:
    return any(low <= t < high for low, high in spans)
