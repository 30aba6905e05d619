"""The filters of the list of screens."""

import json
from collections.abc import Collection, Mapping
from typing import Literal

from pydantic import Field
from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import aliased

from server.accounts.models import Unit
from server.ids import number
from server.rest import Paging
from server.screens.models import Screen
from server.venues.models import Venue


class ScreenFilter(Paging):
    """Which screens to list; a unit or territory stands for everything below it too."""

    venue_id: str | None = None
    unit_id: str | None = None
    territory_id: str | None = None
    line_id: str | None = None
    venue_kind: str | None = None
    tag: str | None = None
    state: (
        Literal["online", "late", "offline", "paused", "never_seen", "revoked", "retired"] | None
    ) = None
    player: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=60)


def conditions(
    wish: ScreenFilter, heard: Mapping[str, Collection[int]], paused: Collection[int]
) -> list[ColumnElement[bool]]:
    """SQL for the wishes; `heard` has the screens in each state of contact, `paused` the paused."""
    found = _of_place(wish)
    if wish.tag is not None:
        # Tags are a JSON list: each stands in quotes, escaped as it was written.
        found.append(cast(Screen.tags, String).contains(json.dumps(wish.tag), autoescape=True))
    if wish.player is not None:
        enrolled = (Screen.enrolled_at.is_not(None), Screen.retired_at.is_(None))
        found += [Screen.player == wish.player, Screen.revoked_at.is_(None), *enrolled]
    if wish.q:
        found.append(
            or_(
                Screen.name.icontains(wish.q, autoescape=True),
                Screen.serial.icontains(wish.q, autoescape=True),
                Venue.name.icontains(wish.q, autoescape=True),
            )
        )
    if wish.state is not None:
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
        territory = aliased(Unit)
        below = territory.path.contains(f"/{number('unit', wish.territory_id)}/")
        found.append(Venue.territory_unit_id.in_(select(territory.id).where(below)))
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
    running = [*bound, Screen.id.not_in(paused)]
    if state == "offline":
        return [*running, Screen.id.not_in([*heard["online"], *heard["late"]])]
    return [*running, Screen.id.in_(heard[state])]
