"""Days that are sealed have their small batches tied; what an auditor is shown stays the same."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from server.foundation.crypto.signing import Signer, public_jwk
from server.foundation.jobs.models import Job
from server.playlog import upkeep
from server.playlog.audit.day_seals_check import check_seals
from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest import bundling
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model import hash_chain
from server.playlog.model.batch import read_batch
from server.playlog.store.packing.batch_codec import pack, unpack
from server.playlog.store.snapshot import snapshot
from server.playlog.tasks import seal_plays, tie_plays
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.bundling import NEVER_SEALED_MS
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import BOOT, CIVIL, in_batches, make_programme
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + 40 * MINUTE_MS)
DAY = {"from": "2026-11-24T00:00:00+08:00", "to": "2026-11-25T00:00:00+08:00"}
PART = {"from": "2026-11-24T09:10:30+08:00", "to": "2026-11-24T09:31:10+08:00"}
OWN = Signer(ec.generate_private_key(ec.SECP256R1()))


def signed_ones(lost_after: int = 100) -> list[dict[str, Any]]:
    """As a player whose browser has WebCrypto hands in, play by play; one of them is lost."""
    head, found = hash_chain.start(BOOT), []
    for batch in in_batches(PROGRAMME, SLOTS, 1):
        if batch["first"] == lost_after:
            head = hash_chain.link(head, ("lost", lost_after, lost_after, "storage"))
            found.append({"boot": BOOT, "lost": [[lost_after, lost_after, "storage"]]})
            continue
        seq = batch["first"]
        head = hash_chain.after(head, read_batch(batch).plays())
        statement = f"{BOOT}|{seq}|{seq}|{head.hex()}"
        found.append(batch | {"head": head.hex(), "signature": OWN.sign(statement)})
    return found


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """It has handed in an hour by ones, and a day later some more."""
    jwk = public_jwk(OWN.key.public_key())
    made = make_screen(world, public_key={name: jwk[name] for name in ("kty", "crv", "x", "y")})
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    for batch in signed_ones():
        world.clock.forward(50)
        assert hand_in(world, made, batch).status_code == 200
    world.clock.forward(DAY_MS)
    keep_house(world)
    return made


def rows(world: World) -> int:
    with snapshot(world.core.plays) as tx:
        return tx.number("SELECT COUNT(*) FROM batches")


def export(world: World, **query: str) -> Any:
    return sign_in(world, "auditor").client.get("/api/v1/plays/export", query_string=query or DAY)


def exported(world: World, **query: str) -> list[dict[str, Any]]:
    answer = export(world, **query)
    assert verify(answer.data.splitlines()).findings == ()
    lines = [json.loads(line) for line in answer.data.splitlines()]
    lines[-1] = {key: one for key, one in lines[-1].items() if key not in {"signature", "seal"}}
    lines[-1]["export"] = None
    return lines


def all_answers(world: World, screen: BoundScreen) -> list[Any]:
    """The answers for auditors and reports, whole and in parts."""
    client = sign_in(world, "auditor").client
    plays = client.get("/api/v1/plays", query_string=DAY | {"limit": 150})
    return [exported(world), exported(world, **PART), plays.json, totals(client)]


def pass_days(world: World, days: int) -> None:
    world.clock.forward(days * DAY_MS)
    seal_plays(world.core, Job())


@pytest.mark.slow
def test_a_day_is_tied_when_it_is_sealed_and_was_over_a_day_before(
    world: World, screen: BoundScreen
) -> None:
    seal_plays(world.core, Job())
    tie_plays(world.core, Job())
    before = rows(world)
    pass_days(world, 1)

    tie_plays(world.core, Job())

    assert before == len(SLOTS) - 1
    assert rows(world) == 2


@pytest.mark.slow
def test_unsealed_days_are_not_bundled(world: World, screen: BoundScreen) -> None:
    world.clock.forward(5 * DAY_MS)

    tie_plays(world.core, Job())

    assert rows(world) == len(SLOTS) - 1


@pytest.mark.slow
def test_exports_logs_reports_and_seals_are_as_before(world: World, screen: BoundScreen) -> None:
    pass_days(world, 1)
    before = all_answers(world, screen)

    tie_plays(world.core, Job())

    assert rows(world) == 2
    assert all_answers(world, screen) == before
    assert sum("signed" in line for line in before[0]) == len(SLOTS) - 1
    assert upkeep.verify(world.core, playback_of(world.app)) == []
    assert check_seals(world.core).findings == ()


@pytest.mark.slow
def test_it_goes_on_where_it_was_stopped(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_days(world, 1)
    monkeypatch.setattr(bundling, "READ", 50)
    monkeypatch.setattr(bundling, "WIDEST_MS", 5 * MINUTE_MS)
    parts = playback_of(world.app)

    nothing = bundling.tie_plays(world.core, parts, seconds=0)
    found = [bundling.tie_plays(world.core, parts, rest=0) for _ in range(2)]

    assert nothing == 0
    assert found == [len(SLOTS) - 1, 0]
    assert rows(world) == 8


@pytest.mark.slow
def test_no_transaction_ties_more_than_a_few_batches(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_days(world, 1)
    monkeypatch.setattr(bundling, "WIDEST_MS", 5 * MINUTE_MS)
    monkeypatch.setattr(bundling, "AT_ONCE", 50)
    with snapshot(world.core.plays) as tx:
        page = bundling.page_of(tx, CIVIL, screen.id, 0, NEVER_SEALED_MS)
    found = list(bundling.pieces(page))

    tied = bundling.tie_plays(world.core, playback_of(world.app), rest=0)

    assert [one.batches for one in found] == [40, 40, 39, 40]
    assert [one.mark_ms for one in found] == [0] * 3 + [page.mark_ms]
    assert tied == page.batches == len(SLOTS) - 1


@pytest.mark.slow
def test_what_a_clock_that_was_ahead_has_noted_holds_up_nothing(
    world: World, screen: BoundScreen
) -> None:
    other = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, other, PROGRAMME, START_MS)
    first, *found = in_batches(PROGRAMME, SLOTS, 1)
    world.clock.forward(300 * DAY_MS)
    hand_in(world, other, first)
    world.clock.forward(-300 * DAY_MS)
    for batch in found:
        hand_in(world, other, batch | {"boot": "b2", "first": batch["first"] - 1})
    pass_days(world, 2)

    tie_plays(world.core, Job())

    assert rows(world) == 2 + 1 + 2


@pytest.mark.long
@pytest.mark.slow
def test_a_screen_whose_plays_cannot_be_read_holds_up_no_other(
    world: World, screen: BoundScreen, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, other, PROGRAMME, START_MS)
    for batch in in_batches(PROGRAMME, SLOTS[:10], 1):
        hand_in(world, other, batch)
    with world.core.plays.engine.begin() as connection:
        connection.execute(text("UPDATE batches SET columns = head WHERE id = 7"))
    pass_days(world, 2)

    tie_plays(world.core, Job())

    assert rows(world) == len(SLOTS) - 1 + 1
    assert "batch_bundling_failed" in capsys.readouterr().out


@pytest.mark.slow
def test_a_change_in_a_bundle_is_named(world: World, screen: BoundScreen) -> None:
    pass_days(world, 1)
    tie_plays(world.core, Job())
    alter_a_play(world)

    findings = "".join(one.en for one in verify(export(world).data.splitlines()).findings)

    assert "changed: line 99 " in findings


def alter_a_play(world: World) -> None:
    """One of the middle of the first sheaf."""
    with snapshot(world.core.plays) as tx:
        number, codec, columns, n = tx.rows("SELECT id, codec, columns, n FROM batches")[0]
    unpacked = unpack(codec, bytes(columns), n)
    shown_ms = [ms + 9 * (place == 50) for place, ms in enumerate(unpacked.shown_ms)]
    _, body = pack(replace(unpacked, shown_ms=shown_ms))
    with world.core.plays.engine.begin() as connection:
        statement = text("UPDATE batches SET columns = :body WHERE id = :number")
        connection.execute(statement, {"body": body, "number": number})
