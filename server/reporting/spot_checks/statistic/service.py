"""The statistic of the checks of some days: their counts, and the bound of the bad share."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.civil_time import Civil, check_period
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.reporting.spot_checks import queries
from server.reporting.spot_checks.labels import conclusion
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.statistic.confidence_bound import CONFIDENCE, upper_bound
from server.reporting.spot_checks.statistic.counting_rules import counted, counts_as
from server.reporting.spot_checks.statistic.scope import (
    Question,
    conditions,
    units_asked,
)


@dataclass(slots=True)
class Statistic:
    """Counts of checks by outcome; each check is in exactly one of the five."""

    good: int = 0
    bad: int = 0
    unclear: int = 0
    unanswered: int = 0
    waiting: int = 0
    photos: int = 0

    @property
    def checks(self) -> int:
        """All of them."""
        return self.judged + self.left

    @property
    def judged(self) -> int:
        """The number of checks that are good or bad."""
        return self.good + self.bad

    @property
    def left(self) -> int:
        """The checks that are neither good nor bad."""
        return self.unclear + self.unanswered + self.waiting

    @property
    def bound(self) -> float | None:
        """The upper 95 % bound of the bad share among judged checks; None without any."""
        return upper_bound(self.bad, self.judged)

    @property
    def worst_bound(self) -> float | None:
        """The same bound if all checks not found good were bad."""
        return upper_bound(self.bad + self.left, self.checks)

    @property
    def sentence(self) -> Sentence:
        """The sentence for a report."""
        bounds = (self.bound or 0.0, self.worst_bound or 0.0)
        return conclusion(self.judged, self.bad, self.left, bounds, self.photos)

    def as_json(self) -> dict[str, Any]:
        """The figures."""
        return {
            "checks": self.checks,
            **asdict(self),
            "confidence": CONFIDENCE,
            "upper_bound": self.bound,
            "upper_bound_unanswered_bad": self.worst_bound,
        }

    def add(self, outcome: str, checks: int) -> None:
        """Count some checks."""
        setattr(self, outcome, getattr(self, outcome) + checks)


def statistic(core: Core, session: Session, actor: Actor, asked: Question) -> Statistic:
    """Count the random checks in the person's scope. Raises Invalid, NotFound for foreign places.

    See `has_status` for which count, and as what.
    """
    check_period(asked.first, asked.last)
    now_ms, paths = core.clock.now_ms(), units_asked(session, actor, asked)
    places = conditions(session, actor, asked)
    own = queries.in_scope(actor).where(counted(paths, now_ms), *_days(core, asked), *places)
    columns = counts_as(now_ms).label("outcome"), SpotCheck.kind.label("kind")
    # Grouped from outside: PostgreSQL takes bound values in GROUP BY for others.
    each = own.with_only_columns(*columns).subquery().c
    query = select(each.outcome, each.kind, func.count()).group_by(each.outcome, each.kind)
    found = Statistic()
    for outcome, kind, count in session.execute(query):
        found.add(outcome, count)
        found.photos += count if kind == "photo" else 0
    return found


def _days(core: Core, asked: Question) -> tuple[ColumnElement[bool], ...]:
    civil = Civil(core.settings.zone)
    from_ms = civil.start_of(asked.first.toordinal())
    until_ms = civil.start_of(asked.last.toordinal() + 1)
    chosen = (SpotCheck.asked_at >= from_ms, SpotCheck.asked_at < until_ms)
    return chosen if asked.kind is None else (*chosen, SpotCheck.kind == asked.kind)
