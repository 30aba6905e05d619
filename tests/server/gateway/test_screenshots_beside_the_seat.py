"""A screenshot is compared on arrival with the content that belonged on the screen then."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.comparison.similarity import MOST_SCANS, NotAPhotograph, photograph
from playlists.wire.manifest import decode
from playlists.wire.seat import seat
from server.gateway.commands.service import Command
from server.publishing import queries
from server.publishing.manifests import store as manifests
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.command_responder import Line, order, person
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.sample_files import clip, frame_at
from tests.support.factories.screenshots import (
    data_url,
    jpeg,
    make_filmed,
    make_pictured,
    poster,
    shot_of,
)

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

ONE, OTHER = poster("navy", 2), poster("navy", 3)
DAYTIME = {str(day): [["08:00", "20:30"]] for day in range(1, 8)}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world, venue=make_venue(world, hours=DAYTIME))


def shoot(world: World, screen: BoundScreen, answer: Any, **timing: int) -> Any:
    """Send the command; how it is kept."""
    SocketPlayer(world, screen)
    actor = person(world, "publicity")
    sent = order(world, actor, screen, Line(answer, world=world, **timing), Command("screenshot"))
    reader = sign_in(world, "viewer")
    kept = reader.client.get(f"/api/v1/screens/{screen.public_id}/commands/{sent['id']}").json
    return {**kept, "answer": sent}


def show_all_day(world: World, office: Office, picture: Image.Image) -> int:
    """Nothing but this picture from now on; its asset."""
    asset = make_pictured(world, picture, name="国家反诈")
    office.publish(asset, target={"kind": "filler"})
    run_jobs(world.core)
    world.clock.forward(10_000)
    return asset


def test_the_picture_due_matches_and_is_stored_beside_the_expected_one(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)

    kept = shoot(world, screen, shot_of(ONE, at=world.clock.now_ms(), state="playing", asset="x"))

    shot = kept["screenshot"]
    assert (shot["verdict"], kept["summary"]) == ("matches", "截图与应播画面一致。")
    assert shot["difference"] < 9
    assert shot["taken_at"] == "2026-11-24T09:00:10+08:00"
    assert (shot["meant"]["what"], shot["meant"]["name"]) == ("playing", "国家反诈")
    assert "image" not in kept["result"]
    assert kept["answer"]["result"]["image"].startswith("data:image/jpeg")
    client = sign_in(world, "viewer").client
    for name, size in (("picture", (960, 540)), ("meant_picture", (480, 270))):
        answer = client.get(shot[name])
        assert answer.mimetype == "image/jpeg"
        assert "private" in answer.headers["Cache-Control"]
        assert Image.open(io.BytesIO(answer.data)).size == size


def test_another_picture_differs_also_one_that_is_nearly_the_same(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)

    for wrong in (OTHER, poster("darkred", 2), Image.new("RGB", (1920, 1080))):
        shot = shoot(world, screen, shot_of(wrong, at=world.clock.now_ms()))["screenshot"]
        assert shot["verdict"] == "differs"
        assert shot["difference"] > 20


def test_red_and_green_of_one_brightness_are_not_the_same(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, Image.new("RGB", (1920, 1080), "red"))

    green = shot_of(Image.new("RGB", (1920, 1080), "green"))

    assert shoot(world, screen, green)["screenshot"]["verdict"] == "differs"


def test_a_screen_whose_clock_is_wrong_is_held_against_our_time(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)
    now_ms = world.clock.now_ms()

    night = shoot(world, screen, shot_of(ONE, at=now_ms - 12 * HOUR_MS))["screenshot"]
    silent = shoot(world, screen, shot_of(ONE))["screenshot"]
    odd = shoot(world, screen, shot_of(ONE, at=True))["screenshot"]

    assert [one["taken_at"] for one in (night, silent, odd)] == ["2026-11-24T09:00:10+08:00"] * 3
    assert [one["verdict"] for one in (night, silent, odd)] == ["matches"] * 3


def test_around_a_swap_both_neighbours_are_right(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(
        make_pictured(world, ONE), make_pictured(world, OTHER), target={"kind": "filler"}
    )
    run_jobs(world.core)
    with world.core.config.read() as session:
        name = queries.tenures(session, screen.id)[-1].manifest
        plan = decode(manifests.text(session, name))
    begin = seat(plan, START_MS + 60_000)
    swap_ms = next(
        at
        for at in range(begin.at_ms, begin.at_ms + HOUR_MS, 100)
        if seat(plan, at).asset != begin.asset
    )

    def verdicts(at_ms: int) -> set[str]:
        world.clock.at_ms = at_ms
        shots = [shoot(world, screen, shot_of(one, at=at_ms)) for one in (ONE, OTHER)]
        return {one["screenshot"]["verdict"] for one in shots}

    assert verdicts(swap_ms - 3_000) == {"matches", "differs"}
    assert verdicts(swap_ms + 100) == {"matches"}


def test_a_takeover_is_expected_while_it_runs(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)
    office.take_over(make_pictured(world, OTHER, name="医保局来电"))
    world.clock.forward(5_000)

    shot = shoot(world, screen, shot_of(OTHER))["screenshot"]
    late = shoot(world, screen, shot_of(ONE))["screenshot"]

    assert (shot["verdict"], late["verdict"]) == ("matches", "differs")
    assert (shot["meant"]["what"], shot["meant"]["name"]) == ("takeover", "医保局来电")


def test_a_closed_screen_is_black(world: World, office: Office, screen: BoundScreen) -> None:
    show_all_day(world, office, ONE)
    world.clock.forward(15 * HOUR_MS)
    black = Image.new("RGB", (1920, 1080))

    off = shoot(world, screen, shot_of(black, state="off_hours", asset=""))["screenshot"]
    slide = shoot(world, screen, shot_of(black, state="preparing", asset=""))["screenshot"]
    late = shoot(world, screen, shot_of(ONE, state="playing", asset="x"))["screenshot"]

    assert off["meant"]["what"] == "off"
    assert [one["verdict"] for one in (off, slide, late)] == ["matches", "differs", "differs"]


def test_without_a_plan_or_without_the_file_nothing_is_compared(
    world: World, office: Office, screen: BoundScreen
) -> None:
    before = shoot(world, screen, shot_of(ONE))
    show_all_day(world, office, ONE)
    shown = shoot(world, screen, shot_of(ONE))["screenshot"]
    world.core.store.remove(shown["meant"]["asset"])
    gone = shoot(world, screen, shot_of(ONE))["screenshot"]

    assert before["screenshot"]["verdict"] == "not_comparable"
    assert before["screenshot"]["meant"] is None
    assert before["summary"] == "截图已取回，无法与应播画面比对。"
    assert (gone["verdict"], gone["meant_picture"]) == ("not_comparable", None)


def test_where_the_kept_file_is_damaged_nothing_is_compared_and_the_screenshot_stays(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)
    shown = shoot(world, screen, shot_of(ONE))["screenshot"]
    path = world.core.store.local(shown["meant"]["asset"])
    assert path is not None
    path.chmod(0o600)
    path.write_bytes(b"no picture")

    damaged = shoot(world, screen, shot_of(ONE))["screenshot"]

    assert (damaged["verdict"], damaged["meant_picture"]) == ("not_comparable", None)
    assert damaged["picture"]


def test_an_invalid_or_large_jpeg_is_malformed_and_not_stored(
    world: World, office: Office, screen: BoundScreen
) -> None:
    whole = jpeg(ONE)
    png = io.BytesIO()
    ONE.save(png, "PNG")
    noise = Image.effect_noise((1200, 900), 120).convert("RGB")
    assert len(jpeg(noise, 95)) > 100_000
    bad: list[Any] = [
        None,
        "text",
        {"image": 7},
        {"image": "data:image/png;base64,AA=="},
        {"image": "data:image/jpeg;base64,AA=="},
        {"image": "data:image/jpeg;base64,???"},
        {"image": data_url(png.getvalue())},
        {"image": data_url(whole[: len(whole) // 3])},
        {"image": data_url(jpeg(noise, 95))},
        {"image": data_url(jpeg(Image.new("RGB", (5_000, 40))))},
        {"image": data_url(jpeg(Image.new("RGB", (2_400, 2_000))))},
    ]

    for result in bad:
        kept = shoot(world, screen, {"ok": True, "result": result})
        assert kept["answer"]["error"] == "malformed"
        assert (kept["state"], kept["error"]) == ("refused", "malformed")
        assert (kept["screenshot"], kept["result"]) == (None, None)


def test_a_picture_of_thousands_of_scans_is_not_decoded() -> None:
    whole = jpeg(Image.new("RGB", (64, 64)))
    scan = whole[whole.index(b"\xff\xda") : -2]

    with pytest.raises(NotAPhotograph):
        photograph(whole[:-2] + scan * MOST_SCANS + whole[-2:])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten seconds in which a lot moves, with a key frame each second as in our renditions."""
    options = {"force_key_frames": "expr:gte(t,n_forced)"}
    size = (640, 360)
    return clip(tmp_path / "clip.mp4", seconds=10, size=size, picture="testsrc2", options=options)


@pytest.mark.long
def test_a_clip_is_held_against_its_own_frames_at_that_place(
    world: World, office: Office, screen: BoundScreen, film: Path
) -> None:
    office.publish(make_filmed(world, film, 10), target={"kind": "filler"})
    run_jobs(world.core)
    at_ms = world.clock.at_ms = START_MS + 64_300
    with world.core.config.read() as session:
        name = queries.tenures(session, screen.id)[-1].manifest
        offset_ms = seat(decode(manifests.text(session, name)), at_ms).offset_ms or 0
    places = (offset_ms / 1000 + 0.1, (offset_ms / 1000 + 4.5) % 10)
    frames = [frame_at(film, at_s, film.with_suffix(".png")) for at_s in places]

    right, wrong, other = (shoot(world, screen, shot_of(one)) for one in (*frames, ONE))

    assert right["screenshot"]["meant"]["offset_ms"] == offset_ms
    verdicts = [one["screenshot"]["verdict"] for one in (right, wrong, other)]
    assert verdicts == ["matches", "differs", "differs"]
    assert other["screenshot"]["difference"] > 28


@pytest.mark.long
def test_where_a_clip_isnt_at_hand_its_filmstrip_has_to_do(
    world: World, office: Office, screen: BoundScreen, film: Path
) -> None:
    office.publish(make_filmed(world, film, 10), target={"kind": "filler"})
    run_jobs(world.core)
    world.clock.at_ms = START_MS + 60_000
    shown = shoot(world, screen, shot_of(frame_at(film, 0, film.with_suffix(".png"))))["screenshot"]
    assert shown["verdict"] == "matches"
    world.core.store.remove(shown["meant"]["asset"])

    again = shoot(world, screen, shot_of(frame_at(film, 0, film.with_suffix(".png"))))
    wrong = shoot(world, screen, shot_of(ONE))

    assert again["screenshot"]["verdict"] == "matches"
    assert wrong["screenshot"]["verdict"] == "differs"


def test_a_shape_beside_the_rendition_is_framed_as_the_player_frames_it(
    world: World, office: Office, screen: BoundScreen
) -> None:
    show_all_day(world, office, ONE)
    tall = Image.new("RGB", (960, 720))
    tall.paste(ONE.resize((960, 540)), (0, 90))
    answer = {"ok": True, "result": {"image": data_url(jpeg(tall, 70))}}

    assert shoot(world, screen, answer)["screenshot"]["verdict"] == "matches"
