"""What follows from the checks of some days: how many there were, and how much may be bad."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.core import Core
from server.errors import Invalid, NotFound, fault
from server.ids import number
from server.playback.civil import Civil
from server.screens.models import Screen
from server.spotchecks import queries
from server.spotchecks.bound import CONFIDENCE, upper_bound
from server.spotchecks.models import SpotCheck
from server.spotchecks.wording import conclusion
from server.texts import Sentence
from server.venues.models import Venue

LONGEST_DAYS: Final = 800
LAST_YEAR: Final = 9000
BACKWARDS: Final = Sentence("结束日期不能早于开始日期。", "`to` must not be before `from`.")
TOO_LONG: Final = Sentence("一次最多统计 800 天，请分段统计。", "At most 800 days at a time.")
UNANSWERED: Final = ("no_answer", "offline")


@dataclass(frozen=True, slots=True)
class Question:
    """Which checks are counted: days (the district's, both inclusive) and places by public id."""

    first: date
    last: date
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    line_id: str | None = None
    kind: str | None = None


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
    _check(asked)
    now_ms = core.clock.now_ms()
    places, paths = _places(session, actor, asked)
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


def _places(
    session: Session, actor: Actor, asked: Question
) -> tuple[list[ColumnElement[bool]], Iterable[str]]:
    """What narrows to the places asked about, and the paths of the units that they lie under."""
    roots = actor.roots(queries.READ)
    chosen: list[ColumnElement[bool]] = []
    paths: Iterable[str] = roots
    if asked.unit_id is not None:
        paths = [_path(session, actor, asked.unit_id)]
        chosen.append(within(Unit.path, paths))
    if asked.territory_id is not None:
        path = _path(session, actor, asked.territory_id)
        below = select(Unit.id).where(within(Unit.path, [path]))
        chosen.append(Venue.territory_unit_id.in_(below))
    if asked.venue_kind is not None:
        chosen.append(Venue.kind == asked.venue_kind)
    if asked.venue_id is not None:
        chosen.append(Venue.id == number("venue", asked.venue_id))
    if asked.screen_id is not None:
        chosen.append(Screen.id == number("screen", asked.screen_id))
    if asked.line_id is not None:
        chosen.append(Venue.line_id == number("line", asked.line_id))
    return chosen, paths


def _path(session: Session, actor: Actor, text: str) -> str:
    unit = session.get(Unit, number("unit", text))
    if unit is None or not actor.may(queries.READ, unit.path):
        raise NotFound
    return unit.path


def _check(asked: Question) -> None:
    days = (asked.last - asked.first).days
    if days < 0:
        raise Invalid(BACKWARDS, faults=[fault("/to", BACKWARDS)])
    if days > LONGEST_DAYS or asked.last.year > LAST_YEAR:
        raise Invalid(TOO_LONG, faults=[fault("/to", TOO_LONG)])
