"""The pages of media: where an asset is used, until when, and the possible actions."""

import re
from datetime import date

import pytest

from server.content.models import Asset
from tests.support.app import office_api
from tests.support.app.campaigns import live, make_playlist, open_office
from tests.support.app.inventory import make_screen, make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset


def page(person: Person, path: str) -> str:
    answer = person.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.slow
def test_an_asset_names_its_playlists_campaigns_and_screens(world: World) -> None:
    office = open_office(world)
    asset = f"a_{make_asset(world, author=office.author.user_id)}"
    playlist = make_playlist(office, asset)
    before = page(office.author, f"/media/{asset}")
    campaign = live(office, playlist_id=playlist)

    after = page(office.author, f"/media/{asset}")

    assert f'href="/playlists/{playlist}"' in before
    assert "没有进行中的任务使用" in before
    assert f'href="/campaigns/{campaign}"' in after


@pytest.mark.slow
def test_an_asset_shows_on_how_many_screens_of_ones_scope_it_is(world: World) -> None:
    number = make_asset(world)
    make_screen(world)
    campaign = office_api.open_office(world).publish(number)
    here = sign_in(world, "publicity")
    before = page(here, f"/media/a_{number}")

    run_jobs(world.core)

    assert "<dt>显示屏</dt><dd>0</dd>" in before
    opened = f'<a href="/campaigns/{campaign}/screens">看有哪些显示屏</a>'
    assert f"<dt>显示屏</dt><dd>1<br>{opened}</dd>" in page(here, f"/media/a_{number}")


@pytest.mark.parametrize(
    ("kind", "ms", "label"),
    [
        ("image", 20_000, "<dt>默认时长</dt><dd>20 秒</dd>"),
        ("video", 12_540, "<dt>时长</dt><dd>12.5 秒</dd>"),
    ],
)
def test_a_pictures_seconds_are_a_default_and_whole_ones_have_no_point(
    world: World, kind: str, ms: int, label: str
) -> None:
    number = make_asset(world)
    with world.core.config.write() as session:
        asset = session.get_one(Asset, number)
        asset.kind, asset.duration_ms = kind, ms

    assert label in page(sign_in(world, "publicity"), f"/media/a_{number}")


@pytest.mark.slow
def test_its_use_outside_ones_scope_isnt_shown(world: World) -> None:
    office = open_office(world)
    here = make_unit(world, "城关街道")
    stranger = sign_in(world, "publicity", here)
    asset = f"a_{make_asset(world, unit=here, author=stranger.user_id)}"
    live(office, playlist_id=make_playlist(office, asset))

    text = page(stranger, f"/media/{asset}")

    assert "尚未加入播放列表" in text
    assert "没有进行中的任务使用" in text


def test_a_signed_off_asset_is_given_a_new_version_and_not_edited(world: World) -> None:
    author = sign_in(world, "publicity")
    number = make_asset(world, author=author.user_id)

    text = page(author, f"/media/a_{number}")

    assert f'data-replaces="a_{number}"' in text
    assert 'data-api="PATCH' not in text


@pytest.mark.slow
def test_what_the_server_failed_at_can_be_processed_again(world: World) -> None:
    author = sign_in(world, "publicity")
    number = make_asset(world, author=author.user_id, state="rejected")
    damaged = make_asset(world, author=author.user_id, state="rejected")
    with world.core.config.write() as session:
        session.get_one(Asset, number).code = "failed"
        session.get_one(Asset, damaged).code = "damaged"

    assert f"/api/v1/assets/a_{number}/retry" in page(author, f"/media/a_{number}")
    assert "/retry" not in page(author, f"/media/a_{damaged}")


@pytest.mark.slow
def test_the_list_shows_tags_and_what_ends_soon(world: World) -> None:
    author = sign_in(world, "publicity")
    for name, day in (("快到期", date(2026, 11, 30)), ("还早", date(2026, 12, 31))):
        make_asset(world, author=author.user_id, name=name, expires_on=day, tags=["年末"])

    text = page(author, "/media")

    assert '<option value="年末" >年末</option>' in text
    assert text.count("ends-soon") == 1
    assert "快到期" in page(author, "/media?tag=年末")
    assert "没有符合条件的素材" in page(author, "/media?tag=别的")


@pytest.mark.parametrize("role", ["reviewer", "viewer"])
def test_who_only_reads_is_offered_no_upload_and_no_deed_but_to_pass_pictures_on(
    world: World, role: str
) -> None:
    make_asset(world)
    text = page(sign_in(world, role), "/media")  # type: ignore[arg-type] # a role's name

    assert "data-upload" not in text
    assert re.findall(r'data-(?:do|go)="([^"]+)"', text) == ["picture"]
