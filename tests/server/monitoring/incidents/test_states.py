"""The state of a screen follows from its last beat, its hours and now."""

import pytest

from server.inventory.district.alert_thresholds import AS_DELIVERED
from server.monitoring.detection.flapping import changed_share, flaps, samples
from server.monitoring.incidents.status import IMPAIRED, STATES, Heard, State, state_of, stretch

NOW = 1_000_000
OPEN = ((NOW - 3600, NOW + 3600),)
SIX_HOURS = 6 * 3600


@pytest.mark.parametrize(
    ("age_s", "state"),
    [
        (0, "online"),
        (74, "online"),
        (75, "late"),
        (89, "late"),
        (90, "offline"),
        (86_400, "offline"),
        (-5, "online"),
    ],
)
def test_a_fixed_screen_is_late_after_75_s_and_offline_after_90(age_s: int, state: State) -> None:
    assert state_of(Heard(NOW - age_s), OPEN, (), NOW) == state


@pytest.mark.parametrize(
    ("age_s", "state"),
    [
        (74, "online"),
        (75, "out_of_coverage"),
        (SIX_HOURS - 1, "out_of_coverage"),
        (SIX_HOURS, "offline"),
    ],
)
def test_a_bus_is_out_of_coverage_for_six_hours(age_s: int, state: State) -> None:
    assert state_of(Heard(NOW - age_s, grace_s=SIX_HOURS), OPEN, (), NOW) == state


def test_a_beat_of_a_stalled_player_is_impaired_while_it_is_fresh() -> None:
    assert state_of(Heard(NOW - 10, IMPAIRED), OPEN, (), NOW) == "impaired"
    assert state_of(Heard(NOW - 100, IMPAIRED), OPEN, (), NOW) == "offline"


def test_hours_decide_whether_silence_means_anything() -> None:
    silent = Heard(NOW - 5000)

    assert state_of(silent, OPEN, (), NOW) == "offline"
    assert state_of(silent, ((NOW, NOW + 1),), (), NOW) == "offline"
    assert state_of(silent, ((NOW - 1, NOW),), (), NOW) == "off_hours"


def test_excused_is_distinguished_only_from_faults() -> None:
    assert state_of(Heard(NOW - 5000), OPEN, OPEN, NOW) == "excused"
    assert state_of(Heard(NOW - 80), OPEN, OPEN, NOW) == "excused"
    assert state_of(Heard(NOW), OPEN, OPEN, NOW) == "online"
    assert state_of(Heard(NOW), OPEN, OPEN, NOW, flapping=True) == "excused"


def test_flapping_ranks_above_the_present_state() -> None:
    assert state_of(Heard(NOW), OPEN, (), NOW, flapping=True) == "flapping"
    assert state_of(Heard(NOW - 5000), OPEN, (), NOW, flapping=True) == "flapping"


def test_a_screen_without_a_beat_or_out_of_use_has_no_other_state() -> None:
    assert state_of(Heard(None), OPEN, (), NOW) == "never_seen"
    assert state_of(Heard(NOW, retired=True), OPEN, (), NOW) == "retired"


def test_there_are_ten_states() -> None:
    assert len(STATES) == 10


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
    known = ((NOW - 20 * 60, NOW - 10 * 60),)

    found = samples(up(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 60, known, NOW)

    assert found[10:] == [None] * 11
    assert changed_share(found) == 0
