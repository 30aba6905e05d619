"""What the wrapper of a box does about what it sees, second by second."""

from itertools import pairwise

import pytest

from anping_kiosk.judgement import Act, Judge, Seen
from anping_kiosk.settings import WrongSetting, read

PLAYER = "https://anping.example"
PLAYING = Seen(f"{PLAYER}/player/", "playing")
BLANK = Seen(f"{PLAYER}/player/", "")
ERROR = Seen("chrome-error://chromewebdata/", "")


def playing() -> Judge:
    judge = Judge(PLAYER, 0.0)
    assert judge.answer(PLAYING, 1.0) is Act.NOTHING
    return judge


def test_a_page_that_plays_is_left_alone() -> None:
    judge = playing()

    assert [judge.answer(PLAYING, now) for now in (3.0, 5.0, 90.0)] == [Act.NOTHING] * 3
    assert judge.silence(91.0) is Act.NOTHING


def test_a_crashed_page_is_reloaded_at_once_and_the_browser_restarted_if_that_fails() -> None:
    judge = playing()

    assert judge.crash(10.0) is Act.RELOAD
    assert judge.silence(14.0) is Act.NOTHING
    assert judge.silence(15.0) is Act.RESTART


def test_a_crashed_page_that_answers_again_is_well() -> None:
    judge = playing()
    judge.crash(10.0)

    assert judge.answer(PLAYING, 12.0) is Act.NOTHING
    assert judge.silence(16.0) is Act.NOTHING


def test_a_frozen_page_is_given_up_after_15_seconds() -> None:
    judge = playing()

    assert judge.silence(15.9) is Act.NOTHING
    assert judge.silence(16.0) is Act.RESTART


def test_a_slow_box_may_take_a_minute_to_its_first_answer() -> None:
    judge = Judge(PLAYER, 0.0)

    assert judge.silence(59.0) is Act.NOTHING
    assert judge.silence(60.0) is Act.RESTART


def test_an_error_page_is_left_after_3_seconds_then_6_then_12_at_most_30() -> None:
    judge = playing()

    opened = [now for now in range(2, 90) if judge.answer(ERROR, float(now)) is Act.OPEN]

    assert opened[0] == 5
    pauses = [later - earlier for earlier, later in pairwise(opened)]
    assert pauses == [7, 13, 25, 31]


def test_a_page_of_another_origin_is_not_the_player() -> None:
    judge = playing()
    elsewhere = Seen("https://anping.example.evil/player/", "playing")

    assert judge.answer(elsewhere, 2.0) is Act.NOTHING
    assert judge.answer(elsewhere, 5.0) is Act.OPEN


def test_a_player_without_a_sign_of_life_for_a_minute_is_reloaded() -> None:
    judge = playing()

    assert judge.answer(BLANK, 60.9) is Act.NOTHING
    assert judge.answer(BLANK, 61.0) is Act.RELOAD
    assert judge.answer(BLANK, 63.0) is Act.NOTHING


def test_the_address_carries_key_and_serial_where_no_request_line_shows_them() -> None:
    found = read(
        {
            "ANPING_URL": "https://anping.example/player/",
            "ANPING_ENROL_KEY": "K/1",
            "ANPING_SERIAL": "A 7",
        }
    )

    assert found.start == "https://anping.example/player/#enrol=K%2F1&serial=A%207"
    assert found.origin == PLAYER


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "ANPING_URL"),
        ({"ANPING_URL": "anping.example/player/"}, "ANPING_URL"),
        ({"ANPING_URL": "https://a/player/", "ANPING_ENROL_KEY": "k"}, "ANPING_SERIAL"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        read(environ)
