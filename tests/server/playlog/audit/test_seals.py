"""The chain of days: changes after a day was sealed are found, each night and by hand."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec import structs
from sqlalchemy import text

from server.cli import cli
from server.foundation.jobs.models import Job
from server.monitoring.notifications.tasks import verify_plays
from server.playlog import rollups_cli, upkeep
from server.playlog.audit.verifier.report import Answer, audit_verify
from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model import hash_chain
from server.playlog.rawlog import reader as rawlog
from server.playlog.rollups.day_seals import digest_of, newest_head
from server.playlog.store.packing.batch_codec import pack, unpack
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.forged_exports import resealed
from tests.support.plays.on_air import hand_in, hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import BOOT, CIVIL, in_batches, make_programme

PROGRAMME = make_programme(START_MS)
FIRST_DAY = "2026-11-26"
"""The first day that was sealed."""


@pytest.fixture
def screens(world: World) -> list[BoundScreen]:
    """Three have handed in on two days, which are sealed since."""
    made = [make_screen(world) for _ in range(3)]
    for one in made:
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.forward(2 * DAY_MS)
    for one in made:
        hand_in_all(world, one, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 2 * HOUR_MS))
    world.clock.forward(DAY_MS)
    for boot in ("b2", "B1"):
        hand_in_all(
            world,
            made[0],
            PROGRAMME,
            PROGRAMME.slots(START_MS + DAY_MS, START_MS + DAY_MS + HOUR_MS),
            boot=boot,
        )
    world.clock.forward(2 * DAY_MS)
    keep_house(world)
    upkeep.seal(world.core, playback_of(world.app))
    return made


def checked(world: World, *heads: str) -> Answer:
    check = partial(upkeep.verify, world.core, playback_of(world.app))
    return rollups_cli.rollups_verify(world.core, check, rebuild=False, heads=heads)


def printed(world: World) -> str:
    with snapshot(world.core.plays) as tx:
        return newest_head(tx) or ""


def spoil(world: World, statement: str, **values: Any) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.execute(text(statement), values)


def alter_a_batch(world: World, screen: BoundScreen) -> None:
    """What an operator can do: another length of a play, with all heads and roll-ups to match."""
    with snapshot(world.core.plays) as tx:
        logged = [one.play for one in rawlog.plays_of_boot(tx, screen.id, BOOT)]
        row = tx.rows(
            "SELECT id, codec, columns, n, first FROM batches WHERE screen = ? ORDER BY id",
            (screen.id,),
        )
    plays = [replace_play(one, one.seq == 250) for one in logged]
    for number, codec, columns, n, first in row:
        head = hash_chain.after(hash_chain.start(BOOT), plays[: first + n - 1])
        part = plays[first - 1 : first + n - 1]
        shown = [one.shown_ms for one in part]
        form, body = pack(replace(unpack(codec, bytes(columns), n), shown_ms=shown))
        spoil(
            world,
            "UPDATE batches SET columns = :body, codec = :codec, head = :head WHERE id = :number",
            body=body, codec=form, head=head, number=number,
        )  # fmt: skip
    spoil(
        world, "UPDATE boots SET head = :head WHERE screen = :screen", head=head, screen=screen.id
    )
    upkeep.rebuild(world.core, playback_of(world.app))


def replace_play(play: Any, chosen: bool) -> Any:
    return structs.replace(play, shown_ms=play.shown_ms + 9) if chosen else play


def test_days_that_nobody_touched_fit(world: World, screens: list[BoundScreen]) -> None:
    answer = checked(world, printed(world))

    assert answer.code == 0
    assert "The chain of 3 sealed days fits." in answer.lines[-1]


@pytest.mark.parametrize("wrong_ms", [DAY_MS, 40 * DAY_MS, -DAY_MS, -9_000 * DAY_MS])
def test_a_clock_of_the_server_that_was_wrong_makes_no_day_seem_altered(
    world: World, wrong_ms: int
) -> None:
    screens = [make_screen(world) for _ in range(2)]
    for one in screens:
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.forward(DAY_MS)
    hand_in_some(world, screens[0], BOOT, range(3))
    pass_a_night(world)

    for by_ms in (wrong_ms, -wrong_ms):
        world.clock.forward(by_ms)
        upkeep.seal(world.core, playback_of(world.app))
        hand_in_some(world, screens[0], BOOT, range(3, 6) if by_ms == wrong_ms else range(6, 9))
        hand_in_some(world, screens[1], f"b{by_ms}", range(2))
        pass_a_night(world)

    answer = checked(world)
    assert (answer.code, len(answer.lines)) == (0, 2), answer.lines


def hand_in_some(world: World, screen: BoundScreen, boot: str, numbers: range) -> None:
    """Some plays of the first hour, two to a batch: whole and plain, and one that fell short."""
    slots = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
    found = in_batches(PROGRAMME, slots, 2, boot=boot)
    for number in numbers:
        batch = found[number] | ({"state": [0, 1]} if number % 3 == 1 else {})
        assert hand_in(world, screen, batch).status_code == 200


def pass_a_night(world: World) -> None:
    world.clock.forward(DAY_MS)
    upkeep.seal(world.core, playback_of(world.app))


def test_one_reading_of_the_batches_gives_each_days_digest(
    world: World, screens: list[BoundScreen]
) -> None:
    with snapshot(world.core.plays) as tx:
        rows = tx.rows("SELECT day, digest, boots FROM day_seals ORDER BY day")
        again = [digest_of(tx, CIVIL, day) for day, _, _ in rows]

    assert again == [(bytes(digest), boots) for _, digest, boots in rows]
    assert [boots for _, boots in again] == [3, 2, 0]


def test_an_altered_log_is_named_by_its_day_though_all_heads_and_sums_fit(
    world: World, screens: list[BoundScreen], capsys: pytest.CaptureFixture[str]
) -> None:
    alter_a_batch(world, screens[1])
    assert upkeep.verify(world.core, playback_of(world.app)) == []

    answer = checked(world)
    verify_plays(world.core, Job())

    assert answer.code == 1
    assert f"handed in on {FIRST_DAY} was changed after it was sealed" in answer.lines[-1]
    assert f"handed in on {FIRST_DAY} was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("DELETE FROM batches WHERE id IN (SELECT MAX(id) FROM batches GROUP BY boot)", "changed"),
        ("DELETE FROM batches WHERE screen = 2", f"{FIRST_DAY} was changed"),
        ("UPDATE batches SET received_at = received_at + 86400000 WHERE screen = 2", "changed"),
        ("UPDATE day_seals SET boots = boots + 1", "doesn't follow"),
        ("DELETE FROM day_seals WHERE boots = 2", "doesn't follow"),
        ("DELETE FROM day_seals WHERE boots = 3", "doesn't follow"),
    ],
)
def test_what_does_not_fit_its_seal_is_found(
    world: World, screens: list[BoundScreen], statement: str, word: str
) -> None:
    spoil(world, statement)

    answer = checked(world)

    assert answer.code == 1
    assert word in "\n".join(answer.lines)


def test_days_that_were_sealed_again_lack_the_printed_head(
    world: World, screens: list[BoundScreen]
) -> None:
    before = printed(world)
    alter_a_batch(world, screens[1])
    spoil(world, "DELETE FROM day_seals")
    upkeep.seal(world.core, playback_of(world.app))

    assert checked(world).code == 0
    answer = checked(world, before)

    assert answer.code == 1
    assert f"{before} isn't in the chain of days" in answer.lines[-1]


def exported(world: World) -> list[bytes]:
    query = {"from": "2026-11-24T00:00:00+08:00"}
    client = sign_in(world, "auditor").client
    return client.get("/api/v1/plays/export", query_string=query).data.splitlines()


@pytest.mark.slow
def test_an_export_has_the_chain_of_days_and_a_printed_head_is_found_in_it(
    world: World, screens: list[BoundScreen], tmp_path: Any
) -> None:
    path = tmp_path / "export.ndjson"
    path.write_bytes(b"\n".join(exported(world)))
    run = CliRunner().invoke

    good = run(cli, ["audit", "verify", str(path), "--head", printed(world).upper()])
    bad = run(cli, ["audit", "verify", str(path), "--head", "0" * 64])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "isn't in the export's chain of days" in bad.output
    assert audit_verify(exported(world), heads=[printed(world)]).code == 0


@pytest.mark.long
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_chain_of_days_that_does_not_follow_is_found_in_an_export_too(
    world: World, screens: list[BoundScreen], place: int
) -> None:
    changes: list[Any] = ["x", 5, "00" * 32, "00" * 32]

    def change(line: dict[str, Any]) -> dict[str, Any]:
        if "export" in line:
            line["export"]["days"][1][place] = changes[place]
        return line

    lines = resealed(exported(world), change=change)

    assert any("day" in one.en or "seal" in one.en for one in verify(lines).findings)
    assert json.loads(lines[-1])["export"]["days"][1][place] == changes[place]
