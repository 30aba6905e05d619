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
from server.inventory.venues.search.filters import territory_wish

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
    wish: ScreenFilter, heard: Mapping[str, Collection[int]], paused: Collection[int]
) -> list[ColumnElement[bool]]:
    """SQL conditions of a filter; `heard`: screens by contact state; `paused`: paused ones.

    `heard` is only needed for `online` and `late` and, for states that depend on it, `dark`.
    """
    found = _of_place(wish)
    if wish.tag is not None:
        # As in a selector: the screen's own tags, or those of its venue.
        found.append(or_(has_tag(Screen.tags, wish.tag), has_tag(Venue.tags, wish.tag)))
    if wish.key_id is not None:
        came_by = ScreenBox.key_id == number("enrolment_key", wish.key_id)
        found.append(Screen.id.in_(select(ScreenBox.screen_id).where(came_by)))
    if wish.player is not None:
        enrolled = (Screen.enrolled_at.is_not(None), Screen.retired_at.is_(None))
        found += [Screen.player == wish.player, Screen.revoked_at.is_(None), *enrolled]
    if wish.q:
        found.append(has_screen_words(typed(wish.q)))
    if wish.state is None:
        found.append(Screen.retired_at.is_(None))
    else:
        found += _in_state(wish.state, heard, paused)
    return found


def _of_place(wish: ScreenFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.venue_id is not None:
        found.append(Screen.venue_id == number("venue", wish.venue_id))
    if wish.line_id is not None:
        found.append(Venue.line_id == number("line", wish.line_id))
    if wish.venue_kind is not None:
        found.append(Venue.kind == wish.venue_kind)
    if wish.unit_id is not None:
        found.append(Unit.path.contains(f"/{number('unit', wish.unit_id)}/"))
    if wish.territory_id is not None:
        found.append(territory_wish(wish.territory_id))
    return found


def _in_state(
    state: str, heard: Mapping[str, Collection[int]], paused: Collection[int]
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
    return [*bound, Screen.id.not_in(paused), *_in_contact(state, heard)]


def _in_contact(state: str, heard: Mapping[str, Collection[int]]) -> list[ColumnElement[bool]]:
    if state in ("online", "late"):
        return [Screen.id.in_(heard[state])]
    silent = Screen.id.not_in([*heard["online"], *heard["late"]])
    if state == "dark":
        return [Screen.id.in_(heard["dark"])]
    return [silent] if state == "offline" else [silent, Screen.id.not_in(heard["dark"])]
