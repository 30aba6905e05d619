"""Sign-off: made by one person, approved by another; an approved version can't be changed."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from server.accounts.models import User, UserRole
from server.content.events import AssetReplaced, AssetWithdrawn
from server.content.models import Asset
from server.content.queries import playable, rendition_for, withdrawn_digests
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import act, approved_image, read, send_form, stored, upload

pytestmark = pytest.mark.slow

CLS = "landscape-1080p"


def make_ready(world: World, author: Person) -> str:
    made = make_asset(world, unit=author.unit_id, author=author.user_id, state="ready")
    return f"a_{made}"


def make_approved(world: World, author: Person) -> str:
    made = make_asset(world, unit=author.unit_id, author=author.user_id)
    return f"a_{made}"


def test_an_asset_goes_from_ready_to_submitted_to_approved(world: World) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    asset_id = make_ready(world, author)

    assert act(author, asset_id, "submit").json["state"] == "submitted"
    approved = act(reviewer, asset_id, "approve").json

    assert (approved["state"], approved["reviewer_id"]) == ("approved", reviewer.public_id)


def test_a_rejected_one_goes_back_to_ready_with_the_reviewers_reason(world: World) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    asset_id = make_ready(world, author)
    act(author, asset_id, "submit")

    assert act(reviewer, asset_id, "reject", reason=" ").status_code == 422
    back = act(reviewer, asset_id, "reject", reason="电话号码有误").json

    assert (back["state"], back["reason"]) == ("ready", "电话号码有误")


def test_nobody_approves_what_he_uploaded_changed_or_submitted(world: World) -> None:
    author, colleague = sign_in(world, "publicity"), sign_in(world, "publicity")
    judge = sign_in(world, "reviewer")
    for person in (author, colleague):
        _also_reviewer(world, person.user_id)
    asset_id = make_ready(world, author)
    colleague.client.patch(f"/api/v1/assets/{asset_id}", json={"tags": ["反诈"]})
    act(author, asset_id, "submit")

    for person in (author, colleague):
        refused = act(person, asset_id, "approve")
        assert (refused.status_code, refused.json["code"]) == (403, "two_person")
    assert act(judge, asset_id, "approve").status_code == 200


def test_the_database_itself_refuses_that_the_author_signs_off(world: World) -> None:
    author = sign_in(world, "publicity")
    asset = stored(world, make_ready(world, author))

    with pytest.raises(IntegrityError), world.core.config.write() as session:
        session.execute(
            update(Asset).where(Asset.id == asset.id).values(reviewer_id=asset.author_id)
        )


def test_without_the_two_person_rule_one_person_may_and_the_row_records_it(tmp_path: Path) -> None:
    world = make_world(tmp_path, two_person=False)
    admin = sign_in(world, "admin")
    asset_id = make_ready(world, admin)
    act(admin, asset_id, "submit")

    assert act(admin, asset_id, "approve").json["state"] == "approved"
    assert stored(world, asset_id).single_person is True


def test_an_administrator_does_not_sign_off(world: World) -> None:
    author, admin = sign_in(world, "publicity"), sign_in(world, "admin")
    asset_id = make_ready(world, author)
    act(author, asset_id, "submit")

    assert act(admin, asset_id, "approve").status_code == 403


def test_changing_a_submitted_asset_makes_it_ready_again(world: World) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    asset_id = make_ready(world, author)
    act(author, asset_id, "submit")

    changed = author.client.patch(
        f"/api/v1/assets/{asset_id}", json={"name": "新名", "expires_on": "2026-12-31"}
    )

    assert (changed.json["state"], changed.json["name"]) == ("ready", "新名")
    assert changed.json["expires_on"] == "2026-12-31"
    assert act(reviewer, asset_id, "approve").status_code == 409


def test_an_approved_asset_cannot_be_changed_or_deleted(world: World) -> None:
    author = sign_in(world, "publicity")
    asset_id = make_approved(world, author)

    changed = author.client.patch(f"/api/v1/assets/{asset_id}", json={"name": "x"})
    deleted = author.client.delete(f"/api/v1/assets/{asset_id}")

    assert (changed.status_code, changed.json["code"]) == (409, "replace")
    assert (deleted.status_code, deleted.json["code"]) == (409, "withdraw")


def test_a_change_from_an_old_reading_is_refused(world: World) -> None:
    author = sign_in(world, "publicity")
    url = f"/api/v1/assets/{make_ready(world, author)}"
    tag = author.client.get(url).headers["ETag"]

    first = author.client.patch(url, json={"name": "一"}, headers={"If-Match": tag})
    second = author.client.patch(url, json={"name": "二"}, headers={"If-Match": tag})

    assert (first.status_code, second.status_code) == (200, 412)


def test_withdrawing_takes_it_from_the_screens_and_is_published(world: World) -> None:
    author = sign_in(world, "publicity")
    asset = read(author, make_approved(world, author))
    number = stored(world, asset["id"]).id
    notices: list[AssetWithdrawn] = []
    world.core.events.listen(AssetWithdrawn, notices.append)

    assert act(author, asset["id"], "withdraw").json["state"] == "withdrawn"

    assert notices == [AssetWithdrawn(number)]
    with world.core.config.read() as session:
        assert playable(session, [number], CLS) == {}
        gone = withdrawn_digests(session)
    assert gone == sorted(one["digest"] for one in asset["renditions"])
    assert act(author, asset["id"], "submit").json["state"] == "submitted"


def test_an_unprocessed_asset_can_neither_be_submitted_nor_withdrawn(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world, "publicity")
    asset_id = upload(author, photo(tmp_path / "a.jpg")).json["id"]

    assert act(author, asset_id, "submit").status_code == 409
    assert act(author, asset_id, "withdraw").status_code == 409


def test_a_successor_takes_the_place_everywhere_once_it_is_signed_off(
    world: World, tmp_path: Path
) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    old_id = make_approved(world, author)
    old = stored(world, old_id)
    notices: list[AssetReplaced] = []
    world.core.events.listen(AssetReplaced, notices.append)
    newer = photo(tmp_path / "newer.jpg", size=(800, 450))

    answer = send_form(author, f"/api/v1/assets/{old_id}/replace", newer)
    assert (answer.status_code, answer.json["replaces"]) == (201, old_id)
    run_jobs(world.core)
    new_id = answer.json["id"]
    with world.core.config.read() as session:
        before = playable(session, [old.id], CLS)[old.id].asset_id
    act(author, new_id, "submit")
    act(reviewer, new_id, "approve")

    new = stored(world, new_id)
    with world.core.config.read() as session:
        after = playable(session, [old.id], CLS)[old.id].asset_id
        assert rendition_for(session, old.id, CLS).asset_id == new.id
    assert (before, after) == (old.id, new.id)
    assert notices == [AssetReplaced(old.id)]
    assert read(author, old_id)["replaced_by"] == new_id


def test_the_same_file_is_no_successor(world: World, tmp_path: Path) -> None:
    author, reviewer = sign_in(world, "publicity"), sign_in(world, "reviewer")
    old_id = approved_image(world, author, reviewer, tmp_path)["id"]

    answer = send_form(author, f"/api/v1/assets/{old_id}/replace", tmp_path / "photo.jpg")

    assert answer.status_code == 409


def test_assets_of_another_unit_are_answered_as_missing(world: World) -> None:
    author = sign_in(world, "publicity", make_unit(world, "甲街道"))
    asset_id = make_ready(world, author)
    elsewhere = make_unit(world, "乙街道")

    for role in ("publicity", "admin", "reviewer", "viewer"):
        stranger = sign_in(world, role, elsewhere)
        missing = stranger.client.get("/api/v1/assets/a_999999")
        foreign = stranger.client.get(f"/api/v1/assets/{asset_id}")
        assert (foreign.status_code, foreign.json) == (404, missing.json)
        assert stranger.client.get("/api/v1/assets").json == {"items": [], "next": None}
    for action in ("submit", "withdraw"):
        assert act(sign_in(world, "publicity", elsewhere), asset_id, action).status_code == 404
    assert act(sign_in(world, "reviewer", elsewhere), asset_id, "approve").status_code == 404


def _also_reviewer(world: World, user_id: int) -> None:
    with world.core.config.write() as session:
        user = session.get_one(User, user_id)
        user.roles.append(UserRole(role="reviewer", unit_id=user.unit_id))
