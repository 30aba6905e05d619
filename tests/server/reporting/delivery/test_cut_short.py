"""The log of plays has the reason why one wasn't played to its end."""

import re

import pytest

from server.publishing.models import AssignedTakeover
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import make_batch, make_programme, takeover_batch

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + 4 * MINUTE_MS)
HALF = SLOTS[3::4]
"""Of each minute the slot of 30 s, which is shown for half of it."""


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def order(world: World, screen: BoundScreen, name: str, from_ms: int) -> None:
    """A takeover or stop of ten seconds was given to the screen."""
    with world.core.config.write() as session:
        session.add(
            AssignedTakeover(
                screen_id=screen.id,
                object=name,
                asset="a" * 64,
                from_ms=from_ms,
                until_ms=from_ms + 10_000,
            )
        )


def why(world: World, screen: BoundScreen, language: str = "zh") -> list[str]:
    """The last column of what wasn't played out, in the order of playing."""
    path = f"/plays?screen_id={screen.public_id}&day=2026-11-24&lang={language}"
    text = sign_in(world, "publicity").client.get(path).text
    mark = "未播完" if language == "zh" else "Partial"
    found = re.findall(rf'<span class="state wait">{mark}</span></td>(?:<td>([^<]*)</td>)?', text)
    return found[::-1]


def test_a_takeover_a_stop_and_a_late_start_are_named_and_nothing_is_guessed(
    world: World, screen: BoundScreen
) -> None:
    cause = [0] * len(SLOTS)
    cause[11] = 2
    state = [int(slot in HALF) for slot in SLOTS]
    shown_ms = [slot.duration_ms // (2 if slot in HALF else 1) for slot in SLOTS]
    order(world, screen, "t_1", HALF[0].start_ms + 15_000)
    order(world, screen, "x_1", HALF[1].start_ms + 16_000)

    hand_in(
        world, screen, make_batch(PROGRAMME, SLOTS, state=state, shown_ms=shown_ms, cause=cause)
    )

    assert why(world, screen) == ["被紧急插播打断", "被一键停播打断", "从中途开始播", ""]
    assert why(world, screen, "en") == [
        "Cut off by a takeover",
        "Cut off by a stop",
        "Begun in the middle",
        "",
    ]


def test_one_that_a_takeover_was_shown_over_is_booked_as_reports_do(
    world: World, screen: BoundScreen
) -> None:
    taken_ms = HALF[0].start_ms + 15_000
    order(world, screen, "t_1", taken_ms)
    hand_in(world, screen, make_batch(PROGRAMME, HALF[:1], state=1, shown_ms=15_000))
    before = why(world, screen)
    assert (
        hand_in(world, screen, takeover_batch("a" * 64, taken_ms, 10_000, boot="t")).status_code
        == 200
    )

    assert before == ["被紧急插播打断"]
    assert why(world, screen) == ["被紧急插播打断（报表计入插播占用）"]
    assert why(world, screen, "en") == ["Cut off by a takeover (reports count it as pre-empted)"]
    report = sign_in(world, "publicity").client.get(
        "/api/v1/reports/delivery?from=2026-11-24&to=2026-11-24"
    )
    assert report.json["totals"]["pre_empted"] == 1


def test_a_takeover_that_comes_long_after_has_cut_nothing_off(
    world: World, screen: BoundScreen
) -> None:
    order(world, screen, "t_1", HALF[0].start_ms + 20_000)

    hand_in(world, screen, make_batch(PROGRAMME, HALF[:1], state=1, shown_ms=15_000))

    assert why(world, screen) == [""]


def test_where_every_play_counts_there_is_no_column_for_reasons(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS))

    page = sign_in(world, "publicity").client.get(f"/plays?screen_id={screen.public_id}").text

    assert ">核验结果</th></tr>" in page
    assert "最多显示" not in page
