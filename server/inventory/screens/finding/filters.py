"""The filters of the list of screens."""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, or_, select

from server.accounts.models import Unit
from server.foundation.db.search_terms import typed
from server.foundation.public_ids import number
from server.foundation.rest.resources import Paging
from server.inventory.screens.finding.search_terms import has_screen_words
from server.inventory.screens.models import Screen, ScreenBox
from server.inventory.tags import has_tag
from server.inventory.venues.models import Venue
from server.inventory.venues.search.filters import in_territory

State = Literal[
    "online", "late", "offline", "dark", "idle", "paused", "never_seen", "revoked", "retired"
]
"""`offline`: all without contact: `dark` if on duty, else `idle`."""
BY_CONTACT: Final = frozenset({"online", "late", "offline", "dark", "idle"})


class ScreenFilter(Paging):
    """Filter of screens; a unit or territory includes everything below it.

    Retired ones are listed only if filtered by that state.
    """

    venue_id: str | None = None
    unit_id: str | None = None
    territory_id: str | None = None
    line_id: str | None = None
    venue_kind: str | None = None
    tag: str | None = None
    key_id: str | None = None
    state: State | None = None
    player: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=60)


def conditions(
    criteria: ScreenFilter, by_state: Mapping[str, Collection[int]], paused: Collection[int]
) -> list[ColumnElement[bool]]:
    """SQL conditions of a filter; `by_state`: screens by contact state; `paused`: paused ones.

    `by_state` is only needed for `online` and `late` and, for states that depend on it, `dark`.
    """
    found = _of_place(criteria)
    if criteria.tag is not None:
        # As in a selector: the screen's own tags, or those of its venue.
        found.append(or_(has_tag(Screen.tags, criteria.tag), has_tag(Venue.tags, criteria.tag)))
    if criteria.key_id is not None:
        came_by = ScreenBox.key_id == number("enrolment_key", criteria.key_id)
        found.append(Screen.id.in_(select(ScreenBox.screen_id).where(came_by)))
    if criteria.player is not None:
        enrolled = (Screen.enrolled_at.is_not(None), Screen.retired_at.is_(None))
        found += [Screen.player == criteria.player, Screen.revoked_at.is_(None), *enrolled]
    if criteria.q:
        found.append(has_screen_words(typed(criteria.q)))
    if criteria.state is None:
        found.append(Screen.retired_at.is_(None))
    else:
        found += _in_state(criteria.state, by_state, paused)
    return found


def _of_place(criteria: ScreenFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.venue_id is not None:
        found.append(Screen.venue_id == number("venue", criteria.venue_id))
    if criteria.line_id is not None:
        found.append(Venue.line_id == number("line", criteria.line_id))
    if criteria.venue_kind is not None:
        found.append(Venue.kind == criteria.venue_kind)
    if criteria.unit_id is not None:
        found.append(Unit.path.contains(f"/{number('unit', criteria.unit_id)}/"))
    if criteria.territory_id is not None:
        found.append(in_territory(criteria.territory_id))
    return found


def _in_state(
    state: str, by_state: Mapping[str, Collection[int]], paused: Collection[int]
) -> list[ColumnElement[bool]]:
    if state == "retired":
        return [Screen.retired_at.is_not(None)]
    in_service = Screen.retired_at.is_(None)
    if state == "revoked":
        return [in_service, Screen.revoked_at.is_not(None)]
    good = [in_service, Screen.revoked_at.is_(None)]
    if state == "never_seen":
        return [*good, Screen.enrolled_at.is_(None)]
    bound = [*good, Screen.enrolled_at.is_not(None)]
    if state == "paused":
        return [*bound, Screen.id.in_(paused)]
    return [*bound, Screen.id.not_in(paused), *_in_contact(state, by_state)]


def _in_contact(state: str, by_state: Mapping[str, Collection[int]]) -> list[ColumnElement[bool]]:
    if state in ("online", "late"):
        return [Screen.id.in_(by_state[state])]
    silent = Screen.id.not_in([*by_state["online"], *by_state["late"]])
    if state == "dark":
        return [Screen.id.in_(by_state["dark"])]
    return [silent] if state == "offline" else [silent, Screen.id.not_in(by_state["dark"])]
