"""While a slider is moved the answer is there before a person notices a wait."""

import statistics
import time
from typing import Any

import pytest

from server.inventory.venues.kinds import KINDS
from tests.support.app.campaigns import (
    Office,
    bank,
    call,
    campaign_body,
    live,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.world import make_world

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

SCREENS = 300


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """300 screens in venues of all kinds, and ten campaigns beside the one that is edited."""
    office = open_office(make_world(tmp_path_factory.mktemp("street")))
    kinds = list(KINDS)
    for number in range(SCREENS):
        bank(office.world, kind=kinds[number % len(kinds)], own_share=(number % 3) / 10)
    for number in range(10):
        target = {"kind": "plays_per_hour", "value": 4 + number}
        live(office, name=f"任务 {number}", target=target, tier=1 + number % 5, floor=2)
    return office


def ask(office: Office, **body: Any) -> tuple[float, dict[str, Any]]:
    """Milliseconds of work of the server (others on the machine don't count), and the answer."""
    began = time.process_time()
    answer = call(office.author, "POST", "/campaigns/check", brief=True, **body)
    assert answer.status_code == 200, answer.json
    return 1000 * (time.process_time() - began), answer.json


@pytest.mark.long
def test_how_long_a_move_of_the_slider_takes(street: Office) -> None:
    playlist = make_playlist(street, picture(street), picture(street), duration_s=15)
    spent = []
    for value in range(6, 46, 2):
        body = campaign_body(playlist, target={"kind": "plays_per_hour", "value": value})
        ms, found = ask(street, **body)
        spent.append(ms)
        assert [group["plays_per_hour"] for group in found["groups"]] == [value, value]
    again, same = ask(street, **body)
    cuts = statistics.quantiles(spent, n=20)
    print(f"slider: median {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, again {again:.0f} ms")

    assert same == found


def test_a_brief_answer_is_the_tightest_and_the_typical_of_the_whole_one(street: Office) -> None:
    playlist = make_playlist(street, picture(street), duration_s=15)
    body = campaign_body(playlist, target={"kind": "plays_per_hour", "value": 90})

    whole = call(street.author, "POST", "/campaigns/check", **body).json
    _, brief = ask(street, **body)

    assert len(whole["groups"]) > 2
    for which in ("tightest", "typical"):
        assert brief["groups"][brief[which]] == whole["groups"][whole[which]]
    assert len(brief["groups"]) == len({whole["tightest"], whole["typical"]})
