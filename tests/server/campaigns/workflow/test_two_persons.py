"""Sign-off is by another person than who wrote it, and each step by another again."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from server.accounts.models import UserRole
from server.campaigns.models import Review
from tests.support.app.campaigns import (
    Office,
    act,
    call,
    draft,
    live,
    make_playlist,
    open_office,
    picture,
    read,
    signed,
)
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world

pytestmark = pytest.mark.slow


def give_role(world: World, person: Person, role: str) -> None:
    with world.core.config.write() as session:
        session.add(UserRole(user_id=person.user_id, role=role, unit_id=1))


def test_nobody_signs_off_his_own_campaign_whatever_other_roles_he_has(office: Office) -> None:
    give_role(office.world, office.author, "reviewer")
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    answer = act(office.author, campaign_id, "approve")

    assert (answer.status_code, answer.json["code"]) == (403, "two_person")
    assert read(office.author, campaign_id)["state"] == "submitted"


def test_nobody_signs_off_what_he_changed_since_the_last_signature(office: Office) -> None:
    give_role(office.world, office.reviewer, "publicity")
    campaign_id = draft(office)
    call(office.reviewer, "PATCH", f"/campaigns/{campaign_id}", name="改过的名称")
    act(office.author, campaign_id, "submit")

    assert act(office.reviewer, campaign_id, "approve").json["code"] == "two_person"


def test_nobody_signs_off_a_playlist_that_he_arranged(office: Office) -> None:
    give_role(office.world, office.reviewer, "publicity")
    playlist_id = make_playlist(office, picture(office))
    call(office.reviewer, "PATCH", f"/playlists/{playlist_id}", name="另排")
    campaign_id = draft(office, playlist_id=playlist_id)
    act(office.author, campaign_id, "submit")

    assert act(office.reviewer, campaign_id, "approve").json["code"] == "two_person"


def test_the_database_itself_refuses_a_review_of_ones_own_work(office: Office) -> None:
    campaign_id = live(office)
    number = int(campaign_id[2:])

    with pytest.raises(IntegrityError), office.world.core.config.write() as session:
        session.execute(
            update(Review).where(Review.object_id == number).values(user_id=Review.author_id)
        )


def test_the_author_may_sign_off_where_the_rule_of_two_persons_is_switched_off(
    tmp_path: Path,
) -> None:
    office = open_office(make_world(tmp_path, two_person=False))
    admin = sign_in(office.world, "admin", over=1)
    office = Office(office.world, admin, admin, office.stranger)

    campaign_id = draft(office)

    assert signed(office, campaign_id)["state"] == "live"


def test_three_steps_need_three_people(tmp_path: Path) -> None:
    office = open_office(make_world(tmp_path, review_steps=3))
    second, third = (
        sign_in(office.world, "reviewer", over=1),
        sign_in(office.world, "reviewer", over=1),
    )
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    assert act(office.reviewer, campaign_id, "approve").json["state"] == "submitted"
    again = act(office.reviewer, campaign_id, "approve")
    assert (again.status_code, again.json["code"]) == (403, "two_person")
    assert act(second, campaign_id, "approve").json["state"] == "submitted"
    done = act(third, campaign_id, "approve").json

    assert done["state"] == "live"
    assert [one["step"] for one in done["reviews"]] == [1, 2, 3]


def test_a_rejected_campaign_is_a_draft_again_and_starts_at_the_first_step(tmp_path: Path) -> None:
    office = open_office(make_world(tmp_path, review_steps=2))
    second = sign_in(office.world, "reviewer", over=1)
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "approve")

    back = act(second, campaign_id, "reject", reason="日期有误").json
    act(office.author, campaign_id, "submit")
    first = act(office.reviewer, campaign_id, "approve").json

    assert back["state"] == "draft"
    assert back["reviews"][-1]["opinion"] == "日期有误"
    assert (first["state"], first["reviews"][-1]["step"]) == ("submitted", 1)


def test_nobody_signs_off_an_asset_of_his_own_along_with_anothers_campaign(
    office: Office,
) -> None:
    asset_id = picture(office, state="ready", author=office.reviewer.user_id)
    campaign_id = draft(office, playlist_id=make_playlist(office, asset_id))
    act(office.author, campaign_id, "submit", include_assets=True)

    answer = act(office.reviewer, campaign_id, "approve")

    assert (answer.status_code, answer.json["code"]) == (403, "two_person")
    found = read(office.author, campaign_id)
    assert (found["state"], found["reviews"]) == ("submitted", [])
