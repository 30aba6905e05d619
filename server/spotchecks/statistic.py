"""What follows from the checks of some days: how many there were, and how much may be bad."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.core import Core
from server.playback.civil import Civil
from server.spotchecks import queries
from server.spotchecks.bound import CONFIDENCE, upper_bound
from server.spotchecks.models import SpotCheck
from server.spotchecks.questions import Question, check_days, conditions, units_asked
from server.spotchecks.wording import conclusion
from server.texts import Sentence

UNANSWERED: Final = ("no_answer", "offline")


@dataclass(slots=True)
class Statistic:
    """Checks by what became of them; each is in exactly one of the five."""

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
        """Those that are good or bad."""
        return self.good + self.bad

    @property
    def left(self) -> int:
        """Those of which nobody can say either."""
        return self.unclear + self.unanswered + self.waiting

    @property
    def bound(self) -> float | None:
        """At most so large a share is bad (95 %), by those that were judged; None without any."""
        return upper_bound(self.bad, self.judged)

    @property
    def worst_bound(self) -> float | None:
        """The same if everything that nobody found good were bad."""
        return upper_bound(self.bad + self.left, self.checks)

    @property
    def sentence(self) -> Sentence:
        """What a report says."""
        bounds = (self.bound or 0.0, self.worst_bound or 0.0)
        return conclusion(self.judged, self.bad, self.left, bounds, self.photos)

    def as_json(self) -> dict[str, Any]:
        """The figures."""
        return {
            "checks": self.checks,
            "good": self.good,
            "bad": self.bad,
            "unclear": self.unclear,
            "unanswered": self.unanswered,
            "waiting": self.waiting,
            "photos": self.photos,
            "confidence": CONFIDENCE,
            "upper_bound": self.bound,
            "upper_bound_unanswered_bad": self.worst_bound,
        }

    def add(self, standing: str, checks: int) -> None:
        """Count some checks."""
        setattr(self, standing, getattr(self, standing) + checks)


def statistic(core: Core, session: Session, actor: Actor, asked: Question) -> Statistic:
    """Count the random checks in the person's scope. Raises Invalid, NotFound for foreign places.

    One that was drawn among the screens of some unit counts only where no others are asked about:
    elsewhere it would weigh too much. What was chosen by hand never counts.
    """
    check_days(asked)
    now_ms, paths = core.clock.now_ms(), units_asked(session, actor, asked)
    places = conditions(session, actor, asked)
    row = SpotCheck
    # A bound value would be another one in GROUP BY, to PostgreSQL.
    overdue = row.due_at <= literal_column(str(now_ms))
    by = (row.frame, row.kind, row.state, row.verdict, row.late, overdue)
    query = queries.in_scope(actor).with_only_columns(*by, func.count()).group_by(*by)
    query = query.where(row.frame.is_not(None), *_days(core, asked), *places)
    found = Statistic()
    for frame, kind, state, verdict, late, over, count in session.execute(query):
        standing = standing_of(state, verdict, late=late, overdue=bool(over))
        if standing is None or not all(path.startswith(frame or "") for path in paths):
            continue
        found.add(standing, count)
        found.photos += count if kind == "photo" else 0
    return found


def standing_of(state: str, verdict: str | None, *, late: bool, overdue: bool) -> str | None:
    """As which of the five a check counts; None while its answer may still come.

    A photo that came too late may show what was put right for it: only against a venue it counts.
    """
    if state == "asked":
        return "unanswered" if overdue else None
    if state in UNANSWERED:
        return "unanswered"
    if late and verdict != "bad":
        return "unanswered"
    return verdict or "waiting"


def _days(core: Core, asked: Question) -> tuple[ColumnElement[bool], ...]:
    civil = Civil(core.settings.zone)
    from_ms = civil.start_of(asked.first.toordinal())
    until_ms = civil.start_of(asked.last.toordinal() + 1)
    chosen = (SpotCheck.asked_at >= from_ms, SpotCheck.asked_at < until_ms)
    return chosen if asked.kind is None else (*chosen, SpotCheck.kind == asked.kind)
