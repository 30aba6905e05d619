"""Forged plays of a box's owner raise no delivery rate and lower no expected plays.

The honest plays beside them all count. The forms of
tests/server/playlog/ingest/test_what_is_quarantined.py and those here, each handed in beside four
honest plays, and compared with a twin of that screen that handed in the four alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from server.publishing.models import AssignedTakeover
from tests.server.playlog.ingest.test_what_is_quarantined import (
    AT_MS,
    BOOTED_MS,
    FORMER,
    FORMS,
    HONEST,
    LATER,
    NOW_MS,
    OTHER_BOOT,
    PROGRAMME,
    SWITCH_MS,
    Batch,
    apart,
    honest,
    last,
    of_another_boot,
    since_boot,
)
from tests.support.app.clock import DAY_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import make_batch, takeover_batch
from tests.support.reporting.reports import check_sums, report

ASKED = "a5" * 32
"""The content of a takeover of ten minutes; it was never really shown."""
ASKED_MS = SWITCH_MS + 14 * MINUTE_MS
ENDED_MS = ASKED_MS + 10 * MINUTE_MS


@dataclass(frozen=True)
class Forged:
    """A form; `reasons` are those for which its plays are put aside, none if they aren't."""

    name: str
    batches: Callable[[], list[Batch]]
    reasons: frozenset[str]
    confirmed: int = 4


def form(
    name: str, batches: Callable[[], list[Batch]], *reasons: str, confirmed: int = 4
) -> Forged:
    return Forged(name, batches, frozenset(reasons), confirmed)


def over(at_ms: int, shown_ms: int, asset: str = ASKED, **other: Any) -> list[Batch]:
    """The honest ones, then a takeover's play."""
    more = {"first": 5, "offset_ms": BOOTED_MS, **other}
    return [honest(), takeover_batch(asset, at_ms, shown_ms, **more)]


def shifted(slots: Any, offset_ms: int, mono_ms: list[int], **other: Any) -> list[Batch]:
    """The honest ones, then some of the same boot by another offset."""
    clock = {"offset_ms": offset_ms, "uncertainty_ms": 290_000}
    return apart(PROGRAMME, slots, clock=clock, start_ms=mono_ms, **other)


def unsynced_then(offset_ms: int) -> list[Batch]:
    """Two plays of another boot without a clock, and then a clock that puts them there."""
    start_ms = [since_boot(slot.start_ms) for slot in LATER[:2]]
    made_up = make_batch(PROGRAMME, LATER[:2], boot=OTHER_BOOT, clock=None, start_ms=start_ms)
    clock = {"offset_ms": offset_ms, "uncertainty_ms": 12}
    end_ms = since_boot(LATER[2].start_ms)
    placing = make_batch(
        PROGRAMME, LATER[2:3], boot=OTHER_BOOT, first=3, clock=clock, start_ms=end_ms
    )
    return [honest(), made_up, placing]


MORE = (
    form(
        "a takeover of twenty days", lambda: over(ASKED_MS, 20 * DAY_MS), "future", "over_maximum"
    ),
    form(
        "a takeover that goes on three seconds after its end",
        lambda: over(ASKED_MS, ENDED_MS - ASKED_MS + 3_000),
        "over_maximum",
    ),
    form(
        "a takeover three seconds before its begin",
        lambda: over(ASKED_MS - 3_000, 60_000),
        "no_takeover",
    ),
    form("a takeover after its end", lambda: over(ENDED_MS + 3_000, 60_000), "no_takeover"),
    form(
        "a takeover of another picture",
        lambda: over(ASKED_MS, 60_000, "b" * 64),
        "no_takeover",
    ),
    form(
        "a takeover of a name in capitals", lambda: over(ASKED_MS, 60_000, "A5" * 32), "bad_value"
    ),
    form("a takeover of a word", lambda: over(ASKED_MS, 60_000, "all"), "bad_value"),
    form("a takeover that failed for all its time", lambda: over(ASKED_MS, 600_000, state=[2])),
    form("a takeover of no time", lambda: over(ASKED_MS, 0)),
    form(
        "a takeover by a clock of 1970",
        lambda: over(60_000, 60_000, offset_ms=0),
        "before_enrolment",
    ),
    form(
        "something by hand for two days",
        lambda: over(SWITCH_MS, 2 * DAY_MS, cause=[3]),
        "over_maximum",
    ),
    form(
        "the fallback over the honest ones",
        lambda: over(HONEST[0].start_ms, 60_000, cause=[4], boot=OTHER_BOOT, first=1),
        "overlap",
    ),
    form(
        "something by hand in the hour to come",
        lambda: over(NOW_MS + MINUTE_MS, 60_000, cause=[3]),
        "future",
    ),
    form("a cause that there isn't", lambda: last(cause=9), "bad_value"),
    form("a state below zero", lambda: last(state=-1), "bad_value"),
    form("begun before its boot", lambda: last(start_ms=-1), "bad_value"),
    form("begun in 285,000 years", lambda: last(start_ms=2**53), "bad_value"),
    form("shown for less than nothing", lambda: last(shown_ms=-10_000), "bad_value"),
    form("shown for ever", lambda: last(shown_ms=2**60), "bad_value"),
    form("a cycle of twenty digits", lambda: last(cycle=2**62), "bad_value"),
    form("a file that the batch doesn't name", lambda: last(asset=99), "bad_value"),
    form("a file before the first", lambda: last(asset=-1), "bad_value"),
    form("sixty-four letters that are no digest", lambda: last(asset="g" * 64), "bad_value"),
    form("the right file in capitals", lambda: last(asset=LATER[0].asset[:-1] + "A"), "bad_value"),
    form("a path", lambda: last(asset="../" * 20), "bad_value"),
    form("an error of a thousand letters", lambda: last(error="a" * 1_000), "bad_value"),
    form("a cycle before the plan began", lambda: last(cycle=-5), "unknown_slot"),
    form(
        "scheduled, of no slot",
        lambda: last(segment=-1, cycle=-1, slot=-1),
        "unknown_slot",
    ),
    form(
        "scheduled, of no plan",
        lambda: apart(PROGRAMME, LATER[:1], manifest=None),
        "unknown_manifest",
    ),
    form(
        "joined late, called completed at half", lambda: last(cause=2, shown_ms=5_000), "too_short"
    ),
    form(
        "of the fallback, in a slot's place and short",
        lambda: last(cause=4, shown_ms=5_000),
        "too_short",
    ),
    form(
        "one of four a minute off, all unsure",
        lambda: apart(
            PROGRAMME,
            LATER,
            clock={"offset_ms": BOOTED_MS, "uncertainty_ms": 290_000},
            start_ms=[since_boot(slot.start_ms) for slot in LATER[:3]]
            + [since_boot(LATER[3].start_ms) + MINUTE_MS],
        ),
        "wrong_time",
        confirmed=7,
    ),
    form(
        "other slots at the instant of an honest one, by another offset",
        lambda: shifted(
            LATER[:1], HONEST[1].start_ms - since_boot(AT_MS), [since_boot(AT_MS)], cause=2
        ),
        "wrong_time",
    ),
    form(
        "other slots by the seconds of the honest ones",
        lambda: shifted(
            LATER,
            BOOTED_MS + LATER[0].start_ms - HONEST[0].start_ms,
            [since_boot(slot.start_ms) for slot in HONEST],
        ),
        "overlap",
    ),
    form(
        "the next slots all at the instant of the first",
        lambda: [
            honest(),
            *(
                shifted(
                    HONEST[index : index + 1],
                    HONEST[0].start_ms - since_boot(AT_MS) - 60_000 * index,
                    [since_boot(AT_MS) + 60_000 * index],
                    first=5 + index - 1,
                )[1]
                for index in (1, 2, 3)
            ),
        ],
        "overlap",
    ),
    form(
        "without a clock, then over the honest ones",
        lambda: unsynced_then(BOOTED_MS + HONEST[0].start_ms - LATER[0].start_ms),
        "wrong_time",
    ),
    form(
        "without a clock, then in 1970",
        lambda: unsynced_then(0),
        "before_enrolment",
    ),
    form(
        "by a clock that is a day ahead",
        lambda: apart(
            PROGRAMME,
            PROGRAMME.slots(AT_MS + DAY_MS, AT_MS + DAY_MS + MINUTE_MS),
            offset_ms=BOOTED_MS + DAY_MS,
            start_ms=[since_boot(slot.start_ms) for slot in LATER],
        ),
        "future",
    ),
    form(
        "the same by seventeen boots",
        lambda: [
            honest(),
            *(honest(f"{number:016x}") for number in range(17)),
        ],
        "overlap",
    ),
    form(
        "of the former plan by the new one's boot, after the switch",
        lambda: apart(FORMER, FORMER.slots(AT_MS, AT_MS + MINUTE_MS)),
        "not_on_air",
    ),
    form(
        "the honest ones again, as another boot's by an unsure clock",
        lambda: of_another_boot(
            HONEST,
            clock={"offset_ms": BOOTED_MS + 1_500, "uncertainty_ms": 300_000},
        ),
        "overlap",
    ),
    form(
        "the honest ones longer, under their numbers", lambda: [honest(), honest(shown_ms=31_000)]
    ),
)


@pytest.fixture
def screens(world: World) -> tuple[BoundScreen, BoundScreen]:
    """The forger's, and its twin; both were asked for ten minutes of a takeover."""
    made = make_screen(world, enrolled_at=START_MS), make_screen(world, enrolled_at=START_MS)
    for one in made:
        put_on_air(world, one, FORMER, START_MS)
        put_on_air(world, one, PROGRAMME, SWITCH_MS, version=2)
    with world.core.config.write() as session:
        for one in made:
            session.add(
                AssignedTakeover(
                    screen_id=one.id, object="t_1", asset=ASKED,
                    from_ms=ASKED_MS, until_ms=ENDED_MS,
                )
            )  # fmt: skip
    world.clock.at_ms = NOW_MS
    return made


def totals_of(world: World, screen: BoundScreen) -> dict[str, Any]:
    client = sign_in(world, "reviewer").client
    check_sums(client, screen_id=screen.public_id)
    found: dict[str, Any] = report(client, screen_id=screen.public_id)["totals"]
    return found


def held_against_the_twin(world: World, forger: BoundScreen, twin: BoundScreen, true: int) -> None:
    """`true`: so many plays of the forger's were shown."""
    keep_house(world)
    was, now = totals_of(world, twin), totals_of(world, forger)
    assert (was["confirmed"], now["confirmed"]) == (4, true)
    for state in ("expected", "pre_empted", "excused", "screen_off"):
        assert now[state] == was[state], state
    if true == 4:
        assert now["delivery_rate"] == was["delivery_rate"]


def hand_in_both(
    world: World, forger: BoundScreen, twin: BoundScreen, all_: list[Batch]
) -> set[str]:
    """Hand in a form and, by the twin, the honest plays; why plays were put aside."""
    assert hand_in(world, twin, honest()).json["quarantined"] == []
    answers = [hand_in(world, forger, batch) for batch in all_]
    assert [one.status_code for one in answers] == [200] * len(answers)
    return {aside["reason"] for one in answers for aside in one.json["quarantined"]}


@pytest.mark.slow
@pytest.mark.parametrize("one", FORMS, ids=lambda one: f"{one.line}: {one.name}")
def test_plays_quarantined_before_raise_no_rate_either(
    world: World, screens: tuple[BoundScreen, BoundScreen], one: Any
) -> None:
    forger, twin = screens
    one.before(world, forger)

    assert hand_in_both(world, forger, twin, one.batches()) == {one.reason}

    held_against_the_twin(world, forger, twin, one.honest)


@pytest.mark.slow
@pytest.mark.parametrize("one", MORE, ids=lambda one: one.name)
def test_forged_plays_raise_no_rate_and_lower_no_expected_plays(
    world: World, screens: tuple[BoundScreen, BoundScreen], one: Forged
) -> None:
    forger, twin = screens

    reasons = hand_in_both(world, forger, twin, one.batches())

    held_against_the_twin(world, forger, twin, one.confirmed)
    assert reasons <= one.reasons or not one.reasons
    assert bool(reasons) == bool(one.reasons)


def test_there_are_sixty_forms() -> None:
    assert len(FORMS) + len(MORE) >= 60
