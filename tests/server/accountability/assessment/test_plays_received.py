"""A pack states the outcome of each play received, also of those that count for nothing."""

import json

import pytest

from server.playlog.store.transaction import Tx
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import sign_in
from tests.support.plays.on_air import hand_in
from tests.support.plays.plays import make_batch
from tests.support.reporting.assessment import fetched, made, sheet_of
from tests.support.reporting.coverage import MIDNIGHT_MS, PROGRAMME, Town

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

HOUR_MS = 3_600_000
WRONG_FILE = {"assets": ["f" * 64] * 9, "boot": "b" * 16}


@pytest.fixture
def bank(town: Town) -> BoundScreen:
    """It showed half of the plays expected; later it reports others that nobody ordered."""
    found = town.opens("支行")[0]
    town.becomes(5)
    town.plays(found, *[5] * 5)
    return found


def hand_in_of_a_wrong_file(town: Town, screen: BoundScreen, plays: int) -> None:
    slots = PROGRAMME.slots(MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS)[:plays]
    answer = hand_in(town.world, screen, make_batch(PROGRAMME, slots, **WRONG_FILE))
    assert answer.status_code == 200, answer.text


def test_beside_plays_that_count_those_received_that_do_not_are_shown(
    town: Town, bank: BoundScreen
) -> None:
    hand_in_of_a_wrong_file(town, bank, 3)
    chen = sign_in(town.world, "publicity")

    pack = made(town, person=chen, last=5)

    unit = json.loads(fetched(chen, pack, "manifest.json"))["figures"]["units"][0]
    received = {state: count for state, count in unit["acknowledged"].items() if count}
    assert received == {"plays": 28, "confirmed": 25, "quarantined": 3}
    assert (unit["totals"]["confirmed"], len(unit["rows"])) == (25, 1)
    cells = [
        cell.value for row in sheet_of(fetched(chen, pack, "files/u_1.xlsx")).rows for cell in row
    ]
    assert "28 次：实播 25，待核查 3；只有实播计入上表" in " ".join(map(str, cells))


def test_many_batches_ask_for_no_more_statements_than_few(
    town: Town, bank: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("run", "rows", "row"):
        asks = getattr(Tx, name)

        def noted(tx: Tx, sql: str, *values: object, asks: object = asks) -> object:
            asked.append(sql)
            return asks(tx, sql, *values)  # type: ignore[operator] # a method, found by its name

        monkeypatch.setattr(Tx, name, noted)
    counts = []
    for number in (2, 22):
        for boot in range(number):
            hand_in_partly(town, bank, boot)
        made(town, person=sign_in(town.world, "publicity"), last=5)
        asked.clear()
        made(town, person=sign_in(town.world, "publicity"), last=5)
        counts.append(len(asked))

    assert counts[1] <= counts[0], counts


def hand_in_partly(town: Town, screen: BoundScreen, number: int) -> None:
    """A play of a boot of its own that was broken off."""
    begin_ms = MIDNIGHT_MS + number % 5 * 24 * HOUR_MS
    slots = PROGRAMME.slots(begin_ms, begin_ms + 24 * HOUR_MS)[5:6]
    batch = make_batch(PROGRAMME, slots, boot=f"{number:016x}", state=1, shown_ms=1_000)
    answer = hand_in(town.world, screen, batch)
    assert answer.status_code == 200, answer.text
