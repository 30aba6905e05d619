"""Open incidents beside the fleet, who may handle them, and how often screens fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.models import User
from server.accounts.roles import Action, roles_that_may
from server.foundation.pinyin import by_name
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue
from server.monitoring.availability.packed_records import Record
from server.monitoring.incidents import queries
from server.monitoring.incidents.affected_units import path_of
from server.monitoring.incidents.catalogue import CAUSES, STATES
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.queries import Wanted
from server.monitoring.incidents.serializers import incident_documents, without_age
from server.web.console.fleet.labels import length
from server.web.helpers import listed, shown_state

SHOWN: Final = 15
OUTAGES: Final = ("offline", "flapping", "impaired", "upstream")
"""Failures: the screen wasn't reliable, alone or by a shared cause (then counted as one failure).

Mere reports of a player don't count.
"""
PAST_SHOWN: Final = 10


@dataclass(frozen=True)
class At:
    """The filter of venues: on vehicles alone (and shared causes), at a depot, of a kind."""

    vehicles: bool
    depot: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Reader:
    """Reads incidents for the person of a request."""

    session: Session

    def open(self, wanted: Wanted, at: At) -> dict[str, Any]:
        """Open incidents, unassigned and oldest first, and their number.

        None for who reads figures alone, also where a unit is asked for whose figures he reads.
        """
        if not actor().roots("read"):
            return {"rows": [], "count": 0}
        query = self._of(wanted, at)
        count = self.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        query = query.order_by(Incident.state.desc(), Incident.since, Incident.id).limit(SHOWN)
        return {"rows": self._shown(query), "count": count}

    def listed(self, wanted: Wanted) -> dict[str, Any]:
        """One page of a list, newest first."""
        query = queries.in_scope(self.session, actor(), wanted)
        found = listed(self.session, query, Incident.id)
        return {**found, "items": self._rows(found["items"])}

    def past(self, screen_id: str) -> list[dict[str, Any]]:
        """The last ones of a screen, open ones too."""
        query = queries.in_scope(self.session, actor(), Wanted(screen_id=screen_id))
        return self._shown(query.order_by(Incident.id.desc()).limit(PAST_SHOWN))

    def failures(self, wanted: Wanted, from_ms: int, record: Record, at: At) -> dict[str, str]:
        """Outages that began in the time, MTBF (up time ÷ outages) and MTTR (mean length).

        Readable without access to incidents. Open ones have no length yet: `lasting` is their
        number, as the mean leaves them out.
        """
        query = self._of(wanted, at, "reports.read").where(
            Incident.code.in_(OUTAGES), Incident.since >= from_ms
        )
        found = self.session.execute(query.with_only_columns(Incident.since, Incident.until)).all()
        ended = [(until - since) // 1000 for since, until in found if until is not None]
        return {
            "count": f"{len(found):,}",
            "lasting": f"{len(found) - len(ended):,}" if len(found) > len(ended) else "",
            "mtbf": length(record.up // len(found)) if found else "–",
            "mttr": length(sum(ended) // len(ended)) if ended else "–",
        }

    def _of(self, wanted: Wanted, at: At, action: Action = "read") -> Select[Any]:
        query = queries.in_scope(self.session, actor(), wanted, action)
        if at.vehicles:
            shared = Incident.venue_id.is_(None)
            query = query.where(or_(shared, Venue.kind.in_(sorted(VEHICLES))))
        if at.depot is not None:
            query = query.where(Venue.depot == at.depot)
        if at.kind is not None:
            query = query.where(Venue.kind == at.kind)
        return query

    def _shown(self, query: Select[Any]) -> list[dict[str, Any]]:
        return self._rows(list(self.session.scalars(query)))

    def _rows(self, rows: Sequence[Incident]) -> list[dict[str, Any]]:
        now_ms = core().clock.now_ms()
        found = incident_documents(self.session, rows, language(), district_zone(), now_ms)
        return [self._row(row, found[row.id]) for row in rows]

    def _row(self, row: Incident, document: dict[str, Any]) -> dict[str, Any]:
        path = path_of(self.session, row)
        may_act = actor().may("incidents.acknowledge", path)
        people = self._people(path) if may_act else []
        return {
            **document,
            "tag": etag_of(without_age(document)),
            **shown_state(STATES[row.state]),
            "age": length(document["age_s"]),
            "cause_text": translate(CAUSES[row.cause]) if row.cause else "",
            "assignee": self._name(row.assignee_id),
            "may_act": may_act,
            "people": people,
        }

    @cached_property
    def _users(self) -> Sequence[User]:
        found = self.session.scalars(select(User).where(User.disabled.is_(False)))
        return sorted(found, key=lambda one: by_name(one.name or one.username))

    def _people(self, path: str) -> list[tuple[str, str]]:
        """The people who may handle an incident of a unit."""
        roles = roles_that_may("incidents.acknowledge", two_person=actor().two_person)
        return [
            (public("user", one.id), one.name or one.username)
            for one in self._users
            if any(path.startswith(role.unit.path) for role in one.roles if role.role in roles)
        ]

    def _name(self, user_id: int | None) -> str:
        user = self.session.get(User, user_id) if user_id is not None else None
        return (user.name or user.username) if user is not None else ""


def causes() -> list[tuple[str, str]]:
    """The causes to choose from."""
    return [(cause, translate(name)) for cause, name in CAUSES.items()]
