"""Small batches are bundled, without a difference for readers, counts and queries."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

from server.foundation.db.migrate import downgrade, upgrade
from server.foundation.db.session import Database
from server.playlog.ingest import append, bundling
from server.playlog.model.batch import Batch, read_batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.screen_context import Tenure
from server.playlog.rawlog.declared_losses import Loss, losses
from server.playlog.rawlog.reader import FOREVER_MS, Span
from server.playlog.rawlog.stream import stream_log
from server.playlog.store import batches as store
from server.playlog.store import boots
from server.playlog.store.recovered_ranges import head_before, lost_ranges
from server.playlog.store.transaction import Tx
from tests.bench.plays import tied as bench
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, fresh_plays
from tests.support.plays import device_logs
from tests.support.plays.bundling import (
    NEVER_SEALED_MS,
    batches,
    everything,
    near_by,
    page_of,
    recounted,
    rows,
    tie,
    tie_and_die,
    wrong,
)
from tests.support.plays.log_happenings import Happening, happenings
from tests.support.plays.plays import (
    BOOT,
    CIVIL,
    Desk,
    in_batches,
    make_batch,
    make_desk,
    make_programme,
    work_with_plans,
)

PROGRAMME = make_programme(START_MS)
SPANS = [(START_MS + ms, START_MS + ms + 60_000) for ms in range(0, HOUR_MS, 150_000)]
CUTS = [FOREVER_MS, START_MS + HOUR_MS + 500, START_MS + 2 * HOUR_MS]
HOUR = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def desk(plays: Database, clock: HandClock) -> Desk:
    made = make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS, None)])
    made.air(PROGRAMME)
    clock.forward(HOUR_MS)
    return made


def ones(**other: Any) -> list[dict[str, Any]]:
    return in_batches(PROGRAMME, HOUR, 1, **other)


def hand_in(desk: Desk, found: list[dict[str, Any]]) -> None:
    for batch in found:
        desk.clock.forward(5)
        desk.take(batch)


@pytest.mark.slow
def test_an_hour_of_ones_takes_two_rows_and_reads_as_it_did(desk: Desk) -> None:
    hand_in(desk, ones())
    before, by_noon = everything(desk), recounted(desk, START_MS + HOUR_MS + 300)

    assert tie(desk) == 240

    assert rows(desk) == 2
    assert everything(desk) == before
    assert wrong(desk) == []
    assert recounted(desk, START_MS + HOUR_MS + 300) == by_noon != recounted(desk, FOREVER_MS)


@pytest.mark.slow
def test_a_repeated_batch_has_the_same_answer(desk: Desk) -> None:
    hand_in(desk, ones())
    tie(desk)

    again = [desk.take(batch) for batch in ones()]
    longer = desk.take(make_batch(PROGRAMME, HOUR[100:180], first=101, offset_ms=START_MS - 5_000))

    assert {one.upto for one in (*again, longer)} == {240}
    assert not any(one.reused for one in (*again, longer))
    assert desk.totals()["confirmed"] == 240


@pytest.mark.slow
def test_other_content_for_a_number_that_is_tied_flags_the_screen(desk: Desk) -> None:
    hand_in(desk, ones())
    tie(desk)

    answer = desk.take(make_batch(PROGRAMME, HOUR[3:5], first=150, offset_ms=START_MS - 5_000))

    assert (answer.upto, answer.reused) == (240, True)
    assert desk.sql("SELECT flag_reason FROM logs") == [("seq_reused",)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("other", "count"),
    [
        ({"clock": None}, 240),
        ({"cause": 1}, 240),
        ({"wall_ms": None}, 2),
        ({"clock": {"offset_ms": START_MS - 5_000 + 1 / 3, "uncertainty_ms": 0.1}}, 2),
        ({"head": "0" * 64, "signature": "A" * 200}, 2),
    ],
)
def test_only_what_reads_as_before_and_was_accepted_by_a_clock_is_tied(
    desk: Desk, other: dict[str, Any], count: int
) -> None:
    hand_in(desk, ones(**other))
    before = everything(desk)

    tie(desk)

    assert rows(desk) == count
    assert everything(desk) == before


def test_a_batch_with_a_play_that_was_put_aside_keeps_its_row(desk: Desk) -> None:
    for one in in_batches(PROGRAMME, [slot for slot in HOUR[:20] for _ in range(2)], 2):
        ahead = {"start_ms": [one["start_ms"][0], one["start_ms"][0] + 1_000]}
        desk.take(one | ahead | {"shown_ms": [one["shown_ms"][0], 1_000], "state": [0, 1]})
    before = everything(desk)

    tie(desk)

    assert desk.verdicts()[:4] == ["counted", "quarantined"] * 2
    assert rows(desk) == 20
    assert everything(desk) == before
    assert desk.sql("SELECT 1 FROM quarantine WHERE batch NOT IN (SELECT id FROM batches)") == []


def test_plays_that_came_after_being_declared_lost_stay_separate(desk: Desk) -> None:
    found = ones()[:40]
    hand_in(desk, found[:10])
    desk.take({"boot": BOOT, "lost": [[11, 20, "storage"]]})
    hand_in(desk, found[20:])
    regain(desk, found[10:20])
    before, declared_lost = everything(desk), lost(desk)

    tie(desk)

    assert [n for (n,) in desk.sql("SELECT n FROM batches ORDER BY first")] == [10, *[1] * 10, 20]
    assert everything(desk) == before
    assert lost(desk) == declared_lost
    assert [one.regained for one in declared_lost] == [10]


def regain(desk: Desk, found: list[dict[str, Any]]) -> None:
    """Hand in from an export what a player had declared lost."""
    for one in found:
        batch = read_batch(one)

        def work(tx: Tx, context: IngestContext, batch: Batch = batch) -> None:
            boot = boots.open_boot(tx, context.screen_context.screen, BOOT, context.now_ms)
            head = head_before(tx, boot, batch.first, lost_ranges(tx, boot.id)) or b""
            rests_on = replace(boot, upto=batch.first - 1, head=head)
            append.add_beside(tx, context, rests_on, batch)

        work_with_plans(desk, work)


def lost(desk: Desk) -> list[Loss]:
    span = Span((desk.screen_context.screen,), 0, FOREVER_MS)
    return desk.committer.submit(lambda tx: losses(tx, span))


@pytest.mark.parametrize(("moved_ms", "count"), [(50, 1), (51, 2)])
def test_what_the_player_would_not_have_put_into_one_batch_is_not(
    desk: Desk, moved_ms: int, count: int
) -> None:
    clocks = [
        {"offset_ms": START_MS - 5_000 + moved_ms * (place >= 20), "uncertainty_ms": 12}
        for place in range(40)
    ]
    hand_in(desk, [one | {"clock": clock} for one, clock in zip(ones(), clocks, strict=False)])

    tie(desk)

    assert rows(desk) == count


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoilt", ["head = (SELECT head FROM batches WHERE id = 9)", "codec = 1", "span = span + 1"]
)
def test_what_would_not_read_back_as_it_is_stays_as_it_is(desk: Desk, spoilt: str) -> None:
    hand_in(desk, ones())
    desk.committer.submit(
        lambda tx: tx.run(f"UPDATE batches SET {spoilt} WHERE id = 50")  # noqa: S608 - own words
    )
    before = desk.sql("SELECT * FROM batches WHERE id = 50")

    tie(desk)

    assert desk.sql("SELECT * FROM batches WHERE id = 50") == before
    assert desk.totals()["confirmed"] == 240


def test_batches_of_fifty_stay_as_they_are(desk: Desk) -> None:
    hand_in(desk, in_batches(PROGRAMME, HOUR, 50))

    assert tie(desk) == 0


def test_nothing_is_tied_over_midnight(desk: Desk) -> None:
    desk.clock.at_ms = CIVIL.start_of(CIVIL.day_of(START_MS) + 1) - 100 * 5
    hand_in(desk, ones()[:180])

    tie(desk)

    held = desk.sql("SELECT n FROM batches ORDER BY first")
    assert [n for (n,) in held] == [99, 81]


@pytest.mark.slow
def test_a_batch_that_changed_meanwhile_stays(desk: Desk) -> None:
    hand_in(desk, ones())
    page = page_of(desk, 0, NEVER_SEALED_MS)
    desk.committer.submit(lambda tx: tx.run("UPDATE batches SET claim = 1 WHERE id = 7"))

    tied = desk.committer.submit(lambda tx: bundling.write(tx, page))

    assert (tied, rows(desk)) == (120, 121)
    assert tie(desk) == 120


@pytest.mark.slow
def test_batches_unbundled_meanwhile_are_bundled_another_day(desk: Desk) -> None:
    hand_in(desk, ones())
    tie(desk)

    take_apart_meanwhile(desk, 120, NEVER_SEALED_MS)
    assert (mark_of(desk), rows(desk)) == (START_MS, 121)
    take_apart_meanwhile(desk, 240, START_MS)
    assert (mark_of(desk), rows(desk)) == (START_MS - 1, 121)

    assert tie(desk, START_MS - 1) == 120


def take_apart_meanwhile(desk: Desk, number: int, from_ms: int) -> None:
    """A sheaf, while what comes from an instant on is tied."""
    page = page_of(desk, from_ms, 2 * NEVER_SEALED_MS)
    desk.committer.submit(lambda tx: store.untie(tx, number))
    desk.committer.submit(lambda tx: bundling.write(tx, page))


def mark_of(desk: Desk) -> int:
    ((mark_ms,),) = desk.sql("SELECT until_ms FROM sheaf_marks")
    return int(mark_ms)


def test_a_changed_page_is_read_again(desk: Desk) -> None:
    hand_in(desk, ones())
    page = page_of(desk, 0, NEVER_SEALED_MS)
    desk.committer.submit(lambda tx: tx.run("UPDATE batches SET claim = 1 WHERE id = 7"))
    desk.committer.submit(lambda tx: bundling.write(tx, page))

    next_page = page_of(desk, START_MS + HOUR_MS // 2, NEVER_SEALED_MS)
    desk.committer.submit(lambda tx: bundling.write(tx, next_page))

    assert rows(desk) == 121
    assert desk.sql("SELECT until_ms FROM sheaf_marks") == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("most", [3, 50])
def test_a_log_that_is_read_while_its_batches_are_tied_and_taken_apart_is_the_same(
    desk: Desk, plays: Database, most: int
) -> None:
    hand_in(desk, ones())
    span = Span((desk.screen_context.screen,), START_MS + 1, START_MS + HOUR_MS // 2)

    def take_apart(tx: Tx) -> None:
        for (number,) in tx.rows("SELECT id FROM batches WHERE sheaf IS NOT NULL"):
            store.untie(tx, number)

    def read(*, changes: bool) -> list[Any]:
        found = []
        for place, piece in enumerate(stream_log(plays, span, most)):
            found += [(piece.run, *passage) for passage in piece.passages]
            if changes and place % 2:
                desk.committer.submit(take_apart)
            elif changes:
                tie(desk)
        return found

    assert read(changes=True) == read(changes=False)


@pytest.mark.slow
def test_a_batch_judged_again_has_its_own_row_again(desk: Desk) -> None:
    hand_in(desk, ones())
    tie(desk)

    desk.clock.forward(2 * MINUTE_MS)
    desk.update_context(Tenure(PROGRAMME.digest, START_MS + 10 * MINUTE_MS))
    desk.take(
        make_batch(
            PROGRAMME,
            PROGRAMME.slots(START_MS + HOUR_MS, START_MS + HOUR_MS + MINUTE_MS),
            first=241,
            offset_ms=START_MS - 5_000,
        )
    )

    assert rows(desk) == 122
    assert desk.verdicts().count("quarantined") == 40
    assert tie(desk) == 80


@pytest.mark.slow
def test_an_older_release_reads_it_as_one_batch(desk: Desk, plays: Database) -> None:
    hand_in(desk, ones())
    expected = [(one.play, one.start_ms, one.verdict) for one in desk.logged().values()]
    tie(desk)

    downgrade(plays, "plays", "0004")
    upgrade(plays, "plays")

    assert rows(desk) == len(batches(desk)) == 2
    assert [(one.play, one.start_ms, one.verdict) for one in desk.logged().values()] == expected
    assert wrong(desk) == []


@pytest.mark.slow
def test_what_an_older_release_has_judged_again_is_one_batch_from_then_on(desk: Desk) -> None:
    hand_in(desk, ones())
    tie(desk)

    desk.committer.submit(lambda tx: tx.run("UPDATE batches SET span = span - 1 WHERE id = 120"))

    assert [one.n for one in batches(desk)] == [120, *[1] * 120]
    assert len(desk.verdicts()) == 240


@pytest.mark.slow
def test_a_play_by_itself_takes_a_fifth_of_the_room_once_it_is_tied(plays: Database) -> None:
    found = bench.measured(plays, bench.day_of_ones(8, 1))

    assert found.rows == 16
    assert found.before > 5 * found.after


@pytest.mark.long
@pytest.mark.slow
@given(happenings())
@settings(
    max_examples=8 if ON_POSTGRES else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_comes_and_whenever_it_is_tied_all_answers_and_figures_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, what_happens: list[Happening]
) -> None:
    folder = tmp_path_factory.mktemp("tied")

    apart, never = after(folder, what_happens, ties=False)
    tied, times = after(folder, what_happens, ties=True)

    event(f"tied: {min(times, 20)}")
    assert never == 0
    assert tied == apart


def after(folder: Path, what_happens: Sequence[Happening], *, ties: bool) -> tuple[Any, int]:
    """All answers and all that is held, and how many batches were tied."""
    database = fresh_plays(folder)
    desk = make_desk(
        database,
        HandClock(START_MS + HOUR_MS),
        tenures=[Tenure(device_logs.PROGRAMME.digest, START_MS)],
    )
    desk.air(device_logs.PROGRAMME)
    answers, tied = [], 0
    for one in what_happens:
        if one.what == "take":
            answers.append(desk.take(one.with_what))
        elif one.what == "forward":
            desk.clock.forward(one.with_what)
        elif one.what == "tell":
            moved_ms = START_MS + one.with_what * 25_000
            desk.update_context(
                Tenure(device_logs.PROGRAMME.digest, moved_ms, START_MS + 30 * MINUTE_MS)
            )
        elif ties and one.what == "tie":
            tied += tie(desk)
        elif ties:
            tie_and_die(desk)
    counts = [recounted(desk, before_ms) for before_ms in CUTS]
    found = (answers, everything(desk), counts, [near_by(desk, *span) for span in SPANS])
    database.engine.dispose()
    return found, tied
