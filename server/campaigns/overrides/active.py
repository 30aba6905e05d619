"""The override in force on a screen: the newest stop before the newest live takeover."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns.models import Stop, Takeover
from server.campaigns.targeting.author_scope import Choice, choice
from server.foundation.public_ids import public
from server.inventory.screens.facts import ScreenFacts


@dataclass(frozen=True)
class OnScreen:
    """A takeover (with `asset_id`) or a stop (with `mode`, and no end of its own).

    `id` is the public id, which also names its receipts; instants are ms UTC.
    """

    id: str
    from_ms: int
    until_ms: int | None
    label: str
    asset_id: int | None = None
    mode: Literal["safe", "black"] | None = None
    drill: bool = False


@dataclass(frozen=True)
class Live:
    """Everything that is over screens now, with whom it is for; stops first, newest first."""

    stops: tuple[tuple[Choice, OnScreen], ...]
    takeovers: tuple[tuple[Choice, bool, OnScreen], ...]

    def for_screen(self, facts: ScreenFacts) -> OnScreen | None:
        """The override of this screen's plan; a stop ignores the venue's policy."""
        for chosen, stop in self.stops:
            if chosen.picks(facts):
                return stop
        for chosen, emergency, takeover in self.takeovers:
            if takes_part(facts, emergency=emergency) and chosen.picks(facts):
                return takeover
        return None


def load_live(session: Session, now_ms: int) -> Live:
    """Read it all once, for many screens."""
    stops = session.scalars(select(Stop).where(Stop.lifted_at.is_(None)).order_by(Stop.id.desc()))
    takeovers = session.scalars(
        select(Takeover)
        .where(Takeover.state == "live", Takeover.until_at > now_ms)
        .order_by(Takeover.from_at.desc(), Takeover.id.desc())
    )
    return Live(
        tuple((choice(row.selector, row.reach), _stop(row)) for row in stops),
        tuple(
            (choice(row.selector, row.reach), row.emergency, _takeover(row)) for row in takeovers
        ),
    )


def takes_part(facts: ScreenFacts, *, emergency: bool) -> bool:
    """Whether the venue's policy lets a takeover onto its screens."""
    policy = facts.takeover_policy
    return policy == "always" or (policy == "emergency" and emergency)


def _stop(row: Stop) -> OnScreen:
    mode: Literal["safe", "black"] = "black" if row.mode == "black" else "safe"
    return OnScreen(public("stop", row.id), row.at, None, "停播", mode=mode)


def _takeover(row: Takeover) -> OnScreen:
    return OnScreen(
        id=public("takeover", row.id),
        from_ms=row.from_at or row.created_at,
        until_ms=row.until_at,
        label=row.label,
        asset_id=row.asset_id,
        drill=row.drill,
    )
