"""What a new installation brings: a waiting picture at once, then slides and clips to sign off."""

import pytest
from sqlalchemy import select

from server.content.assets.starter_pack import install_starter, make_starter
from server.content.models import Asset
from server.content.queries import fallback_rendition
from server.foundation.errors import NotFound
from server.foundation.jobs.models import Job
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_unit, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import fetch
from tests.support.factories.uploads import act, read

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

SMALL = (480, 270)  # of the films as uploaded: drawing them at full size takes 20 s of a processor


def assets(world: World) -> list[Asset]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Asset).order_by(Asset.id)))


def test_the_waiting_picture_is_there_at_once_and_needs_no_sign_off(world: World) -> None:
    with world.core.config.read() as session, pytest.raises(NotFound):
        fallback_rendition(session, "landscape-1080p")
    root_unit(world)

    install_starter(world.core)

    [waiting] = assets(world)
    assert (waiting.state, waiting.builtin, waiting.author_id) == ("approved", True, None)
    with world.core.config.read() as session:
        upright = fallback_rendition(session, "portrait-1080p")
        assert (upright.width, upright.height) == (1080, 1920)
        assert fallback_rendition(session, "landscape-4k").cls == "landscape-1080p"
    assert world.core.store.has(upright.digest)


def test_everyone_who_signs_in_may_fetch_the_waiting_picture(world: World) -> None:
    root_unit(world)
    install_starter(world.core)
    viewer = sign_in(world, "viewer", make_unit(world, "甲街道"))

    [waiting] = assets(world)

    assert fetch(viewer.client, f"/files/{waiting.renditions[0].digest}").status == 200


def test_the_waiting_picture_can_be_neither_changed_nor_withdrawn_nor_deleted(
    world: World,
) -> None:
    root_unit(world)
    install_starter(world.core)
    admin = sign_in(world, "admin")
    asset_id = f"a_{assets(world)[0].id}"

    assert act(admin, asset_id, "withdraw").status_code == 409
    assert admin.client.delete(f"/api/v1/assets/{asset_id}").status_code == 409
    assert admin.client.patch(f"/api/v1/assets/{asset_id}", json={"name": "x"}).status_code == 409
    assert read(admin, asset_id)["state"] == "approved"


def test_a_second_start_installs_nothing_again(world: World) -> None:
    root_unit(world)
    install_starter(world.core)
    install_starter(world.core)

    assert len(assets(world)) == 1
    with world.core.config.read() as session:
        assert session.scalars(select(Job.kind)).all() == ["make_starter"]


@pytest.mark.long
@pytest.mark.slow
def test_the_pack_is_made_once_submitted_in_one_act_and_signed_off_by_another(
    world: World,
) -> None:
    root_unit(world)
    install_starter(world.core)
    make_starter(world.core, SMALL)
    first = assets(world)
    make_starter(world.core, SMALL)

    pack = assets(world)
    assert [one.id for one in pack] == [one.id for one in first]
    assert [one.state for one in pack if one.kind == "video"] == ["processing"] * 2
    drawn = [one for one in pack if one.slide is not None]
    assert len(drawn) == 10
    assert {one.state for one in drawn} == {"ready"}
    admin, reviewer = sign_in(world, "admin"), sign_in(world, "reviewer")
    sent = admin.client.post("/api/v1/starter/submit").json["items"]
    assert {item["state"] for item in sent} == {"submitted"}
    assert len(sent) == len(drawn)
    assert act(reviewer, sent[0]["id"], "approve").json["state"] == "approved"
