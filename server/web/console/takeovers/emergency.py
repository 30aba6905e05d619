"""Live takeovers and stops on the screens of this request's person, for every page's bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from flask import Blueprint, g, render_template
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.guards import actor, signed_in
from server.accounts.models import Unit
from server.campaigns.models import Stop, Takeover, TakeoverReceipt
from server.campaigns.overrides.target_screens import screens_of_each
from server.campaigns.targeting.signoff_scope import signed_by
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope as screens_in_scope
from server.monitoring.incidents.models import Incident

pages = Blueprint("emergency_pages", __name__)
SHOWN: Final = 2
"""So many are shown in the bar; for the rest there is a link to all of them."""
STOPPED: Final = {
    "safe": Sentence("安全画面", "safe picture"),
    "black": Sentence("黑屏", "black"),
}


class LiveRow(NamedTuple):
    """A stop that nobody lifted or a takeover in its time, with the path of its unit."""

    row: Stop | Takeover
    path: str

    @property
    def id(self) -> str:
        """The public id, which also names its receipts."""
        return public("takeover" if isinstance(self.row, Takeover) else "stop", self.row.id)


@dataclass(frozen=True)
class Emergency:
    """A live takeover or stop; `screens` and `confirmed` count those that the person may see.

    `href` is empty where only his screens are his to see, and `end` (a path of the API) where
    another has to end it. Instants are ms UTC; a stop has no end of its own.
    """

    id: str
    title: str
    screens: int
    confirmed: int
    from_ms: int
    until_ms: int | None
    drill: bool
    href: str
    end: str


@dataclass(frozen=True)
class Outage:
    """Many screens lost contact at once: a fault on our side, or on the way to them."""

    since_ms: int
    screens: int


@dataclass(frozen=True)
class EmergencyBar:
    """Takeovers and stops, the number of further ones, and outages that no screen caused."""

    emergencies: Sequence[Emergency] = ()
    more: int = 0
    outages: Sequence[Outage] = ()
    now_ms: int = 0


@pages.get("/emergency")
@signed_in  # it has what the person's own scope has
def emergency_part() -> str:
    """The bar alone, which all pages keep fresh."""
    return render_template("parts/emergency.html")


def emergency_bar() -> EmergencyBar:
    """The contents of the bar, cached in `g` for the request.

    One SQL statement if nothing is live; a fixed number more otherwise, whatever the count.
    """
    if g.get("actor") is None or not actor().roots("read"):
        return EmergencyBar()
    if "emergency_bar" not in g:
        g.emergency_bar = _bar(actor())
    found: EmergencyBar = g.emergency_bar
    return found


def _bar(person: Actor) -> EmergencyBar:
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        if not session.scalar(_any_live(now_ms)):
            return EmergencyBar()
        rows = live_rows(session, now_ms)
        found = _emergencies(session, person, rows) if rows else []
        outages = _outages(session, person)
    return EmergencyBar(found[:SHOWN], max(0, len(found) - SHOWN), outages, now_ms)


def _any_live(now_ms: int) -> Select[bool]:
    """Whether anything that the bar shows is live in any unit: most pages ask no more."""
    stops = exists().where(Stop.lifted_at.is_(None))
    takeovers = exists().where(Takeover.state == "live", Takeover.until_at > now_ms)
    outages = exists().where(Incident.code == "upstream", Incident.state != "closed")
    return select(or_(stops, takeovers, outages))


def live_rows(session: Session, now_ms: int) -> list[LiveRow]:
    """Stops in force, then live takeovers, of all units; each the newest first."""
    stops = (
        select(Stop, Unit.path)
        .join(Unit, Stop.unit_id == Unit.id)
        .where(Stop.lifted_at.is_(None))
        .order_by(Stop.id.desc())
    )
    takeovers = (
        select(Takeover, Unit.path)
        .join(Unit, Takeover.unit_id == Unit.id)
        .where(Takeover.state == "live", Takeover.until_at > now_ms)
        .order_by(Takeover.from_at.desc(), Takeover.id.desc())
    )
    return [
        *(LiveRow(row, path) for row, path in session.execute(stops)),
        *(LiveRow(row, path) for row, path in session.execute(takeovers)),
    ]


def _emergencies(session: Session, person: Actor, rows: Sequence[LiveRow]) -> list[Emergency]:
    """Those of a unit in the person's scope, and those that are on screens he may see."""
    visible = set(session.scalars(screens_in_scope(person).with_only_columns(Screen.id)))
    confirmed = _receipts(session, rows)
    ended_by_him = _may_end(session, person, rows)
    found = []
    for one, screens in zip(rows, screens_of_each(session, [o.row for o in rows]), strict=True):
        his = {screen.screen_id for screen in screens} & visible
        may_open = person.may("read", one.path)
        if his or may_open:
            counts = (len(his), len(his & confirmed.get(one.id, set())))
            found.append(_emergency(one, counts, may_open, may_end=one.id in ended_by_him))
    return found


def _emergency(
    one: LiveRow, counts: tuple[int, int], may_open: bool, *, may_end: bool
) -> Emergency:
    row = one.row
    is_stop = isinstance(row, Stop)
    return Emergency(
        id=one.id,
        title=translate(STOPPED[row.mode]) if isinstance(row, Stop) else row.label,
        screens=counts[0],
        confirmed=counts[1],
        from_ms=row.at if isinstance(row, Stop) else row.from_at or row.created_at,
        until_ms=None if isinstance(row, Stop) else row.until_at,
        drill=not isinstance(row, Stop) and row.drill,
        href=f"/{'stop' if is_stop else 'takeovers'}/{one.id}" if may_open else "",
        end=f"/api/v1/{'stop' if is_stop else 'takeovers'}/{one.id}" if may_end else "",
    )


def _receipts(session: Session, rows: Sequence[LiveRow]) -> Mapping[str, set[int]]:
    """The screens that acknowledged each of them, by its public id."""
    found: dict[str, set[int]] = {}
    query = select(TakeoverReceipt.object, TakeoverReceipt.screen_id)
    query = query.where(TakeoverReceipt.object.in_([one.id for one in rows]))
    for name, screen_id in session.execute(query):
        found.setdefault(name, set()).add(screen_id)
    return found


def _may_end(session: Session, person: Actor, rows: Sequence[LiveRow]) -> set[str]:
    """Public ids of those that the person may end: by the rules of the pages of each."""
    names = {id(one.row): one.id for one in rows}
    takeovers = [
        one.row
        for one in rows
        if isinstance(one.row, Takeover) and person.may("takeover.start", one.path)
    ]
    own = [row for row in takeovers if row.author_id == person.user_id]
    two_person = core().settings.two_person
    stops = [
        one.row
        for one in rows
        if isinstance(one.row, Stop)
        and person.may("sign_off", one.path)
        and not (two_person and one.row.author_id == person.user_id)
    ]
    may = [*own, *signed_by(session, person, takeovers, "takeover.start")]
    return {names[id(row)] for row in [*may, *signed_by(session, person, stops)]}


def _outages(session: Session, person: Actor) -> list[Outage]:
    query = (
        select(Incident.since, Incident.facts, Unit.path)
        .join(Unit, Incident.unit_id == Unit.id)
        .where(Incident.code == "upstream", Incident.state != "closed")
        .order_by(Incident.since)
    )
    return [
        Outage(row.since, int(row.facts.get("victims", 0)))
        for row in session.execute(query)
        if person.may("read", row.path)
    ]
