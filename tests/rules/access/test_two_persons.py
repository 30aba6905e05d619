"""Author and reviewer are two persons by the database itself, whatever the code above it does."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from server.campaigns.models import Review, Stop
from server.content.models import Asset
from tests.support.app.inventory import root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

KINDS = ("campaign", "takeover", "exemption", "attestation")
TWO_PERSONS = "two_persons"


@pytest.fixture
def author(world: World) -> int:
    return sign_in(world, "publicity").user_id


@pytest.fixture
def reviewer(world: World) -> int:
    return sign_in(world, "reviewer").user_id


def review(kind: str, author: int, user: int, **other: Any) -> Review:
    values = {"submitter_id": author, "single_person": False, **other}
    return Review(
        kind=kind, object_id=1, round=1, step=1, user_id=user, author_id=author,
        at=1, verdict="approved", opinion="", **values,
    )  # fmt: skip


def keep(world: World, row: Any) -> int:
    with world.core.config.write() as session:
        session.add(row)
        session.flush()
        number: int = row.id
        return number


def refused(act: Callable[[], Any]) -> bool:
    """Whether the rule of two persons is what the database refuses it by."""
    with pytest.raises(IntegrityError) as error:
        act()
    return TWO_PERSONS in str(error.value)


def change(world: World, model: Any, number: int, **values: Any) -> None:
    with world.core.config.write() as session:
        session.execute(update(model).where(model.id == number).values(**values))


@pytest.mark.parametrize("kind", KINDS)
def test_no_verdict_of_who_wrote_or_submitted_it_is_put_in(
    world: World, author: int, reviewer: int, kind: str
) -> None:
    assert refused(lambda: keep(world, review(kind, author, author)))
    assert refused(lambda: keep(world, review(kind, author, reviewer, submitter_id=reviewer)))
    assert keep(world, review(kind, author, reviewer))


@pytest.mark.parametrize("kind", KINDS)
def test_no_verdict_becomes_the_author_s_afterwards(
    world: World, author: int, reviewer: int, kind: str
) -> None:
    number = keep(world, review(kind, author, reviewer))

    for column in ("author_id", "submitter_id"):
        values = {column: reviewer}
        assert refused(lambda values=values: change(world, Review, number, **values))  # type: ignore[misc] # bound at once
    assert refused(lambda: change(world, Review, number, user_id=author))


def test_nobody_signs_two_steps_of_one_round(world: World, author: int, reviewer: int) -> None:
    keep(world, review("campaign", author, reviewer))
    second = review("campaign", author, reviewer)
    second.step = 2

    with pytest.raises(IntegrityError):
        keep(world, second)


def test_no_asset_is_signed_off_by_its_author(world: World, author: int, reviewer: int) -> None:
    number = make_asset(world, author=author, reviewer_id=reviewer)

    assert refused(lambda: make_asset(world, author=author, reviewer_id=author))
    assert refused(lambda: change(world, Asset, number, reviewer_id=author))
    assert refused(lambda: change(world, Asset, number, author_id=reviewer))


def test_no_stop_is_lifted_by_who_made_it(world: World, author: int, reviewer: int) -> None:
    def stop(lifted_by: int | None) -> Stop:
        return Stop(
            unit_id=root_unit(world), author_id=author, mode="safe", selector={}, reach=[],
            single_person=False, at=1, lifted_at=1, lifted_by=lifted_by,
        )  # fmt: skip

    number = keep(world, stop(reviewer))

    assert refused(lambda: keep(world, stop(author)))
    assert refused(lambda: change(world, Stop, number, lifted_by=author))


def test_where_the_rule_is_switched_off_the_row_states_it(world: World, author: int) -> None:
    assert keep(world, review("campaign", author, author, single_person=True))
