"""Screens by the picture that they report; and a dot for each of them, by unit and state."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.models import Unit
from server.content.models import Asset
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.gateway.connection.state import live
from server.gateway.status.contact import contact_states
from server.gateway.status.screen_states import SCREEN_STATES, ScreenState, screen_states
from server.inventory.screens.labels import BRIEFLY
from server.inventory.screens.labels import STATES as SCREEN_NAMES
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue
from server.publishing.explain.now_playing import Pictures
from server.web.charts.columns import Layer
from server.web.charts.ranking import bar

TILES: Final = 6
FEW: Final = 3
"""So many pictures and fewer have the words beside them, with room for more kinds."""
KINDS_NAMED: Final = 2
KINDS_NAMED_BESIDE: Final = 6
DOTS_EACH: Final = 120
"""Units with more screens have a bar of their states in place of a dot for each."""
ROWS: Final = 8
WORST_FIRST: Final = ("dark", "late", "paused", "never_seen", "idle", "online")
NOT_REPORTED: Final = Sentence("垫播画面或未报告", "Fallback or not reported")


@dataclass(frozen=True, slots=True)
class ScreenNow:
    """A screen in service: its unit, the kind of its venue, its state."""

    screen: int
    unit: int
    kind: str
    state: ScreenState


def screens_in_service(session: Session) -> list[ScreenNow]:
    """All in the person's scope, by two queries."""
    at = (contact_states(core(), live()), core().clock.now_ms())
    states = dict(screen_states(session, actor(), *at, Screen.id))
    columns: tuple[Any, ...] = (Screen.id, Venue.unit_id, Venue.kind)
    query = in_scope(actor()).with_only_columns(*columns)
    return [
        ScreenNow(screen, unit, kind, states[screen])
        for screen, unit, kind in session.execute(query)
        if screen in states
    ]


def wall(session: Session, screens: Sequence[ScreenNow]) -> dict[str, Any]:
    """The pictures that are on now by the newest beats, those on most screens first.

    A beat is at most half a minute old; screens that aren't online are left out.
    """
    on_air = {screen: contact.beat.on_air for screen, contact in live().presence.contacts()}
    shown: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for one in screens:
        if one.state == "online":
            on_screen = on_air.get(one.screen)
            shown[on_screen.asset if on_screen is not None else None][one.kind] += 1
    pictures = Pictures(session, actor())
    pictures.preload(digest for digest in shown if digest is not None)
    by_asset: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    assets: dict[Hashable, Asset] = {}
    for digest, kinds in shown.items():
        asset = pictures.of(digest) if digest is not None else None
        key = asset.id if asset is not None else None
        by_asset[key].update(kinds)
        if asset is not None:
            assets[key] = asset
    ordered = sorted(by_asset.items(), key=lambda one: -one[1].total())
    named = KINDS_NAMED_BESIDE if len(ordered) <= FEW else KINDS_NAMED
    return {
        "tiles": [_tile(assets.get(key), kinds, pictures, named) for key, kinds in ordered[:TILES]],
        "other_pictures": len(ordered[TILES:]),
        "other_screens": sum(kinds.total() for _, kinds in ordered[TILES:]),
    }


def _tile(
    asset: Asset | None, kinds: Counter[str], pictures: Pictures, named: int
) -> dict[str, Any]:
    """A picture with the kinds of venue where it is on: the `named` largest, others as a number."""
    most = kinds.most_common(named)
    return {
        "title": asset.name if asset is not None else translate(NOT_REPORTED),
        "thumbnail": pictures.address(asset) if asset is not None else None,
        "href": f"/media/{public('asset', asset.id)}"
        if asset is not None and actor().sees(asset.unit.path)
        else None,
        "screens": kinds.total(),
        "kinds": [(translate(KINDS[kind].name), count) for kind, count in most],
        "other_kinds": kinds.total() - sum(count for _, count in most),
    }


def by_unit(session: Session, screens: Iterable[ScreenNow]) -> dict[str, Any]:
    """By unit its screens in each state, the units with most that are dark first.

    Who has a single unit is shown the kinds of its venues.
    """
    screens = list(screens)
    units = _counted((one.unit, one.state) for one in screens)
    is_by_unit = len(units) > 1
    if is_by_unit:
        groups = len(units)
        names = _names(session, (number for number, _ in _listed(units)))
        rows = [
            _row(names[number], f"/screens?unit_id={public('unit', number)}", states)
            for number, states in _listed(units)
        ]
    else:
        kinds = _counted((one.kind, one.state) for one in screens)
        groups = len(kinds)
        rows = [
            _row(translate(KINDS[kind].name), f"/screens?venue_kind={kind}", states)
            for kind, states in _listed(kinds)
        ]
    present = {one.state for one in screens}
    return {
        "rows": rows,
        "others": groups - len(rows),
        "is_by_unit": is_by_unit,
        "key": [(one, translate(BRIEFLY[one][0])) for one in SCREEN_STATES if one in present],
    }


Key = TypeVar("Key", int, str)


def _listed(groups: Sequence[tuple[Key, Counter[ScreenState]]]) -> Sequence[Any]:
    """As many as there is room for: a line on the others takes the place of a row."""
    return groups if len(groups) <= ROWS else groups[: ROWS - 1]


def _counted(
    screens: Iterable[tuple[Key, ScreenState]],
) -> list[tuple[Key, Counter[ScreenState]]]:
    found: defaultdict[Key, Counter[ScreenState]] = defaultdict(Counter)
    for key, state in screens:
        found[key][state] += 1
    return sorted(found.items(), key=lambda one: (-one[1]["dark"], -one[1].total(), one[0]))


def _row(name: str, href: str, states: Counter[ScreenState]) -> dict[str, Any]:
    present = sorted((state for state in states if states[state]), key=WORST_FIRST.index)
    parts = [Layer(f"t-{state}", states[state]) for state in present]
    return {
        "name": name,
        "href": href,
        "screens": states.total(),
        "online": states["online"],
        "states": [(state, states[state]) for state in present],
        "text": "、".join(
            f"{translate(SCREEN_NAMES[state][0])} {states[state]}" for state in present
        ),
        "bar": bar(parts, states.total()) if states.total() > DOTS_EACH else None,
    }


def _names(session: Session, numbers: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(list(numbers))))
    return {row.id: row.name for row in rows}
