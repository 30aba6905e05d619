"""The signature of a screen's own key on its batches: checked on ingest, and exported."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import Signer, public_jwk
from server.inventory.enrolment.credentials import ScreenIdentity
from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest import service
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model import hash_chain
from server.playlog.model.batch import read_batch
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.forged_exports import Line, resealed
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OWN, OTHER = (Signer(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """A screen whose player gave the public half of its key when it was paired."""
    jwk = public_jwk(OWN.key.public_key())
    made = make_screen(world, public_key={name: jwk[name] for name in ("kty", "crv", "x", "y")})
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def head_of(batch: dict[str, Any]) -> str:
    """The head after a batch that is its boot's first."""
    return hash_chain.after(hash_chain.start(batch["boot"]), read_batch(batch).plays()).hex()


def signed(batch: dict[str, Any], by: Signer = OWN) -> dict[str, Any]:
    """As the player signs (player/src/courier.js); the batch is its boot's first."""
    last, head = len(batch["slot"]), head_of(batch)
    return batch | {"head": head, "signature": by.sign(f"{batch['boot']}|1|{last}|{head}")}


def exported(world: World) -> list[bytes]:
    return sign_in(world, "auditor").client.get("/api/v1/plays/export").data.splitlines()


def confirmed(world: World) -> int:
    return int(totals(sign_in(world, "reviewer").client).get("confirmed", 0))


def test_an_export_carries_the_signature_that_an_auditor_checks(
    world: World, screen: BoundScreen
) -> None:
    answer = hand_in(world, screen, signed(make_batch(PROGRAMME, SLOTS[:20])))

    lines = exported(world)
    carried = [json.loads(line)["seq"] for line in lines if b'"signed"' in line]
    report = verify(lines)

    assert answer.json == {"boot": BOOT, "upto": 20, "quarantined": []}
    assert (carried, report.signed, report.findings) == ([20], 1, ())


def test_the_servers_key_alone_can_t_alter_what_a_screen_signed(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, signed(make_batch(PROGRAMME, SLOTS[:20])))

    def another_first(line: Line) -> Line:
        return line | {"signed": line["signed"] | {"first": 2}} if "signed" in line else line

    report = verify(resealed(exported(world), change=another_first))

    assert ["changed: line 20" in one.en for one in report.findings] == [True]


@pytest.mark.parametrize("by_socket", [False, True])
def test_what_somebody_else_signed_is_put_aside_until_a_person_decides(
    world: World, screen: BoundScreen, by_socket: bool
) -> None:
    batch = signed(make_batch(PROGRAMME, SLOTS[:20]), by=OTHER)
    parts = playback_of(world.app)
    if by_socket:
        answers: list[dict[str, Any]] = []
        service.take_in_later(
            world.core, parts, ScreenIdentity(screen.id, screen.venue_id), batch, answers.append
        )
    else:
        answers = [hand_in(world, screen, batch).json]

    assert (answers[0]["upto"], len(answers[0]["quarantined"])) == (20, 20)
    assert confirmed(world) == 0
    assert not any(b'"signed"' in line for line in exported(world))

    service.decide_boot(parts, screen.id, BOOT, genuine=True)
    later = make_batch(PROGRAMME, SLOTS[20:40], first=21, offset_ms=SLOTS[0].start_ms - 5_000)
    hand_in(world, screen, later | {"head": "00" * 32, "signature": batch["signature"]})
    assert confirmed(world) == 40


@pytest.mark.parametrize(
    "batch",
    [
        make_batch(PROGRAMME, SLOTS[:20]),
        make_batch(PROGRAMME, SLOTS[:20]) | {"signature": "AAAA"},
    ],
    ids=["none", "of nothing, without a head"],
)
def test_without_a_verifiable_signature_plays_count_as_before(
    world: World, screen: BoundScreen, batch: dict[str, Any]
) -> None:
    hand_in(world, screen, batch)

    assert confirmed(world) == 20
    assert verify(exported(world)).signed == 0


def test_a_screen_that_was_paired_without_a_key_has_nothing_to_be_held_against(
    world: World,
) -> None:
    plain = make_screen(world)
    put_on_air(world, plain, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)

    hand_in(world, plain, signed(make_batch(PROGRAMME, SLOTS[:20])))

    assert confirmed(world) == 20
    assert (verify(exported(world)).signed, verify(exported(world)).findings) == (0, ())


def test_a_batch_of_which_a_part_is_held_is_kept_without_its_signature(
    world: World, screen: BoundScreen
) -> None:
    hand_in(world, screen, signed(make_batch(PROGRAMME, SLOTS[:20])))
    hand_in(world, screen, signed(make_batch(PROGRAMME, SLOTS[:30])))
    report = verify(exported(world))

    assert confirmed(world) == 30
    assert (report.signed, report.findings) == (1, ())
