"""Each kind of target, from the order in the API down to the slots of a screen's manifest."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from playlists.wire.compliance import ExpectedSlot, expected_slots
from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from server.publishing.models import Assignment, StoredManifest
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import API, Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

# Open from nine to nine; the clock begins at nine.
HOURS = {str(day): [["09:00", "21:00"]] for day in range(1, 8)}
TEN, NOON = "2026-11-24T10:00:00+08:00", "2026-11-24T12:00:00+08:00"


@dataclass
class Hall:
    """A screen, and the office that orders what it plays."""

    office: Office
    screen: BoundScreen

    def order(self, kind: str, value: float | None, *lengths_s: int, **fields: Any) -> str:
        """A campaign of pictures of these lengths (15 s if none is given); its id."""
        world, office = self.office.world, self.office
        author = office.publicity.user_id
        items = [
            {"asset_id": f"a_{make_asset(world, author=author)}", "duration_s": seconds}
            for seconds in lengths_s or (15,)
        ]
        made = office.post(office.publicity, "/playlists", name="列表", items=items)
        return office.publish(
            playlist_id=made["id"], target={"kind": kind, "value": value}, **fields
        )

    def boost(self, campaign: str, factor: float) -> None:
        body = {"factor": factor, "from": TEN, "until": NOON, "reason": "专项行动"}
        self.office.post(self.office.publicity, f"/campaigns/{campaign}/boost", **body)

    def manifest(self) -> Manifest:
        """The manifest sent to the screen."""
        core = self.office.world.core
        run_jobs(core)
        with core.config.read() as session:
            name = session.get_one(Assignment, self.screen.id).manifest
            return decode(session.get_one(StoredManifest, name).body)

    def hour(self, campaign: str | None, hour: int, hours: int = 1) -> list[ExpectedSlot]:
        """Its plays in an hour of the first day, counted from nine o'clock."""
        begin = START_MS + hour * HOUR_MS
        slots = expected_slots(self.manifest(), begin, begin + hours * HOUR_MS)
        return [slot for slot in slots if slot.campaign == campaign]

    def longest_gap_s(self, campaign: str, hour: int, hours: int) -> float:
        starts = [slot.start_ms for slot in self.hour(campaign, hour, hours)]
        return max(after - before for before, after in pairwise(starts)) / 1000


@pytest.fixture
def hall(world: World) -> Hall:
    office = open_office(world)
    return Hall(office, make_screen(world, venue=make_venue(world, hours=HOURS)))


def test_plays_per_hour_are_in_every_hour(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 7)

    assert [len(hall.hour(campaign, hour)) for hour in range(12)] == [7] * 12


def test_plays_per_day_are_reached_by_the_screens_own_hours(hall: Hall) -> None:
    campaign = hall.order("plays_per_day", 100)

    # 100 / 12 rounded up.
    assert len(hall.hour(campaign, 0, 12)) == 12 * 9


def test_a_share_of_voice_is_airtime_exact_to_a_play_over_all_its_assets(hall: Hall) -> None:
    campaign = hall.order("share_of_voice", 0.5, 10, 20, 15)

    slots = hall.hour(campaign, 0)

    # Forty rounds of 45 s are half an hour.
    assert len(slots) == 120
    assert set(Counter(slot.asset for slot in slots).values()) == {40}
    assert sum(slot.duration_ms for slot in slots) == pytest.approx(1_800_000, rel=0.1)


def test_a_share_that_isnt_whole_rounds_is_the_fewest_plays_that_reach_it(hall: Hall) -> None:
    campaign = hall.order("share_of_voice", 0.1, 7, 11)
    hall.order("filler", None, 20)

    counts = Counter(slot.asset for slot in hall.hour(campaign, 0))

    # 360 s: twenty rounds of 18 s to the second.
    assert sorted(counts.values()) == [20, 20]
    other = hall.order("share_of_voice", 0.101, 7, 11)
    assert sorted(Counter(slot.asset for slot in hall.hour(other, 0)).values()) == [20, 21]


def test_shares_that_are_all_of_the_hour_leave_no_room_and_take_no_more(hall: Hall) -> None:
    half = hall.order("share_of_voice", 0.5, 15)
    third = hall.order("share_of_voice", 0.3, 12)
    rest = hall.order("share_of_voice", 0.2, 18)

    plays = {one: len(hall.hour(one, 0)) for one in (half, third, rest)}

    assert plays == {half: 120, third: 90, rest: 40}


def test_a_longest_wait_is_kept_and_divided_by_a_boost_between_its_instants(hall: Hall) -> None:
    campaign = hall.order("longest_wait_s", 600)
    hall.order("filler", None, 20)
    hall.boost(campaign, 2)

    assert hall.longest_gap_s(campaign, 0, 1) <= 600
    assert hall.longest_gap_s(campaign, 1, 2) <= 300
    assert 300 < hall.longest_gap_s(campaign, 3, 9) <= 600


def test_a_boost_multiplies_between_its_instants_only(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 8)
    hall.boost(campaign, 2.5)

    assert [len(hall.hour(campaign, hour)) for hour in range(5)] == [8, 20, 20, 8, 8]


def test_a_boosted_total_plays_more_then_and_less_otherwise(hall: Hall) -> None:
    campaign = hall.order("total_plays", 140, ends_on="2026-11-24", starts_on="2026-11-24")
    hall.boost(campaign, 2)

    plays = [len(hall.hour(campaign, hour)) for hour in range(12)]

    # Twelve hours of which two count twice: ten an hour, and one play more on the last day.
    assert sum(plays) in (140, 141)
    assert min(plays[1:3]) >= 20
    assert max(plays[:1] + plays[3:]) <= 11


def test_a_total_of_less_than_a_play_an_hour_is_spread_over_its_days(hall: Hall) -> None:
    campaign = hall.order("total_plays", 30, starts_on="2026-11-24", ends_on="2026-12-23")

    manifest = hall.manifest()
    days = [START_MS + day * DAY_MS for day in range(30)]
    plays = [
        sum(slot.campaign == campaign for slot in expected_slots(manifest, day, day + DAY_MS))
        for day in days
    ]

    assert sum(plays) == pytest.approx(30, abs=2)
    assert max(plays) <= 2


def test_a_shortest_gap_is_kept_and_caps_a_boost(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 12, min_gap_s=200)
    hall.order("filler", None, 20)
    hall.boost(campaign, 3)

    def shortest_s(hour: int, hours: int) -> float:
        starts = [slot.start_ms for slot in hall.hour(campaign, hour, hours)]
        return min(after - before for before, after in pairwise(starts)) / 1000

    assert shortest_s(0, 1) >= 200
    assert shortest_s(3, 9) >= 200
    # 18 fit to the second, so a picture of 20 s between them may cost half its length.
    assert [len(hall.hour(campaign, hour)) for hour in (1, 2)] == [18, 18]
    assert shortest_s(1, 2) >= 200 - 20 / 2


def test_the_lowest_tier_gives_way_first_and_never_below_its_floor(hall: Hall) -> None:
    first = hall.order("plays_per_hour", 150, tier=1)
    second = hall.order("plays_per_hour", 60, tier=3)
    last = hall.order("plays_per_hour", 90, tier=5, floor=20)

    plays = {one: len(hall.hour(one, 0)) for one in (first, second, last)}

    # 240 plays of 15 s fill the hour.
    assert plays == {first: 150, second: 60, last: 30}
    crowd = hall.order("plays_per_hour", 25, tier=2)
    assert len(hall.hour(crowd, 0)) == 25
    assert (len(hall.hour(last, 0)), len(hall.hour(second, 0))) == (20, 45)


def test_the_venues_own_share_stays_its_own(world: World) -> None:
    office = open_office(world)
    venue = make_venue(world, hours=HOURS, own_share=0.25)
    hall = Hall(office, make_screen(world, venue=venue))
    campaign = hall.order("share_of_voice", 1, 15)
    own = hall.order("filler", None, 20)

    assert sum(slot.duration_ms for slot in hall.hour(own, 0)) >= 900_000
    assert len(hall.hour(campaign, 0)) == 180


def test_several_assets_take_turns_in_the_order_of_the_list(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 12, 10, 20, 30)

    shown = [slot.asset for slot in hall.hour(campaign, 0)]

    assert len(set(shown)) == 3
    assert all(shown[index] == shown[index % 3] for index in range(12))


def test_more_assets_than_plays_go_on_where_the_hour_before_ended(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 2, 10, 10, 10, 10, 10)

    shown = [slot.asset for slot in hall.hour(campaign, 0, 10)]

    assert set(Counter(shown).values()) == {4}
    assert shown[:5] == shown[5:10]


def test_a_floor_above_the_target_is_played(hall: Hall) -> None:
    campaign = hall.order("plays_per_hour", 4, floor=9)

    assert len(hall.hour(campaign, 0)) == 9


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"target": {"kind": "share_of_voice", "value": 1.2}}, "/target/value"),
        ({"target": {"kind": "longest_wait_s", "value": 0.5}}, "/target/value"),
        ({"target": {"kind": "total_plays", "value": 0}}, "/target/value"),
        ({"target": {"kind": "filler", "value": 3}}, "/target/value"),
    ],
)
def test_values_that_no_screen_can_keep_are_pointed_at(
    hall: Hall, body: dict[str, Any], pointer: str
) -> None:
    campaign = hall.order("plays_per_hour", 4)
    office = hall.office
    office.post(office.publicity, f"/campaigns/{campaign}/revise")

    answer = office.publicity.client.patch(f"{API}/campaigns/{campaign}", json=body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == pointer
