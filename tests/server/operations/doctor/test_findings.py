"""The doctor reports problems with their remedies, and changes nothing."""

import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from playlists.search.compiled import LIBRARY
from server.accounts.models import AuditEntry
from server.app import build_core
from server.foundation.config import Settings
from server.foundation.runtime.data_folder_lock import UNFINISHED_NAME
from server.operations.doctor import (
    audit_trail,
    holidays,
    loops,
    machine,
    reachability,
    stores,
)
from server.operations.doctor import (
    keys as trust,
)
from server.operations.doctor.finding import Finding, State
from server.operations.doctor.service import examine
from server.playlog import upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.publishing.assignments.key_rotation import Request, rotate
from server.publishing.models import HandOver
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_settings
from tests.support.factories.assignment_receipts import acknowledge
from tests.support.factories.manifests import assign
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme

pytestmark = [pytest.mark.slow, pytest.mark.skipif(ON_POSTGRES, reason="looks at files of SQLite")]


@pytest.fixture
def settings(world: World) -> Settings:
    """A server that isn't running, on a port of its own."""
    made = world.core.settings.model_copy(update={"bind": "127.0.0.1:0"})
    world.close()
    return made


def states(found: list[Finding]) -> set[State]:
    return {one.state for one in found}


def words(found: list[Finding]) -> str:
    return "\n".join(one.text() for one in found)


def test_a_server_that_is_well_has_nothing_bad(settings: Settings) -> None:
    found = list(examine(settings, time.time_ns() // 1_000_000))

    assert [one.text() for one in found if one.state is State.BAD] == []
    assert len({one.name for one in found}) >= 10


def test_unknown_holidays_within_the_plans_are_reported(settings: Settings) -> None:
    soon = list(holidays.holidays(settings, START_MS))
    early = list(holidays.holidays(settings, START_MS - 60 * DAY_MS))

    assert (states(soon), states(early)) == ({State.WARN}, {State.OK})
    assert "2027" in words(soon)


def test_nothing_is_changed(settings: Settings) -> None:
    def tree() -> dict[Path, tuple[int, int]]:
        paths = settings.data.rglob("*")
        return {one: (one.stat().st_mtime_ns, one.stat().st_size) for one in paths}

    before = tree()

    list(examine(settings, START_MS))

    assert tree() == before


def test_each_finding_is_one_line_in_both_languages(settings: Settings) -> None:
    for one in examine(settings, START_MS):
        assert "\n" not in one.text()
        assert one.detail.zh.endswith(("。", "）"))
        assert one.detail.en.endswith(".")


def test_a_missing_folder_and_missing_databases_are_bad(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)

    assert states(list(stores.folder(settings))) == {State.BAD}
    assert states(list(stores.databases(settings))) == {State.BAD}
    assert not settings.data.exists()


def test_a_corrupt_database_is_found(settings: Settings) -> None:
    path = settings.data / "plays.db"
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(8192)
    path.write_bytes(content)

    found = list(stores.databases(settings))

    assert [one.state for one in found] == [State.OK, State.BAD]
    assert "restore the last backup" in words(found)


@pytest.mark.parametrize(
    ("revision", "state", "word"),
    [("0001", State.WARN, "migrate"), ("9999", State.BAD, "newer release")],
)
def test_a_schema_of_another_release_is_reported(
    settings: Settings, revision: str, state: State, word: str
) -> None:
    with closing(sqlite3.connect(settings.data / "config.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()

    first = next(stores.databases(settings))

    assert first.state is state
    assert word in first.detail.en


def test_an_interrupted_restore_is_bad(settings: Settings) -> None:
    (settings.data / UNFINISHED_NAME).touch()

    assert State.BAD in states(list(stores.folder(settings)))


@pytest.mark.parametrize(
    ("now_ms", "word"),
    [(0, "1970"), (START_MS + 80 * 366 * DAY_MS, "2107"), (START_MS - 1, "behind")],
)
def test_a_clock_that_can_t_be_right_is_bad(now_ms: int, word: str) -> None:
    found = list(machine.clock(now_ms, START_MS))

    assert states(found) == {State.BAD}
    assert word in words(found)


def test_a_port_that_another_program_has_is_bad(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = settings.model_copy(update={"bind": f"127.0.0.1:{other.getsockname()[1]}"})

        found = list(reachability.port(taken))

    assert states(found) == {State.BAD}
    assert "ss -ltnp" in words(found)


@pytest.mark.parametrize(
    ("url", "allowed", "state"),
    [
        (None, False, State.WARN),
        ("http://127.0.0.1:8000", False, State.OK),
        ("http://localhost", False, State.OK),
        ("http://192.168.1.5:8000", False, State.BAD),
        ("http://192.168.1.5:8000", True, State.WARN),
        ("https://127.0.0.1:1", False, State.BAD),
    ],
)
def test_the_public_address_must_give_players_a_secure_context(
    settings: Settings, url: str | None, *, allowed: bool, state: State
) -> None:
    wanted = settings.model_copy(update={"public_url": url, "allow_insecure_players": allowed})

    assert states(list(reachability.public_address(wanted))) == {state}


def test_a_recovery_key_that_is_still_here_is_warned_of(settings: Settings) -> None:
    before = words(list(trust.keys(settings, START_MS)))
    (settings.data / "keys" / "recovery-key.pem").unlink()
    after = words(list(trust.keys(settings, START_MS)))

    assert "still on the server" in before
    assert "still on the server" not in after


def test_screens_that_trust_another_key_are_counted(world: World) -> None:
    assign(world, make_screen(world).id, "one")
    settings = world.core.settings
    assert State.BAD not in states(list(trust.keys(settings, START_MS)))
    with closing(sqlite3.connect(settings.data / "config.db")) as database:
        database.execute("UPDATE assignments SET pinned = 'stranger'")
        database.commit()

    found = list(trust.keys(settings, START_MS))

    assert "1 screens trust another key" in words(found)
    assert State.BAD in states(found)


def test_screens_whose_former_key_can_t_be_read_are_counted(world: World) -> None:
    assign(world, make_screen(world).id, "one")
    settings = world.core.settings
    rotate(settings, Request(), lambda it: build_core(it, world.clock))
    with world.core.config.write() as session:
        session.execute(delete(HandOver))  # as after a change that was cut off
    kept = list(trust.keys(settings, START_MS))

    for path in (settings.data / "keys" / "former").iterdir():
        path.write_bytes(b"")
    spoilt = list(trust.keys(settings, START_MS))

    assert State.BAD not in states(kept)
    assert "1 screens trust another key" in words(spoilt)


def test_screens_that_refuse_our_signatures_are_counted(world: World) -> None:
    assign(world, make_screen(world).id, "one")
    acknowledge(world, state="refused", reason="unknown_key")

    found = list(trust.keys(world.core.settings, START_MS))

    assert State.BAD in states(found)
    assert "keys rotate --recovery FILE" in words(found)


def test_screens_that_are_still_to_change_over_are_counted(world: World) -> None:
    settings = world.core.settings
    assign(world, make_screen(world).id, "one")
    rotate(settings, Request(), lambda it: build_core(it, world.clock))

    soon = list(trust.keys(settings, START_MS))
    late = list(trust.keys(settings, START_MS + 31 * DAY_MS))

    assert State.BAD not in states(soon)
    assert "1 screens haven't changed over" in words(soon)
    assert State.BAD in states(late)
    assert "1 screens were away for so long" in words(late)


def test_a_recovery_key_that_was_used_is_named_until_there_is_another(
    world: World, tmp_path: Path
) -> None:
    settings = world.core.settings
    kept = tmp_path / "kept.pem"
    (settings.data / "keys" / "recovery-key.pem").rename(kept)
    assert "it was used" not in words(list(trust.keys(settings, START_MS)))

    rotate(settings, Request(kept), lambda it: build_core(it, world.clock))
    used = list(trust.keys(settings, START_MS))
    other = Request(new_recovery=tmp_path / "other.pem")
    rotate(settings, other, lambda it: build_core(it, world.clock))
    renewed = list(trust.keys(settings, START_MS))

    assert "it was used on 20" in words(used)
    assert State.WARN in states(used)
    assert "it was used" not in words(renewed)


def test_a_recovery_key_that_screens_have_and_the_server_hasn_t_is_bad(
    world: World, tmp_path: Path
) -> None:
    settings = world.core.settings
    public = settings.data / "keys" / "recovery-key.pub.pem"
    before = public.read_bytes()
    changed = Request(new_recovery=tmp_path / "other.pem")
    rotate(settings, changed, lambda it: build_core(it, world.clock))
    whole = list(trust.keys(settings, START_MS))

    public.write_bytes(before)
    cut_off = list(trust.keys(settings, START_MS))

    assert State.BAD not in states(whole)
    assert State.BAD in states(cut_off)
    assert "the public half here is another one" in words(cut_off)


def test_a_recovery_key_that_nobody_has_is_warned_of(settings: Settings) -> None:
    for one in list((settings.data / "keys").glob("recovery-key*")):
        one.unlink()

    assert "--new-recovery FILE" in words(list(trust.keys(settings, START_MS)))


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN NONSENSE-----"])
def test_a_signing_key_that_can_t_be_read_is_bad(settings: Settings, content: bytes | None) -> None:
    path = settings.data / "keys" / "signing-key.pem"
    path.unlink() if content is None else path.write_bytes(content)

    assert states(list(trust.keys(settings, START_MS))) == {State.BAD}


def test_loops_that_take_seconds_are_reported(tmp_path: Path) -> None:
    found = [loops.search(LIBRARY), loops.search(tmp_path / "search.so")]

    assert [one.state for one in found] == [State.OK, State.WARN]
    assert "make setup" in found[1].text()


def test_little_memory_is_reported(tmp_path: Path) -> None:
    seen = []
    for free_kb in (100_000, 300_000, 900_000):
        (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable:  {free_kb} kB\n")
        seen += [one.state for one in machine.memory(tmp_path / "meminfo")]

    assert seen == [State.BAD, State.WARN, State.OK]


def test_a_silent_jobs_process_is_bad_only_while_the_server_runs() -> None:
    now_ms = START_MS

    def found(newest_ms: int, oldest_ms: int | None, *, served: bool) -> State:
        return stores.jobs_of(now_ms, newest_ms, oldest_ms, served=served).state

    assert found(0, None, served=False) is State.OK
    assert found(now_ms - 5 * 60_000, None, served=True) is State.BAD
    assert found(now_ms - 30_000, now_ms - 20 * 60_000, served=True) is State.WARN
    assert found(now_ms - 30_000, now_ms - 30_000, served=True) is State.OK


def test_a_trail_that_was_changed_is_bad_and_names_the_entry(world: World) -> None:
    admin = sign_in(world, "admin")
    for name in ("城关街道", "庙街", "东街"):
        assert admin.client.post("/api/v1/units", json={"name": name}).status_code == 201
    settings = world.core.settings
    whole = audit_trail.trail(settings)
    with world.core.config.write() as session:
        session.get_one(AuditEntry, 2).detail = {"name": "另一条街"}

    changed = audit_trail.trail(settings)

    assert (whole.state, changed.state) == (State.OK, State.BAD)
    assert "3 entries, whole" in whole.detail.en
    assert "entry 2 " in changed.detail.en


def test_plays_that_were_changed_are_bad_and_name_the_day(world: World) -> None:
    screen, programme = make_screen(world), make_programme(START_MS)
    put_on_air(world, screen, programme, START_MS)
    world.clock.forward(DAY_MS)
    hand_in_all(world, screen, programme, programme.slots(START_MS, START_MS + HOUR_MS))
    world.clock.forward(DAY_MS)
    upkeep.seal(world.core, playback_of(world.app))
    settings = world.core.settings
    (whole,) = audit_trail.plays(settings)
    with world.core.plays.engine.begin() as connection:
        connection.execute(text("DELETE FROM batches WHERE id = (SELECT MAX(id) FROM batches)"))

    (changed,) = audit_trail.plays(settings)

    assert (whole.state, changed.state) == (State.OK, State.BAD)
    assert "1 sealed days, whole" in whole.detail.en
    assert "2026-11-25 was changed after it was sealed" in changed.detail.en


def test_the_doctor_reports_both_chains(settings: Settings) -> None:
    named = {one.name.en for one in examine(settings, START_MS)}

    assert {"audit trail", "chain of plays"} <= named
