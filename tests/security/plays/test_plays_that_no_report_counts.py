"""Each acknowledged play has one state on every report, and a reason if it counts nowhere."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.playlog import upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, keep_house, move, put_on_air
from tests.support.plays.plays import make_batch, make_programme, takeover_batch
from tests.support.reporting.reports import GROUPS, check_sums, report, totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
ASKED = "a5" * 32
TWO_DAYS = {"from": "2026-11-24", "to": "2026-11-25"}
KINDS = {
    "whole": {},
    "partial": {"state": 1, "shown_ms": 3_000},
    "failed": {"state": 2, "shown_ms": 0, "error": "asset_failed"},
    "joined late": {"cause": 2, "state": 1, "shown_ms": 3_000},
    "wrong file": {"assets": ["f" * 64] * 9},
    "too short": {"shown_ms": 100},
    "bad value": {"state": 9},
    "of no slot": {"cycle": 10**6},
    "without a clock": {"clock": None},
    "ahead of the clock": {"offset_ms": START_MS + 2 * DAY_MS},
}


@pytest.mark.slow
def test_a_slot_that_began_before_the_switch_is_not_expected_and_reported_so(world: World) -> None:
    screen = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, screen, PROGRAMME, SLOTS[4].start_ms + 300)
    world.clock.forward(HOUR_MS)

    hand_in_all(world, screen, PROGRAMME, SLOTS[4:])

    client = sign_in(world, "auditor").client
    lines = [json.loads(line) for line in client.get("/api/v1/plays/export").data.splitlines()]
    verdicts = [(line["verdict"], line["reason"]) for line in lines if "seq" in line]
    assert verdicts == [("partial", "not_expected"), *[("counted", None)] * (len(SLOTS) - 5)]
    reader = sign_in(world, "reviewer").client
    assert totals(reader) == {"expected": len(SLOTS) - 5, "confirmed": len(SLOTS) - 5}
    check_sums(reader)
    taken = report(reader, acknowledged="true")["totals"]["acknowledged"]
    assert (taken["plays"], taken["not_expected"]) == (len(SLOTS) - 4, 1)
    assert "acknowledged" not in report(reader)["totals"]


def screen_of(world: World) -> BoundScreen:
    """One with a plan on air since half an hour, asked for a takeover, an hour later."""
    screen = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, screen, PROGRAMME, START_MS + 30 * MINUTE_MS)
    with world.core.config.write() as session:
        session.add(
            AssignedTakeover(
                screen_id=screen.id, object="t_1", asset=ASKED,
                from_ms=START_MS + 40 * MINUTE_MS, until_ms=START_MS + 50 * MINUTE_MS,
            )
        )  # fmt: skip
    world.clock.at_ms = START_MS + 2 * HOUR_MS
    return screen


Piece = tuple[int, str, int, int]
PIECES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([*KINDS, "takeover", "takeover of a plan", "fallback"]),
        st.integers(0, len(SLOTS) - 8),
        st.integers(1, 8),
    ),
    max_size=12,
)


def batch_of(piece: Piece, first: int) -> dict[str, Any]:
    boot, kind, start, count = piece
    about = {"boot": f"boot {boot}", "first": first}
    if kind.startswith("takeover"):
        plan = {"manifest": PROGRAMME.digest} if kind == "takeover of a plan" else {}
        return takeover_batch(ASKED, SLOTS[start].start_ms, 10_000, **about, **plan)
    if kind == "fallback":
        return takeover_batch("b6" * 32, SLOTS[start].start_ms, 10_000, cause=[4], **about)
    offset_ms = {"offset_ms": START_MS - 5_000}
    return make_batch(
        PROGRAMME, SLOTS[start : start + count], **{**offset_ms, **about, **KINDS[kind]}
    )


@pytest.mark.slow
@given(pieces=PIECES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_that_was_acknowledged_is_the_sum_of_its_states_by_any_grouping(
    world: World, pieces: list[Piece]
) -> None:
    """Each example is a screen of its own; its boots are handed in as they come."""
    screen, upto = screen_of(world), dict.fromkeys(range(4), 0)
    for piece in pieces:
        answer = hand_in(world, screen, batch_of(piece, upto[piece[0]] + 1))
        assert answer.status_code == 200, answer.text
        upto[piece[0]] = answer.json["upto"]
    client = sign_in(world, "reviewer").client
    about = {"screen_id": screen.public_id, "acknowledged": "true", **TWO_DAYS}

    check_sums(client, screen_id=screen.public_id, **TWO_DAYS)
    for group in GROUPS:
        found = report(client, group_by=group, **about)
        total = found["totals"]["acknowledged"]
        assert total["plays"] == sum(upto.values()), (group, pieces)
        assert sum(count for state, count in total.items() if state != "plays") == total["plays"]
        assert total["confirmed"] == found["totals"]["confirmed"]
        for state, count in total.items():
            assert sum(one["acknowledged"][state] for one in found["items"]) == count, group


def test_a_takeover_that_names_a_plan_is_beside_it_all_the_same(world: World) -> None:
    screen = screen_of(world)
    hand_in(world, screen, batch_of((0, "takeover of a plan", 165, 1), 1))
    client = sign_in(world, "reviewer").client

    taken = report(client, acknowledged="true", **TWO_DAYS)["totals"]["acknowledged"]

    assert (taken["plays"], taken["outside_plan"]) == (1, 1)
    keep_house(world)
    assert upkeep.verify(world.core, playback_of(world.app)) == []


def test_each_place_has_the_plays_that_were_shown_or_received_there(world: World) -> None:
    there = make_venue(world, unit=make_unit(world, "东街道"))
    here, other = screen_of(world), make_screen(world, enrolled_at=START_MS, venue=there)
    put_on_air(world, other, PROGRAMME, START_MS)
    hand_in(world, here, batch_of((0, "wrong file", 200, 3), 1))
    hand_in(world, other, batch_of((0, "partial", 10, 2), 1))
    world.clock.forward(DAY_MS)
    move(world, here, there)
    hand_in(world, here, batch_of((0, "without a clock", 210, 4), 4))
    client = sign_in(world, "reviewer").client

    def taken(**query: str) -> Any:
        return report(client, acknowledged="true", **TWO_DAYS, **query)["totals"]["acknowledged"]

    assert taken()["plays"] == 9
    moved = taken(venue_id=f"v_{there}")
    assert (moved["plays"], moved["partial"], moved["unsynced"]) == (6, 2, 4)
    assert taken(venue_id=f"v_{here.venue_id}")["quarantined"] == 3


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_files_and_the_page_have_it_too(world: World, suffix: str) -> None:
    screen = screen_of(world)
    hand_in(world, screen, batch_of((0, "too short", 200, 3), 1))
    hand_in(world, screen, batch_of((0, "takeover", 165, 1), 4))
    client = sign_in(world, "reviewer").client
    query = "acknowledged=true&from=2026-11-24&to=2026-11-24"

    page = client.get(f"/reports?{query}").text
    file = client.get(f"/api/v1/reports/delivery.{suffix}?{query}")
    plain = client.get("/reports?from=2026-11-24&to=2026-11-24").text

    assert "4 条 = 排期之外（插播、垫播、手动） 1 + 待核查 3" in page
    assert "核对已收到的播放记录" in plain
    assert file.status_code == 200
    if suffix == "csv":
        text = file.data.decode("utf-8-sig")
        assert "已收到的播放记录,4" in text
        assert "已收到的播放记录: 待核查,3" in text
