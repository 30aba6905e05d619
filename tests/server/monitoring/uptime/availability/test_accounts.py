"""Uptime to the second: worked cases, and the same found by asking second by second.

Times in the table are seconds after 09:00 in a venue that is open from 09:00 to 10:00 (3600 s),
with a grace of 90 s.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.monitoring.availability.calculator import AvailabilityInput, Run, availability, per_cent

OPEN = (0, 3600)
FULL = Run(-60, 3630, 30)


def case(**fields: Any) -> AvailabilityInput:
    return AvailabilityInput(**{"operating": (OPEN,), "grace_s": 90, **fields})


# known of the screen -> monitored, up (s), link availability, running (per cent)
WORKED: dict[str, tuple[dict[str, Any], tuple[int, int, float | None, float | None]]] = {
    "beats all the time": ({"runs": (FULL,)}, (3600, 3600, 100.0, None)),
    "no beat at all": ({}, (3600, 0, 0.0, None)),
    "one beat lasts for its grace": ({"beats": (100,)}, (3600, 90, 2.5, None)),
    "a beat before opening reaches into it": ({"beats": (-30,)}, (3600, 60, 1.67, None)),
    "a beat just before closing": ({"beats": (3580,)}, (3600, 20, 0.56, None)),
    "beats outside opening hours count for nothing": ({"beats": (-90, 3600)}, (3600, 0, 0.0, None)),
    "two beats of one second are one": ({"beats": (100, 100)}, (3600, 90, 2.5, None)),
    "beats nearer than the grace leave no hole": ({"beats": (0, 89)}, (3600, 179, 4.97, None)),
    "beats as far apart as the grace touch": ({"beats": (0, 90)}, (3600, 180, 5.0, None)),
    "beats a second farther leave one second": ({"beats": (0, 91)}, (3600, 180, 5.0, None)),
    "gone for ten minutes": (
        {"runs": (Run(0, 1200, 30), Run(1890, 3600, 30))},
        (3600, 3000, 83.33, None),
    ),
    "our outage is not theirs": (
        {"runs": (Run(0, 990, 30), Run(1630, 3600, 30)), "outages": ((1000, 1600),)},
        # up until 1080; unknown 1000-1600; tail 1600-1690, up from 1630
        (2970, 2970, 100.0, None),
    ),
    "a screen that doesn't come back is down after the tail": (
        {"runs": (Run(0, 990, 30),), "outages": ((1000, 1600),)},
        (2910, 1000, 34.36, None),
    ),
    "a screen that was gone before our outage is down before it": (
        {"runs": (Run(0, 300, 30),), "outages": ((1000, 1600),)},
        (2910, 390, 13.4, None),
    ),
    "two outages that overlap are one": (
        {"runs": (FULL,), "outages": ((1000, 1500), (1400, 1600))},
        (3000, 3000, 100.0, None),
    ),
    "our outage over the whole hour": ({"outages": ((-10, 3600),)}, (0, 0, None, None)),
    "a tail of an outage before opening": (
        {"outages": ((-600, -30),)},
        (3540, 0, 0.0, None),
    ),
    "our clock in doubt": (
        {"runs": (FULL,), "clock_doubt": ((600, 1200),)},
        (3000, 3000, 100.0, None),
    ),
    "enrolled half-way": ({"runs": (FULL,), "enrolled_at": 1800}, (1800, 1800, 100.0, None)),
    "retired half-way": ({"runs": (FULL,), "retired_at": 1800}, (1800, 1800, 100.0, None)),
    "retired before it was enrolled": (
        {"runs": (FULL,), "enrolled_at": 1800, "retired_at": 600},
        (0, 0, None, None),
    ),
    "what lies ahead is unknown": ({"runs": (FULL,), "as_of": 900}, (900, 900, 100.0, None)),
    "a split day": (
        {"operating": ((0, 600), (1200, 1800)), "runs": (Run(0, 570, 30),)},
        (1200, 600, 50.0, None),
    ),
    "closed all day": ({"operating": (), "runs": (FULL,)}, (0, 0, None, None)),
    "a tunnel within the grace of a bus": (
        {"grace_s": 21_600, "beats": (0,)},
        (3600, 3600, 100.0, None),
    ),
    "plays handed in later prove a silent hour": (
        {"evidence": ((0, 3600),)},
        (3600, 0, 0.0, 100.0),
    ),
    "plays that were handed in later prove half of it": (
        {"evidence": ((0, 900), (900, 1800))},
        (3600, 0, 0.0, 50.0),
    ),
    "asked about evidence, and there is none": (
        {"runs": (FULL,), "evidence": ()},
        (3600, 3600, 100.0, 100.0),
    ),
    "evidence makes our outage known": (
        {"outages": ((0, 1800),), "evidence": ((600, 1200),)},
        # link: monitored 1890-3600; running: 600 of 600 + 1710
        (1710, 0, 0.0, 25.97),
    ),
    "evidence makes the tail known": (
        {"outages": ((0, 1800),), "evidence": ((1800, 1890),)},
        (1710, 0, 0.0, 5.0),
    ),
    "evidence proves nothing while our clock is in doubt": (
        {"clock_doubt": ((0, 1800),), "evidence": ((0, 1800),)},
        (1800, 0, 0.0, 0.0),
    ),
    "evidence from before it was enrolled proves nothing": (
        {"enrolled_at": 1800, "evidence": ((0, 1800),)},
        (1800, 0, 0.0, 0.0),
    ),
    "evidence outside opening hours proves nothing": (
        {"evidence": ((-600, 0), (3600, 4000))},
        (3600, 0, 0.0, 0.0),
    ),
}


@pytest.mark.parametrize(("fields", "figures"), WORKED.values(), ids=WORKED)
def test_a_worked_case(
    fields: dict[str, Any], figures: tuple[int, int, float | None, float | None]
) -> None:
    found = availability(case(**fields))

    assert (found.monitored_s, found.up_s, found.uptime_pct, found.running_pct) == figures


@pytest.mark.parametrize(
    ("part", "whole", "rounded"),
    [(1, 3, 33.33), (2, 3, 66.67), (1, 800, 0.13), (1, 8000, 0.01), (0, 0, None), (5, 5, 100.0)],
)
def test_percentages_are_rounded_half_up(part: int, whole: int, rounded: float | None) -> None:
    assert per_cent(part, whole) == rounded


SPAN = st.tuples(st.integers(-20, 220), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1]))
SPANS = st.lists(SPAN, max_size=4).map(tuple)
MAYBE = st.none() | st.integers(-20, 220)
RUN = st.builds(
    Run, st.integers(-40, 220), st.integers(-40, 220), st.integers(min_value=1, max_value=40)
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        AvailabilityInput,
        operating=st.sampled_from([((0, 200),), ((0, 60), (100, 150)), ((30, 31),), ()]),
        grace_s=st.integers(0, 40),
        runs=st.lists(RUN, max_size=3).map(tuple),
        beats=st.lists(st.integers(-40, 220), max_size=6).map(tuple),
        outages=SPANS,
        clock_doubt=SPANS,
        evidence=st.none() | SPANS,
        enrolled_at=MAYBE,
        retired_at=MAYBE,
        as_of=MAYBE,
    )
)
def test_the_figures_are_those_of_asking_second_by_second(asked: AvailabilityInput) -> None:
    assert availability(asked).as_json() == swept(asked)


def swept(asked: AvailabilityInput) -> dict[str, Any]:
    """The definitions, read off for every second alone."""
    beats = set(asked.beats)
    for run in asked.runs:
        beats.update(range(run.first, run.last + 1, run.every))
    operating = monitored = up_count = determined = running = 0
    for t in [t for low, high in asked.operating for t in range(low, high)]:
        operating += 1
        up = any(beat <= t < beat + asked.grace_s for beat in beats)
        if _beyond(asked, t):
            continue
        tail = any(end <= t < end + asked.grace_s for _, end in asked.outages)
        watched = not _in(asked.outages, t) and (up or not tail)
        proven = _in(asked.evidence or (), t)
        monitored += watched
        up_count += watched and up
        determined += watched or proven
        running += (watched and up) or proven
    figures = {
        "operating_s": operating,
        "monitored_s": monitored,
        "up_s": up_count,
        "down_s": monitored - up_count,
        "unknown_s": operating - monitored,
        "uptime_pct": per_cent(up_count, monitored),
    }
    return (
        figures
        if asked.evidence is None
        else figures | {"running_pct": per_cent(running, determined)}
    )


def _in(spans: tuple[tuple[int, int], ...], t: int) -> bool:
    return any(low <= t < high for low, high in spans)


def _beyond(asked: AvailabilityInput, t: int) -> bool:
    if asked.enrolled_at is not None and t < asked.enrolled_at:
        return True
    ends = [end for end in (asked.retired_at, asked.as_of) if end is not None]
    return any(t >= end for end in ends) or _in(asked.clock_doubt, t)
