"""What a screen makes up is put aside, and takes no memory for good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.db.session import Database
from server.playback.driver import Tx
from server.playback.standing import Tenure
from tests.support.clock import DAY_MS, HOUR_MS, START_MS, HandClock
from tests.support.databases import fresh_plays
from tests.support.plays import Desk, make_batch, make_desk, make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OFFSET_MS = START_MS - 5_000
FEW = 50


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    database = fresh_plays(tmp_path)
    yield database
    database.engine.dispose()


@pytest.fixture
def desk(plays: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("server.playback.names.REMEMBERED", FEW)
    made = make_desk(
        plays, HandClock(START_MS + DAY_MS), tenures=[Tenure(PROGRAMME.digest, START_MS)]
    )
    made.air(PROGRAMME)
    return made


def made_up(number: int, **other: Any) -> dict[str, Any]:
    """Four plays of an hour, each of a file that there isn't."""
    batch = make_batch(
        PROGRAMME, SLOTS[4 * number : 4 * number + 4], boot="liar", first=4 * number + 1,
        offset_ms=OFFSET_MS, **other,
    )  # fmt: skip
    names = [f"{10**9 + number * 1000 + place:064x}" for place in range(len(batch["assets"]))]
    return batch | {"assets": names}


def remembered(desk: Desk) -> list[int]:
    def counted(tx: Tx) -> list[int]:
        names = vars(tx.names).values()
        return [len(one) for one in names if hasattr(one, "__len__")]

    return desk.committer.submit(counted)


@pytest.mark.parametrize(
    "other", [{}, {"manifest": None, "cause": 4, "segment": -1, "cycle": -1, "slot": -1}]
)
def test_made_up_files_take_no_memory_and_honest_plays_beside_them_count(
    desk: Desk, other: dict[str, Any]
) -> None:
    for number in range(40):
        desk.take(made_up(number, **other))
        desk.take(
            make_batch(
                PROGRAMME, SLOTS[number : number + 1], boot="honest", first=number + 1,
                offset_ms=OFFSET_MS,
            )
        )  # fmt: skip

    assert max(remembered(desk)) <= FEW
    honest = desk.logged("honest").values()
    assert [one.play.asset for one in honest] == [slot.asset for slot in SLOTS[:40]]
    if not other:
        assert desk.totals()["confirmed"] == 40
        assert set(desk.reasons("liar")) == {"wrong_asset"}


def test_made_up_plans_take_no_memory(desk: Desk) -> None:
    for number in range(3 * FEW):
        desk.take(
            make_batch(
                PROGRAMME, SLOTS[:1], boot=f"b{number}", manifest=f"{number:064x}",
                offset_ms=OFFSET_MS,
            )
        )  # fmt: skip

    assert max(remembered(desk)) <= FEW
    assert desk.reasons("b7") == ["unknown_manifest"]


def test_made_up_slots_take_no_memory(desk: Desk) -> None:
    before = len(vars(PROGRAMME.plan)["_slots"])

    for number in range(20):
        cycle = 10**9 + number
        desk.take(make_batch(PROGRAMME, SLOTS[:1], boot=f"b{number}", cycle=cycle))

    assert desk.reasons("b7") == ["unknown_slot"]
    assert len(vars(PROGRAMME.plan)["_slots"]) == before
