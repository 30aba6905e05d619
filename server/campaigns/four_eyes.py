"""The rule of two persons: nobody signs off his own work, and each step is another person."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns.models import Campaign, CampaignVersion, Review
from server.campaigns.queries import reviews_of
from server.foundation.core import Core
from server.foundation.errors import Forbidden
from server.foundation.i18n import Sentence

APPROVED, REJECTED = "approved", "rejected"
OWN_WORK = Sentence(
    "不能审批自己编写、修改或提交的内容，请由另一人审批。",
    "You wrote, changed or submitted this: another person has to sign it off.",
)
SAME_PERSON = Sentence(
    "您已审批过前一步，下一步需由另一人审批。",
    "You signed an earlier step: the next one needs another person.",
)


@dataclass(frozen=True)
class Case:
    """The object of a decision, and everyone who worked on it."""

    kind: str
    object_id: int
    round: int
    author_id: int
    submitter_id: int
    editors: frozenset[int] = field(default_factory=frozenset)

    @property
    def workers(self) -> frozenset[int]:
        """Everyone who worked on it, and so may not judge it."""
        return self.editors | {self.author_id, self.submitter_id}


def case_of(campaign: Campaign, version: CampaignVersion) -> Case:
    """The sign-off of a campaign's content."""
    return Case(
        kind="campaign",
        object_id=campaign.id,
        round=campaign.rounds,
        author_id=version.author_id,
        submitter_id=version.submitted_by or version.author_id,
        editors=frozenset((*version.editors, campaign.author_id)),
    )


def give_verdict(
    core: Core, session: Session, actor: Actor, case: Case, verdict: str, opinion: str
) -> int:
    """Write down one person's verdict; answers the step it was. Raises Forbidden."""
    two_person = core.settings.two_person
    if two_person and actor.user_id in case.workers:
        raise Forbidden(OWN_WORK, code="two_person")
    earlier = reviews_of(session, case.kind, case.object_id, case.round)
    if any(review.user_id == actor.user_id for review in earlier):
        raise Forbidden(SAME_PERSON, code="two_person")
    step = len(earlier) + 1
    session.add(
        Review(
            kind=case.kind,
            object_id=case.object_id,
            round=case.round,
            step=step,
            user_id=actor.user_id,
            author_id=case.author_id,
            submitter_id=case.submitter_id,
            single_person=not two_person,
            at=core.clock.now_ms(),
            verdict=verdict,
            opinion=opinion,
        )
    )
    session.flush()
    return step
