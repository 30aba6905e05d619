"""The demo district on paper: the same seed, the same district, whole and plausible."""

from collections import Counter

import pytest

from server.inventory.venues.fields.coordinates import Point, wgs84_to_gcj02
from server.inventory.venues.kinds import KINDS
from server.operations.demo.layout import lay_out
from server.operations.demo.screen_health import health_of


def test_a_seed_makes_the_same_district_and_another_one_another() -> None:
    assert lay_out(7, 50, 80) == lay_out(7, 50, 80)
    assert lay_out(7, 50, 80) != lay_out(8, 50, 80)
    assert health_of(7, 3, 0) == health_of(7, 3, 0)


def test_the_full_district_has_every_kind_no_name_twice_and_as_many_screens_as_asked_for() -> None:
    layout = lay_out(1, 200, 300)

    kinds = Counter(venue.kind for venue in layout.venues)
    assert set(kinds) == set(KINDS)
    assert kinds["bus"] == 30
    assert len({venue.name for venue in layout.venues}) == 200
    assert len({screen.serial for screen in layout.screens}) == len(layout.screens) == 300
    assert {layout.venues[screen.venue].access for screen in layout.screens} == {"player"}
    assert {venue.access for venue in layout.venues} == {"player", "manual", "none"}
    points = [Point(venue.lat, venue.lon) for venue in layout.venues]
    assert [point for point in points if wgs84_to_gcj02(point) == point] == []


@pytest.mark.parametrize(("venues", "screens"), [(1, 1), (8, 12), (3, 40), (400, 900)])
def test_any_size_can_be_had(venues: int, screens: int) -> None:
    layout = lay_out(1, venues, screens)

    assert (len(layout.venues), len(layout.screens)) == (venues, screens)


@pytest.mark.parametrize(("venues", "screens"), [(200, 8), (200, 20), (20, 8)])
def test_few_screens_are_in_places_of_many_kinds(venues: int, screens: int) -> None:
    layout = lay_out(1, venues, screens)

    kinds = Counter(layout.venues[screen.venue].kind for screen in layout.screens)
    there = {venue.kind for venue in layout.venues if venue.access == "player"}
    assert len(kinds) == min(screens, len(there))
    assert kinds["bus"] == 1


def test_most_screens_are_well_and_some_of_each_trouble_are_there() -> None:
    troubles = Counter(
        next((one.trouble for one in health_of(1, place, 0).script), "well")
        for place in range(1_000)
    )

    assert set(troubles) == {"well", "off", "offline", "crash", "spoil", "clock"}
    assert troubles["well"] > 800
