"""The contacts of the demo's screens: the same each time, never in two places at once."""

from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from server.operations.demo.layout import lay_out
from server.operations.demo.mark import Mark, Parameters
from server.operations.demo.past_weeks.contacts import ONE_IN, Weeks

ZONE = ZoneInfo("Asia/Shanghai")
BEGAN_S = 1_793_635_200  # a midnight in Shanghai
DAY_S = 86_400


def weeks(days: int = 21, screens: int = 300, seed: int = 1) -> Weeks:
    scale = Parameters(seed=seed, venues=200, screens=screens, days=days)
    made_s = BEGAN_S + days * DAY_S + 15 * 3600
    mark = Mark(scale, BEGAN_S * 1000, made_s * 1000, {}, complete=True)
    return Weeks(mark, ZONE, lay_out(seed, scale.venues, scale.screens))


@pytest.mark.slow
@pytest.mark.parametrize("days", [1, 2, 21])
def test_contacts_of_a_screen_follow_each_other_within_the_weeks(days: int) -> None:
    past = weeks(days)
    found = list(past.contacts())

    for one in found:
        assert past.from_s <= one.from_s <= one.last_s <= past.until_s
    for one, other in pairwise(found):
        assert one.place < other.place or one.last_s < other.from_s


def test_the_same_seed_makes_the_same_past() -> None:
    assert weeks().silences() == weeks().silences()
    assert weeks().silences() != weeks(seed=2).silences()


def test_there_are_no_contacts_while_the_server_itself_is_away() -> None:
    past = weeks()
    begin_s, end_s = past.ours

    assert not [one for one in past.contacts() if one.from_s < end_s and one.last_s > begin_s]


def test_some_screens_were_silent_and_few_still_are() -> None:
    silences = weeks().silences()
    lasting = [one for one in silences if one.until_s is None]

    assert 300 / ONE_IN * 0.6 < len(silences) < 300 / ONE_IN * 1.6
    assert 0 < len(lasting) < 20


@pytest.mark.slow
def test_buses_are_off_at_night_and_all_else_is_on() -> None:
    past = weeks()
    at_three = [
        {one.place for one in past.contacts() if one.from_s <= at_s <= one.last_s}
        for at_s in (BEGAN_S + 5 * DAY_S + 3 * 3600, BEGAN_S + 5 * DAY_S + 14 * 3600)
    ]

    layout = past.layout
    buses = {
        place
        for place, screen in enumerate(layout.screens)
        if layout.venues[screen.venue].kind == "bus"
    }
    assert not at_three[0] & buses
    assert len(at_three[1] & buses) > 0.8 * len(buses)
    assert len(at_three[0]) > 0.8 * (300 - len(buses))
