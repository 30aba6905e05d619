"""`POST /api/v1/player/plays`: answers, refusals, limits."""

import gzip
import json
from typing import Any

import pytest

from server.playlog.ingest.flask_extension import playback_of
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.databases import another_writer
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import BOOT, make_batch, make_programme

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def test_plays_are_taken_and_acknowledged(world: World, screen: BoundScreen) -> None:
    answer = hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:50]))

    assert answer.status_code == 200
    assert answer.json == {"boot": BOOT, "upto": 50, "quarantined": []}


def test_quarantined_plays_are_named_with_their_reason(world: World, screen: BoundScreen) -> None:
    batch = make_batch(PROGRAMME, SLOTS[:4], state=[0, 9, 0, 0])

    answer = hand_in(world, screen, batch)
    again = hand_in(world, screen, batch)

    assert answer.json == again.json
    assert answer.json == {
        "boot": BOOT,
        "upto": 4,
        "quarantined": [{"seq": 2, "reason": "bad_value"}],
    }


def test_a_gzip_body_is_taken(world: World, screen: BoundScreen) -> None:
    body = gzip.compress(json.dumps(make_batch(PROGRAMME, SLOTS[:50])).encode())

    answer = hand_in(world, screen, body, **{"Content-Encoding": "gzip"})

    assert answer.json is not None
    assert answer.json["upto"] == 50


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "malformed"),
        (json.dumps(make_batch(PROGRAMME, SLOTS[:3], first=0)).encode(), {}, 400, "malformed"),
        (b"not gzip", {"Content-Encoding": "gzip"}, 400, "malformed"),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400, "malformed"),
        (b" " * 300_000, {}, 413, "too_large"),
        (gzip.compress(b" " * 9_000_000), {"Content-Encoding": "gzip"}, 413, "too_large"),
    ],
    ids=["garbage", "first below one", "no gzip", "cut gzip", "large", "gzip bomb"],
)
def test_what_cannot_be_taken_is_a_problem_document(
    world: World, screen: BoundScreen, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = hand_in(world, screen, body, **headers)

    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index] # every answer here is JSON
    assert answer.mimetype == "application/problem+json"


def test_without_a_good_token_nothing_is_acknowledged(world: World, screen: BoundScreen) -> None:
    stranger = BoundScreen(screen.id, screen.venue_id, "ans_wrong", "")

    answer = hand_in(world, stranger, make_batch(PROGRAMME, SLOTS[:3]))

    assert answer.status_code == 401
    assert answer.json["code"] == "unauthorized"  # type: ignore[index] # every answer here is JSON


@pytest.mark.slow
def test_a_store_that_cannot_write_gives_a_retry_time(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 20)
    playback_of(world.app).committer.close()

    with another_writer(world.core.plays):
        refused = hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:50]))
    taken = hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:50]))

    assert (refused.status_code, refused.json["code"]) == (503, "busy")  # type: ignore[index] # every answer here is JSON
    assert int(refused.headers["Retry-After"]) >= 1
    assert taken.json["upto"] == 50  # type: ignore[index] # every answer here is JSON


def test_two_screens_don_t_see_each_others_boots(world: World, screen: BoundScreen) -> None:
    other = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, other, PROGRAMME, START_MS)
    batch = make_batch(PROGRAMME, SLOTS[:50])

    answers = [hand_in(world, one, batch).json for one in (screen, other)]

    assert answers[0] == answers[1]
    assert [one["quarantined"] for one in answers if one] == [[], []]


def test_what_a_screen_switched_to_counts_at_once(world: World, screen: BoundScreen) -> None:
    new = make_programme(START_MS, lengths_s=(20, 40), campaigns=(0, 1), salt=1)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:50]))
    switched_ms = SLOTS[49].start_ms + SLOTS[49].duration_ms
    put_on_air(world, screen, new, switched_ms, version=2)
    slots = new.slots(switched_ms, START_MS + HOUR_MS)

    answer: Any = hand_in(
        world,
        screen,
        make_batch(new, slots[1:], first=51, offset_ms=SLOTS[0].start_ms - 5_000),
    ).json

    assert answer["quarantined"] == []
