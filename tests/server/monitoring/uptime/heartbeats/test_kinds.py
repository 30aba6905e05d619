"""The state of a screen by its heartbeat: fine, impaired, or off on purpose."""

import pytest

from server.monitoring.heartbeats.classifier import BeatClassifier, BeatSample, Kind

MANIFEST = "ab" * 32


@pytest.mark.parametrize(
    ("state", "visible", "kind"),
    [
        ("playing", True, Kind.FINE),
        ("playing", None, Kind.FINE),
        ("takeover", True, Kind.FINE),
        ("fallback", True, Kind.FINE),
        ("playing", False, Kind.IMPAIRED),
        ("stalled", True, Kind.IMPAIRED),
        ("stalled", None, Kind.IMPAIRED),
        ("off_hours", False, Kind.OFF),
        ("pairing", True, Kind.OFF),
        ("preparing", None, Kind.OFF),
    ],
)
def test_state_and_visibility_come_first(state: str, visible: bool | None, kind: Kind) -> None:
    assert BeatClassifier().of(BeatSample(9, 0, state, visible)) is kind


def kinds_of(failures: dict[int, int], beats: int, a_beat: int = 2) -> list[Kind]:
    """Beats every 30 s of a loop of 20 slots; `failures` by the number of the beat."""
    kinds, found = BeatClassifier(), []
    for other in range(40):  # another screen has shown how long the loop is
        kinds.of(BeatSample(1, 0, "playing", place=(MANIFEST, 0, 0, other % 20)))
    for number in range(beats):
        cycle, slot = divmod(number * a_beat, 20)
        place = (MANIFEST, 0, cycle, slot)
        failed = failures.get(number, 0)
        found.append(kinds.of(BeatSample(9, number * 30, "playing", True, failed, place)))
    return found


def test_one_failed_play_is_no_impairment() -> None:
    assert set(kinds_of({5: 1}, 40)) == {Kind.FINE}


def test_a_tenth_of_failed_plays_is_none_and_more_is_one() -> None:
    # Windows of ten beats of two plays: in two of them four of forty.
    assert kinds_of({10: 1, 12: 1, 14: 1, 19: 1}, 20)[19] is Kind.FINE
    assert kinds_of({10: 1, 12: 1, 14: 1, 17: 1, 19: 1}, 20)[19] is Kind.IMPAIRED


def test_it_is_over_when_the_failures_are_ten_minutes_old() -> None:
    found = kinds_of(dict.fromkeys(range(10), 2), 40)

    assert set(found[1:15]) == {Kind.IMPAIRED}
    assert set(found[20:]) == {Kind.FINE}


def test_plays_are_counted_by_how_far_the_loop_has_gone_on() -> None:
    # Three failures in six plays are many, in sixty they are few.
    assert kinds_of({1: 1, 2: 1, 3: 1}, 4, a_beat=2)[3] is Kind.IMPAIRED
    assert kinds_of({1: 1, 2: 1, 3: 1}, 4, a_beat=19)[3] is Kind.FINE


def test_failures_while_it_is_off_change_nothing() -> None:
    assert BeatClassifier().of(BeatSample(9, 0, "off_hours", True, 50)) is Kind.OFF


def test_another_player_begins_without_the_failures_of_the_one_before() -> None:
    kinds = BeatClassifier()
    kinds.of(BeatSample(9, 0, "playing", True, 50))
    kinds.forget(9)

    assert kinds.of(BeatSample(9, 30, "playing", True)) is Kind.FINE


def test_a_count_beyond_all_sense_is_survived() -> None:
    kinds = BeatClassifier()

    kind = kinds.of(BeatSample(9, 0, "playing", True, 2**53, (MANIFEST, 2**53, 2**53, 2**53)))
    back = kinds.of(BeatSample(9, 30, "playing", True, 0, (MANIFEST, 2**53, -(2**53), 0)))

    assert (kind, back) == (Kind.IMPAIRED, Kind.IMPAIRED)


def test_how_many_may_fail_is_a_setting() -> None:
    def kind_by(failed_pct: int) -> Kind:
        kinds = BeatClassifier(failed_pct)
        for number in range(19):
            kinds.of(BeatSample(9, 30 * number, "playing", True, int(number in (4, 9))))
        return kinds.of(BeatSample(9, 570, "playing", True, 1))

    assert kind_by(10) is Kind.FINE
    assert kind_by(5) is Kind.IMPAIRED
