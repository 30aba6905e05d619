"""A boot that may be a cloned disk counts nothing until a person decides."""

import pytest

from server.foundation.db.session import Database
from server.playlog.ingest.revalidation import review_boot
from server.playlog.model.screen_context import Tenure
from server.playlog.store import boots
from tests.support.app.clock import HOUR_MS, START_MS, HandClock
from tests.support.plays.plays import (
    BOOT,
    Desk,
    in_batches,
    make_desk,
    make_programme,
    work_with_plans,
)

PROGRAMME = make_programme(START_MS)
BATCHES = in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS), 120)


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    clock.forward(HOUR_MS)
    return made


def flag(desk: Desk, word: str) -> None:
    def work(tx: object, context: object) -> None:
        found = boots.open_boot(tx, 9, BOOT, desk.clock.now_ms())  # type: ignore[arg-type] # the desk's store is a transaction here
        boots.set_flag(tx, found.id, word)  # type: ignore[arg-type] # the desk's store is a transaction here
        review_boot(tx, context, found)  # type: ignore[arg-type] # the desk's store is a transaction here

    work_with_plans(desk, work)


def test_plays_of_a_suspected_boot_are_acknowledged_and_put_aside(desk: Desk) -> None:
    flag(desk, "suspected")

    answer = desk.take(BATCHES[0])

    assert answer.upto == 120
    assert set(desk.reasons()) == {"clone_suspected"}
    assert desk.totals()["confirmed"] == 0


def test_once_a_person_clears_the_boot_its_plays_count(desk: Desk) -> None:
    flag(desk, "suspected")
    desk.take(BATCHES[0])

    flag(desk, "cleared")
    desk.take(BATCHES[1])

    assert desk.totals()["confirmed"] == 240


def test_a_boot_that_was_ruled_out_loses_what_it_had_counted(desk: Desk) -> None:
    desk.take(BATCHES[0])

    flag(desk, "ruled_out")

    assert desk.totals()["confirmed"] == 0
    assert set(desk.verdicts()) == {"quarantined"}
