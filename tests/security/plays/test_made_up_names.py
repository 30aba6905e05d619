"""What a screen makes up is put aside, and takes neither memory nor rows for good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.foundation.db.session import Database
from server.playlog.model.screen_context import TakeoverWindow, Tenure
from server.playlog.store.transaction import Tx
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import fresh_plays
from tests.support.plays.plays import Desk, make_batch, make_desk, make_programme, takeover_batch

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
    monkeypatch.setattr("server.playlog.store.interned_ids.REMEMBERED", FEW)
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


def kept(desk: Desk, table: str) -> int:
    return int(desk.sql(f"SELECT COUNT(*) FROM {table}")[0][0])  # noqa: S608 - own names


def of_a_plan(number: int) -> dict[str, Any]:
    """A play of a plan that there isn't, by a boot of its own."""
    return make_batch(
        PROGRAMME, SLOTS[:1], boot=f"b{number}", manifest=f"{10**9 + number:064x}",
        offset_ms=OFFSET_MS,
    )  # fmt: skip


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.playlog.ingest.strange_names.MOST", FEW)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "other", [{}, {"manifest": None, "cause": 4, "segment": -1, "cycle": -1, "slot": -1}]
)
def test_the_rows_of_made_up_files_come_to_an_end(desk: Desk, other: dict[str, Any]) -> None:
    for number in range(30):
        first = desk.take(made_up(number, **other))
        again = desk.take(made_up(number, **other))
        assert (again, again.reused) == (first, False)

    assert kept(desk, "items") <= FEW + 1  # and the one of no file
    last = desk.logged("liar")[120]
    assert (last.play.asset, last.reason) == (None, "bad_value")
    desk.take(make_batch(PROGRAMME, SLOTS[-2:], boot="honest", offset_ms=OFFSET_MS))
    assert desk.reasons("honest") == [None, None]


@pytest.mark.usefixtures("few")
def test_the_rows_of_made_up_plans_come_to_an_end(desk: Desk) -> None:
    for number in range(2 * FEW):
        first = desk.take(of_a_plan(number))
        again = desk.take(of_a_plan(number))
        assert (again, again.reused) == (first, False)

    assert kept(desk, "names") <= FEW + 1
    assert {desk.reasons(f"b{number}")[0] for number in range(2 * FEW)} == {"unknown_manifest"}
    desk.take(make_batch(PROGRAMME, SLOTS[-2:], boot="honest", offset_ms=OFFSET_MS))
    assert desk.reasons("honest") == [None, None]


@pytest.mark.usefixtures("few")
def test_what_the_server_gave_the_screen_itself_is_none_of_those(desk: Desk) -> None:
    windows = tuple(
        TakeoverWindow(f"{10**12 + number:064x}", START_MS, START_MS + HOUR_MS)
        for number in range(2 * FEW)
    )
    desk.update_context(*desk.screen_context.tenures, takeovers=windows)

    for number, window in enumerate(windows):
        at_ms = START_MS + 30_000 * number
        desk.take(
            takeover_batch(window.asset, at_ms, 10_000, first=number + 1, offset_ms=OFFSET_MS)
        )
    assert desk.verdicts() == ["counted"] * len(windows)
    assert [one.play.asset for one in desk.logged().values()] == [one.asset for one in windows]


def test_what_a_restored_server_has_forgotten_is_kept_with_its_chain(desk: Desk) -> None:
    forgotten = make_programme(START_MS, salt=7)
    slots = forgotten.slots(START_MS, START_MS + MINUTE_MS)

    desk.take(make_batch(forgotten, slots, offset_ms=OFFSET_MS))

    plays = desk.logged().values()
    assert {one.reason for one in plays} == {"unknown_manifest"}
    assert [one.play.asset for one in plays] == [slot.asset for slot in slots]
    assert {one.play.manifest for one in plays} == {forgotten.digest}
