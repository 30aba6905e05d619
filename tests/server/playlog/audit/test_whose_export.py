"""Whose export it is, of what, and what can't end the check."""

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization

from server.cli import cli
from server.foundation.crypto.signing import load_or_make_signer, public_jwk
from server.playlog.audit.reimport import NotTaken, reimport_export
from server.playlog.audit.verifier import verify as audit
from server.playlog.audit.verifier.report import audit_verify
from server.playlog.audit.verifier.verify import MOST_FINDINGS, verify
from server.playlog.ingest.flask_extension import playback_of
from server.publishing.assignments.signing_keys import rotate, signing_key_path
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.forged_exports import Line, resealed
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def screens(world: World) -> list[BoundScreen]:
    """The first has played for an hour, the second has nothing to show for it."""
    made = [make_screen(world), make_screen(world)]
    for one in made:
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, made[0], PROGRAMME, SLOTS)
    return made


def exported(world: World, **query: str) -> list[bytes]:
    answer = sign_in(world, "auditor").client.get("/api/v1/plays/export", query_string=query)
    assert answer.status_code == 200
    return answer.data.splitlines()


def checked(folder: Path, lines: list[bytes], *options: str) -> Result:
    path = folder / "export.ndjson"
    path.write_bytes(b"\n".join(lines))
    return CliRunner().invoke(cli, ["audit", "verify", str(path), *options])


def changed(text: bytes, **fields: Any) -> bytes:
    return json.dumps(json.loads(text) | fields).encode()


def findings(lines: list[bytes]) -> str:
    return "\n".join(one.en for one in verify(lines).findings)


@pytest.mark.slow
def test_an_export_of_somebody_else_under_the_servers_key_id_is_not_taken(
    world: World, screens: list[BoundScreen]
) -> None:
    idle = screens[1].public_id
    lines = exported(world, screen_id=screens[0].public_id)
    before = totals(sign_in(world, "reviewer").client, screen_id=idle)
    for kid in (world.core.signer.kid, None):

        def onto_the_idle(line: Line) -> Line:
            return line | {"screen_id": idle}

        with pytest.raises(NotTaken):
            reimport_export(world.core, playback_of(world.app), resealed(lines, kid, onto_the_idle))

    assert totals(sign_in(world, "reviewer").client, screen_id=idle) == before


def test_a_key_with_the_servers_id_is_reported(world: World, screens: list[BoundScreen]) -> None:
    kid = world.core.signer.kid

    report = verify(resealed(exported(world), kid))

    assert report.key_id != kid
    assert [one.en.split(" and ")[0] for one in report.findings] == [
        f"changed: the key calls itself {kid}"
    ]


def test_an_export_that_a_former_key_signed_is_still_the_servers(
    world: World, screens: list[BoundScreen]
) -> None:
    lines = exported(world)
    rotate(world.core.settings)
    signer = load_or_make_signer(signing_key_path(world.core.settings))

    done = reimport_export(replace(world.core, signer=signer), playback_of(world.app), lines)

    assert signer.kid != verify(lines).key_id
    assert (done.held, done.problems) == (240, [])


def test_the_check_names_the_key_that_signed_and_refuses_another_than_the_one_given(
    world: World, screens: list[BoundScreen], tmp_path: Path
) -> None:
    kid, public = world.core.signer.kid, world.core.signer.key.public_key()
    pem, jwk = tmp_path / "key.pem", tmp_path / "key.json"
    pem.write_bytes(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    jwk.write_text(json.dumps(public_jwk(public)))
    ours = exported(world)
    theirs = resealed(ours)

    assert f"kid {kid}" in checked(tmp_path, ours).output
    assert "--kid" in checked(tmp_path, ours).output
    for option in (("--kid", kid.upper()), ("--key", str(pem)), ("--key", str(jwk))):
        good, bad = checked(tmp_path, ours, *option), checked(tmp_path, theirs, *option)
        assert (good.exit_code, bad.exit_code) == (0, 1)
        assert "--kid" not in good.output
        assert f"signed by another key (kid {verify(theirs).key_id})" in bad.output
    assert checked(tmp_path, ours, "--key", __file__).exit_code == 65


@pytest.mark.parametrize("lines", [[], [b"", b"  ", b""]], ids=["nothing", "blank lines"])
def test_a_file_without_any_line_is_no_export(lines: list[bytes], tmp_path: Path) -> None:
    assert "empty" in findings(lines)
    assert checked(tmp_path, lines).exit_code == 1


def test_an_export_without_any_play_states_its_scope(
    world: World, screens: list[BoundScreen], tmp_path: Path
) -> None:
    lines = exported(world, screen_id=screens[1].public_id)

    answer = checked(tmp_path, lines)

    assert (len(lines), answer.exit_code) == (1, 0)
    assert "1 screens" in answer.output
    assert reimport_export(world.core, playback_of(world.app), lines).events == 0


@pytest.mark.slow
def test_what_an_export_is_of_is_signed_with_it(world: World, screens: list[BoundScreen]) -> None:
    query = {"from": "2026-11-24T09:10:00+08:00", "to": "2026-11-24T09:20:00+08:00"}
    lines = exported(world, **query)
    declared = json.loads(lines[-1])["export"]

    scope = verify(lines).scope

    assert scope is not None
    assert (scope.from_at[:19], scope.to_at[:19]) == ("2026-11-24T09:10:00", "2026-11-24T09:20:00")
    assert scope.screens == 2
    for wider in ({"from": "2026-11-24T00:00:00.000+08:00"}, {"screens": ["s_1"]}):
        assert "changed" in findings([*lines[:-1], changed(lines[-1], export=declared | wider)])
    without = {key: value for key, value in json.loads(lines[-1]).items() if key != "export"}
    assert "changed" in findings([*lines[:-1], json.dumps(without).encode()])


@pytest.mark.long
@pytest.mark.parametrize(
    "fields",
    [
        {"seq": [3]},
        {"seq": {}},
        {"seq": None},
        {"seq": 2**70},
        {"before": 5},
        {"before": ""},
        {"head": []},
        {"boot": None},
        {"lost": 5},
        {"lost": [1, 2]},
        {"lost": ["a", {}, []]},
        {"signed": 5},
        {"error": "\ud800"},
        {"line": [3]},
        {"line": True},
        {"line": 2**80},
    ],
    ids=str,
)
def test_a_line_with_a_value_of_another_kind_is_named_as_changed(
    world: World, screens: list[BoundScreen], tmp_path: Path, fields: dict[str, Any]
) -> None:
    lines = exported(world)[:9]

    answer = checked(tmp_path, [*lines[:2], changed(lines[2], **fields), *lines[3:]])

    assert answer.exit_code == 1
    assert "changed: line 3 " in answer.output


@pytest.mark.parametrize(
    "last",
    [{"key": 5}, {"key": {"x": 1, "y": []}}, {"signature": {}}, {"lines": "a"}, {"export": 5}],
    ids=str,
)
def test_a_last_line_with_a_value_of_another_kind_does_not_hold(
    world: World, screens: list[BoundScreen], tmp_path: Path, last: dict[str, Any]
) -> None:
    lines = exported(world)

    answer = checked(tmp_path, [*lines[:-1], changed(lines[-1], **last)])

    assert (answer.exit_code, isinstance(answer.exception, SystemExit)) == (1, True)


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"start_ms": 1.5, "a": ' + b"[" * 100_000, b"\xff\xfe", b"5"]
)
def test_a_line_that_is_no_json_object_is_named(
    world: World, screens: list[BoundScreen], text: bytes
) -> None:
    assert "changed: line 2 " in findings([*exported(world)[:1], text])


def test_of_very_many_findings_some_are_listed_and_the_others_counted() -> None:
    answer = audit_verify(b"{}" for _ in range(MOST_FINDINGS + 500))

    assert len(answer.lines) == MOST_FINDINGS + 1
    assert answer.lines[-1].endswith("and 500 more.")


@pytest.mark.long
@pytest.mark.slow
def test_an_export_of_any_length_is_checked_in_the_same_memory(
    world: World, screens: list[BoundScreen]
) -> None:
    lines = exported(world)

    def with_gaps(count: int) -> Iterator[bytes]:
        yield from lines
        for number in range(1_000, 1_000 + 3 * count, 3):
            yield b'{"line": %d, "note": "%s"}' % (number, b"x" * 1_000)

    few, many = (peak_of(with_gaps(count)) for count in (12_000, 60_000))

    assert many < 1.1 * few


def peak_of(lines: Iterator[bytes]) -> int:
    """The most bytes that a check of these lines held at a time."""
    tracemalloc.start()
    verify(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_line_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LONGEST", 10)

    assert list(audit.lines_of(io.BytesIO(b"x" * 25 + b"\ny"))) == [
        b"x" * 10,
        b"x" * 10,
        b"xxxxx\n",
        b"y",
    ]


def test_lines_found_further_down_are_moved_and_not_missing(
    world: World, screens: list[BoundScreen]
) -> None:
    lines = exported(world)
    shuffles: list[Callable[[list[bytes]], list[bytes]]] = [
        lambda all_: [*all_[:5], *all_[10:], *all_[5:10]],
        lambda all_: [*all_[:5], *reversed(all_[5:10]), *all_[10:]],
    ]
    for shuffle in shuffles:
        found = findings(shuffle(lines))
        assert "moved" in found
        assert "missing" not in found
        assert "changed" not in found
