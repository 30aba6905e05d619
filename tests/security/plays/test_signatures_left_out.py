"""Who has a screen's token and not its key raises no rate by leaving signatures out."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import Signer, public_jwk
from server.playlog.ingest import service
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model import hash_chain
from server.playlog.model.batch import read_batch
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import BOOT, in_batches, make_batch, make_programme
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
NEXT = make_programme(START_MS, salt=3)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
OWN = Signer(ec.generate_private_key(ec.SECP256R1()))
Batch = dict[str, Any]


@pytest.fixture
def screen(world: World) -> BoundScreen:
    jwk = public_jwk(OWN.key.public_key())
    made = make_screen(world, public_key={name: jwk[name] for name in ("kty", "crv", "x", "y")})
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def signed(batches: list[Batch]) -> list[Batch]:
    """As the player signs; the batches are its boot's first."""
    head, made = hash_chain.start(batches[0]["boot"]), []
    for batch in batches:
        head = hash_chain.after(head, read_batch(batch).plays())
        last = batch["first"] + len(batch["slot"]) - 1
        text = f"{batch['boot']}|{batch['first']}|{last}|{head.hex()}"
        made.append(batch | {"head": head.hex(), "signature": OWN.sign(text)})
    return made


def confirmed(world: World) -> int:
    return int(totals(sign_in(world, "reviewer").client).get("confirmed", 0))


def reasons(answer: Any) -> set[str]:
    return {one["reason"] for one in answer.json["quarantined"]}


@pytest.mark.parametrize(
    "left_out",
    [{}, {"signature": "AAAA"}, {"head": "00" * 32}],
    ids=["both", "the head", "the signature"],
)
def test_what_a_boot_that_signs_hands_in_unsigned_is_put_aside(
    world: World, screen: BoundScreen, left_out: dict[str, str]
) -> None:
    first, second, third = in_batches(PROGRAMME, SLOTS[:30], 10)
    one, two, three = signed([first, second, third])
    hand_in(world, screen, one)

    aside = hand_in(world, screen, second | left_out)
    honest = hand_in(world, screen, three)

    assert (reasons(aside), len(aside.json["quarantined"])) == ({"unsigned"}, 10)
    assert honest.json["quarantined"] == []
    assert confirmed(world) == 20
    assert hand_in(world, screen, two).json["quarantined"] == aside.json["quarantined"]


def test_a_made_up_boot_that_signs_nothing_is_suspected(world: World, screen: BoundScreen) -> None:
    hand_in(world, screen, signed([make_batch(PROGRAMME, SLOTS[:20])])[0])

    for number in range(17):
        made_up = make_batch(PROGRAMME, SLOTS[30 + number : 31 + number], boot=f"b{number}")
        assert reasons(hand_in(world, screen, made_up)) == {"clone_suspected"}

    assert confirmed(world) == 20
    with snapshot(world.core.plays) as tx:
        assert tx.rows("SELECT COUNT(*) FROM boots WHERE flag = 'suspected'") == [(17,)]


def test_plays_judged_again_stay_quarantined_until_a_person_decides(
    world: World, screen: BoundScreen
) -> None:
    first, second = in_batches(PROGRAMME, SLOTS[:20], 10)
    hand_in(world, screen, signed([first])[0])
    hand_in(world, screen, second)

    put_on_air(world, screen, NEXT, START_MS + 55 * MINUTE_MS, version=2)
    keep_house(world)
    assert confirmed(world) == 10

    service.decide_boot(playback_of(world.app), screen.id, BOOT, genuine=True)
    assert confirmed(world) == 20


def test_a_boot_that_never_signed_and_a_screen_without_a_key_count_as_ever(
    world: World, screen: BoundScreen
) -> None:
    keyless = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, keyless, PROGRAMME, START_MS)

    for one in (screen, keyless):
        for batch in in_batches(PROGRAMME, SLOTS[:20], 10):
            assert hand_in(world, one, batch).json["quarantined"] == []

    assert confirmed(world) == 40
