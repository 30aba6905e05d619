"""The sign-off of a campaign: who did which step, and who is next."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit, User, UserRole
from server.accounts.roles import roles_that_may
from server.campaigns import queries
from server.campaigns.four_eyes import OWN_WORK, SAME_PERSON, case_of
from server.campaigns.models import Campaign, CampaignVersion, Review
from server.campaigns.targeting import signoff_scope
from server.foundation.core import Core
from server.foundation.i18n import Sentence

NAMES: Final = {
    1: (Sentence("审批", "Sign-off"),),
    2: (Sentence("初审", "First review"), Sentence("终审", "Final review")),
    3: (
        Sentence("初审", "First review"),
        Sentence("复审", "Second review"),
        Sentence("终审", "Final review"),
    ),
}


@dataclass(frozen=True)
class Step:
    """One step; `review` is None until somebody did it, `waits` marks the one whose turn it is."""

    number: int
    name: Sentence
    review: Review | None
    waits: bool


@dataclass(frozen=True)
class Progress:
    """All steps of the newest submission.

    `people`: those who may do the next step; `hindered`: why the reader may not, though his role
    permits it; `mine`: he may.
    """

    steps: tuple[Step, ...]
    people: tuple[User, ...] = ()
    mine: bool = False
    hindered: Sentence | None = None


def progress(core: Core, session: Session, actor: Actor, campaign: Campaign) -> Progress | None:
    """None before the first submission."""
    if campaign.rounds == 0:
        return None
    version = queries.open_version(session, campaign.id)
    waiting = version if version is not None and version.standing == "submitted" else None
    reviews = queries.reviews_of(session, "campaign", campaign.id, campaign.rounds)
    steps = _steps(core.settings.review_steps, reviews, waits=waiting is not None)
    if waiting is None:
        return Progress(steps)
    barred = case_of(campaign, waiting).workers if core.settings.two_person else frozenset()
    signed = {review.user_id for review in reviews}
    people = _people(core, session, campaign.unit_id, waiting, barred | signed)
    hindered = _hindered(actor, barred, signed)
    if hindered is None and not signoff_scope.signs_all(session, actor, waiting):
        hindered = signoff_scope.BEYOND
    may = actor.may("sign_off", queries.unit_path(session, campaign.unit_id))
    return Progress(steps, people, may and hindered is None, hindered if may else None)


def step_name(steps: int, number: int) -> Sentence:
    """The name of a step, given the number configured; earlier campaigns may have had more."""
    names = NAMES[steps]
    return names[min(number, len(names)) - 1]


def _steps(count: int, reviews: Sequence[Review], *, waits: bool) -> tuple[Step, ...]:
    done = {review.step: review for review in reviews}
    shown = max(count, *done, 1) if done else count
    rejected = any(review.verdict == "rejected" for review in reviews)
    following = len(done) + 1
    return tuple(
        Step(number, step_name(count, number), done.get(number), waits and number == following)
        for number in range(1, shown + 1)
        if number in done or not rejected
    )


def _hindered(actor: Actor, barred: Collection[int], signed: Collection[int]) -> Sentence | None:
    if actor.user_id in barred:
        return OWN_WORK
    return SAME_PERSON if actor.user_id in signed else None


def _people(
    core: Core, session: Session, unit_id: int, version: CampaignVersion, but: AbstractSet[int]
) -> tuple[User, ...]:
    """People who may sign for all its reach, by the unit of their role: the nearest first."""
    own = queries.unit_path(session, unit_id)
    path = signoff_scope.signers_unit(session, own, version)
    roles = roles_that_may("sign_off", two_person=core.settings.two_person)
    rows = session.execute(
        select(User, Unit.path)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Unit, UserRole.unit_id == Unit.id)
        .where(UserRole.role.in_(roles), User.id.not_in(but), ~User.disabled)
    ).all()
    near = sorted((row for row in rows if path.startswith(row.path)), key=lambda r: -len(r.path))
    return tuple({row.User.id: row.User for row in near}.values())
