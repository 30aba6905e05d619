"""A network that unbinds: the real player gets messages of another binding, forged or real.

Between the player in Chromium and its server a proxy sends `moved`, `unauthorized` or `revoked`,
and offers keys of its own with a picture that only they have signed. The content on the glass must
be that of the last good order, warm, after a reload and from a cold start. Then the honest cases:
none of them needs a visit.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.foundation.crypto.signing import Signer
from tests.support.devices.siege import SAMPLE_INTERVAL_S
from tests.support.network.unbinding import Json, Statement, Unbound, unbound
from tests.support.patience import until
from tests.support.processes.server import command

pytestmark = [pytest.mark.browser, pytest.mark.long]
ROUNDS = 2


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[Unbound]:
    with unbound(tmp_path) as made:
        yield made


def none(_siege: Unbound, _signer: Signer) -> Statement:
    """The answer of a server without statements."""
    return lambda _asked: None


def own(_siege: Unbound, signer: Signer) -> Statement:
    """By the attacker's key under its own name, for this very asking."""
    return lambda asked: stated(signer, asked, signer.kid)


def under_a_pinned_name(siege: Unbound, signer: Signer) -> Statement:
    """By the attacker's key, which he calls by the name of the server's."""
    return lambda asked: stated(signer, asked, siege.newest["kid"])


def played_back(siege: Unbound, _signer: Signer) -> Statement:
    """Genuine, for this screen, of another asking."""
    kept: list[Json] = []

    def state(asked: Json) -> Json:
        if not kept:
            kept.append(siege.genuine(asked["screen"], "A" * 43))
        return kept[0]

    return state


def of_another_screen(siege: Unbound, _signer: Signer) -> Statement:
    """Genuine, with the nonce of this asking, for a box of the attacker's own."""
    return lambda asked: siege.genuine("s_999", asked["nonce"])


def stated(signer: Signer, asked: Json, kid: str) -> Json:
    """A statement of the attacker's, whole but for who signed it."""
    statement = {"format": 1, "screen": asked["screen"], "former": asked["screen"], "issued_at": 1}
    text = json.dumps({**statement, "nonce": asked["nonce"], "keys": signer.public_keys()})
    return {"statement": text, "kid": kid, "signature": signer.sign(text)}


def is_unbound_by_words(
    siege: Unbound, word: str, state: Callable[[Unbound, Signer], Statement], doubt: str
) -> None:
    """Warm, after a reload, from a cold start; what was pinned stays, and a beat reports it."""
    attack = siege.under(word, lambda signer: state(siege, signer))
    with siege.proxy.under(attack):
        for begin in (siege.proxy.cut, siege.reloads, siege.starts_cold):
            attack.asked.clear()
            begin()
            siege.plays()
            siege.watch_until_so(
                "it has asked to be bound again", lambda: len(attack.asked) >= ROUNDS
            )
            siege.watch(2)
    assert all(asked["rebinding"]["screen"] for asked in attack.asked)
    siege.receives(("binding_refused", doubt))
    siege.watch_until_so("all is well again", siege.is_well)


FORGED = (
    ("moved", none, "no_statement"),
    ("moved", own, "unknown_key"),
    ("unauthorized", under_a_pinned_name, "bad_signature"),
    ("moved", played_back, "other_nonce"),
    ("unauthorized", of_another_screen, "other_screen"),
    ("revoked", own, "unknown_key"),
)


def test_words_of_the_network_put_nothing_on_the_glass(siege: Unbound) -> None:
    for word, state, doubt in FORGED:
        with siege.row(f"{word}, {state.__name__}"):
            is_unbound_by_words(siege, word, state, doubt)


def test_honest_messages_need_no_visit(siege: Unbound) -> None:
    """One box through all of it; it is never touched, and never doubts."""
    for step in (
        is_let_in_again,
        changes_its_key_meanwhile,
        moves_to_another_venue,
        was_forgotten_by_its_server,
        goes_to_another_screen,
    ):
        with siege.row(step.__name__):
            step(siege)
        assert not [
            incident for incident in siege.incidents_since() if incident[0] == "binding_refused"
        ]


def is_let_in_again(siege: Unbound) -> None:
    """Revoked, and let in by a person: it comes back by itself, and its plan never stopped."""
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/revoke")
    siege.watch_until_so("it is told so", lambda: siege.box.facts().get("link") == "stale")
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/replace", {"serial": siege.serial})
    until("it is well", siege.is_well, every_s=SAMPLE_INTERVAL_S)
    siege.watch(2)


def changes_its_key_meanwhile(siege: Unbound) -> None:
    """The server has another signing key, and the box, which was away, another credential."""
    with siege.away():
        siege.district.server.stop()
        done = command(siege.district.server.folder, "keys", "rotate")
        assert done.returncode == 0, done.stderr
        siege.restarts()
        siege.acts("POST", f"/api/v1/screens/{siege.screen}/revoke")
        siege.acts("POST", f"/api/v1/screens/{siege.screen}/replace", {"serial": siege.serial})
        former = siege.newest["kid"]
    until("it is well", siege.is_well, every_s=SAMPLE_INTERVAL_S)
    assert siege.newest["kid"] != former, "its orders are signed with the new key"
    siege.watch(2)


def moves_to_another_venue(siege: Unbound) -> None:
    """The record moves, the box stays bound."""
    path = f"/api/v1/screens/{siege.screen}"
    hours = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    body = {"name": "新址", "kind": "bank", "unit_id": "u_1", "hours": hours}
    venue = siege.acts("POST", "/api/v1/venues", body)["id"]
    siege.acts("PATCH", path, {"venue_id": venue}, etag=siege.etag(path))
    until("it is well", siege.is_well, every_s=SAMPLE_INTERVAL_S)


def was_forgotten_by_its_server(siege: Unbound) -> None:
    """Restored from before the box had this credential: it asks by its key, and is let in."""
    folder = siege.district.server.folder
    archive = folder / "before.tar.gz"
    taken = command(folder, "backup", str(archive))
    assert taken.returncode == 0, taken.stderr
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/revoke")
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/replace", {"serial": siege.serial})
    until("it has a newer credential", siege.is_well, every_s=SAMPLE_INTERVAL_S)
    siege.district.server.stop()
    done = command(folder, "restore", str(archive), "--replace")
    assert done.returncode == 0, done.stderr
    siege.restarts()
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/replace", {"serial": siege.serial})
    until("it is well", siege.is_well, every_s=SAMPLE_INTERVAL_S)
    siege.watch(2)


def goes_to_another_screen(siege: Unbound) -> None:
    """Taken from the one it was at, put to another: the plan of that one comes."""
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/revoke")
    siege.acts("POST", f"/api/v1/screens/{siege.screen}/retire")
    there = siege.other
    siege.acts("POST", f"/api/v1/screens/{there}/replace", {"serial": siege.serial})
    until("it is the other screen", lambda: siege.box.facts().get("screen") == there)
    siege.plays()
