"""Each play that was acknowledged is in one state, and says why if no report counts it."""

import json

import pytest

from tests.support.clock import HOUR_MS, START_MS
from tests.support.on_air import hand_in_all, put_on_air
from tests.support.people import sign_in
from tests.support.places import make_screen
from tests.support.plays import make_programme
from tests.support.reporting import check_sums, totals
from tests.support.world import World

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.mark.slow
def test_a_slot_that_began_before_the_switch_is_not_expected_and_says_so(world: World) -> None:
    screen = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, screen, PROGRAMME, SLOTS[4].start_ms + 300)
    world.clock.forward(HOUR_MS)

    hand_in_all(world, screen, PROGRAMME, SLOTS[4:])

    client = sign_in(world, "auditor").client
    lines = [json.loads(line) for line in client.get("/api/v1/plays/export").data.splitlines()]
    told = [(line["verdict"], line["reason"]) for line in lines if "seq" in line]
    assert told == [("partial", "not_expected"), *[("counted", None)] * (len(SLOTS) - 5)]
    reader = sign_in(world, "reviewer").client
    assert totals(reader) == {"expected": len(SLOTS) - 5, "confirmed": len(SLOTS) - 5}
    check_sums(reader)
