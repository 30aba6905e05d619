"""A takeover lowers expected plays only while it was ordered, and costs little to count."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlists.wire.compliance import expected_slots
from server.foundation.db.session import Database
from server.playlog.model import slot_states
from server.playlog.model.screen_context import TakeoverWindow, Tenure
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import fresh_plays
from tests.support.plays.plays import Desk, make_batch, make_desk, make_programme, takeover_batch

PROGRAMME = make_programme(START_MS)
ASSET = "f" * 64
FROM_MS = START_MS + HOUR_MS
ENDED_MS = FROM_MS + 10 * MINUTE_MS
NOW_MS = START_MS + 22 * DAY_MS


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    database = fresh_plays(tmp_path)
    yield database
    database.engine.dispose()


@pytest.fixture
def desk(plays: Database) -> Desk:
    return at_desk(plays, ENDED_MS)


def at_desk(plays: Database, until_ms: int) -> Desk:
    """A screen of which a takeover was asked until then, three weeks later."""
    made = make_desk(plays, HandClock(NOW_MS), tenures=[Tenure(PROGRAMME.digest, START_MS)])
    made.air(PROGRAMME)
    made.update_context(
        *made.screen_context.tenures, takeovers=(TakeoverWindow(ASSET, FROM_MS, until_ms),)
    )
    return made


def taken_over(at_ms: int, shown_ms: int, **other: Any) -> dict[str, Any]:
    return takeover_batch(ASSET, at_ms, shown_ms, offset_ms=START_MS - 5_000, **other)


@pytest.mark.parametrize(
    ("shown_ms", "reason"),
    [
        (20 * DAY_MS, "over_maximum"),
        (DAY_MS, "over_maximum"),
        (10 * MINUTE_MS + 2_001, "over_maximum"),
        (10 * MINUTE_MS + 2_000, None),
        (10 * MINUTE_MS, None),
    ],
)
def test_a_takeover_pre_empts_nothing_after_its_end(
    desk: Desk, shown_ms: int, reason: str | None
) -> None:
    desk.take(taken_over(FROM_MS, shown_ms))

    assert desk.reasons() == [reason]
    assert desk.totals()["pre_empted"] == (41 if shown_ms > 600_000 else 40) * (reason is None)


@pytest.mark.parametrize("cause", [1, 3, 4])
@pytest.mark.parametrize("state", [0, 1, 2])
def test_nothing_beside_the_plan_goes_on_for_longer_than_a_day(
    plays: Database, cause: int, state: int
) -> None:
    desk = at_desk(plays, NOW_MS)

    desk.take(taken_over(FROM_MS, DAY_MS + 1, cause=[cause], state=[state]))
    desk.take(taken_over(FROM_MS, DAY_MS, cause=[cause], state=[state], boot="other"))

    assert desk.reasons() == ["over_maximum"]
    assert desk.reasons("other") == [None]


def test_a_takeover_that_failed_was_not_shown_and_pre_empts_nothing(desk: Desk) -> None:
    desk.take(taken_over(FROM_MS, MINUTE_MS, state=[2]))

    assert desk.verdicts() == ["failed"]
    assert desk.totals()["pre_empted"] == 0


def test_a_batch_beside_a_day_of_takeover_reads_its_own_slots_only(
    plays: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at_desk(plays, NOW_MS)
    desk.take(taken_over(FROM_MS, DAY_MS))
    assert desk.totals()["pre_empted"] == 4 * 24 * 60
    checked: list[Any] = []

    def counted(*values: Any) -> Iterator[Any]:
        for slot in expected_slots(*values):
            checked.append(slot)
            yield slot

    monkeypatch.setattr(slot_states, "expected_slots", counted)
    inside = PROGRAMME.slots(FROM_MS + HOUR_MS, FROM_MS + HOUR_MS + MINUTE_MS)
    after = PROGRAMME.slots(FROM_MS + DAY_MS, FROM_MS + DAY_MS + MINUTE_MS)
    for boot, some in (("inside", inside), ("after", after)):
        desk.take(make_batch(PROGRAMME, some, boot=boot))

    assert desk.reasons("inside") == ["overlap"] * 4
    assert desk.verdicts("after") == ["counted"] * 4
    assert desk.totals() | {"shown_ms": 0} == {
        "confirmed": 4, "partial": 0, "failed": 0, "pre_empted": 4 * 24 * 60, "shown_ms": 0,
    }  # fmt: skip
    assert len(checked) < 50


def test_far_apart_plays_of_a_batch_read_nothing_in_between(
    plays: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at_desk(plays, ENDED_MS)
    for day in range(20):
        some = PROGRAMME.slots(START_MS + day * DAY_MS, START_MS + day * DAY_MS + HOUR_MS)
        desk.take(make_batch(PROGRAMME, some, boot=f"day {day}"))
    read: list[Any] = []
    from server.playlog.store import nearby_plays

    neighbour = nearby_plays.neighbour
    monkeypatch.setattr(
        nearby_plays, "neighbour", lambda *values: read.append(1) or neighbour(*values)
    )
    two = [PROGRAMME.slots(at, at + MINUTE_MS)[0] for at in (START_MS, START_MS + 19 * DAY_MS)]

    desk.take(make_batch(PROGRAMME, two, boot="again"))

    assert desk.reasons("again") == ["overlap", "overlap"]
    assert len(read) == 2
