"""What screens do beside being in contact: stretches of hours, and links that come and go."""

from server.inventory.district.alert_thresholds import AS_DELIVERED
from server.monitoring.detection.flapping import changed_share, flaps, samples
from server.monitoring.incidents.status import stretch

NOW = 1_000_000


def test_spans_that_touch_are_one_stretch() -> None:
    assert stretch([(10, 20), (0, 10), (30, 40)], 15) == (0, 20)
    assert stretch([(0, 10)], 10) is None


def up(*minutes: int) -> list[tuple[int, int]]:
    """Runs that are up in these of the last 21 minutes, counted from the oldest."""
    return [(NOW - (20 - one) * 60, NOW - (20 - one) * 60) for one in minutes]


def test_flapping_begins_at_six_changes_of_twenty() -> None:
    always = ((0, NOW + 1),)
    five = samples(up(0, 1, 2, 8, 9, 15, 16), 60, always, NOW)
    six = samples(up(0, 1, 2, 8, 9, 15, 16, 20), 60, always, NOW)

    assert [round(20 * changed_share(one)) for one in (five, six)] == [5, 6]
    assert not flaps(changed_share(five), AS_DELIVERED, before=False)
    assert flaps(changed_share(six), AS_DELIVERED, before=False)


def test_flapping_ends_below_three_changes() -> None:
    assert flaps(3 / 20, AS_DELIVERED, before=True)
    assert not flaps(2 / 20, AS_DELIVERED, before=True)


def test_an_unknown_state_is_no_change() -> None:
    spans = ((NOW - 20 * 60, NOW - 10 * 60),)

    found = samples(up(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 60, spans, NOW)

    assert found[10:] == [None] * 11
    assert changed_share(found) == 0
