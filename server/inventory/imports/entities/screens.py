"""The table of screens: columns, matching and writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import Entry as Audit
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable
from server.foundation.spreadsheets.reader import Cell
from server.inventory.imports.applied_changes import Written
from server.inventory.imports.bulk_writes import (
    audits_of,
    change_screens,
    changes_of,
    make_new,
    rows_by_id,
)
from server.inventory.imports.columns import cell_parsers as readers
from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.columns.fields import ID, Field, ParsedRow, is_there
from server.inventory.imports.columns.name_lookup import Names, found_in
from server.inventory.imports.columns.place_lookup import VenueFound, venues_of
from server.inventory.imports.entities.register import Register
from server.inventory.imports.entities.shared_names import SharedNames
from server.inventory.imports.entities.table_rows import Thing, check_twice, resolved
from server.inventory.imports.entities.venue_columns import TAGS
from server.inventory.imports.entities.venue_matching import Options
from server.inventory.imports.entities.venue_rows import SERIAL_TAKEN
from server.inventory.imports.outcomes import Entry, Outcome, Seen, entry_of
from server.inventory.imports.row_faults import NEEDED, RowFault, Wrong
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import (
    NAMES,
    STRIP_EXAMPLE,
    TITLES,
    class_for,
    is_class,
)
from server.inventory.venues import access as scope
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.queries import own_venue_ids

NO_SCREEN: Final = Sentence("没有“{}”这块显示屏。", "There is no screen {}.")
SEVERAL: Final = Sentence(
    "这个点位有几块屏叫“{}”；请写序列号或系统编号。",
    "Several screens of the venue are called {}: write the serial or id.",
)
WRONG_CLASS: Final = Sentence(
    f"适配类型可选：{'、'.join(one.zh for one in TITLES.values())}；LED 条屏写 {STRIP_EXAMPLE}。",
    f"Choose one of {', '.join(NAMES)}, or {STRIP_EXAMPLE} for an LED strip's pixels.",
)
PIXELS: Final = 32_768


def class_of(cell: Cell) -> str:
    """The name of a class, from its name or a common one. Raises Unreadable."""
    given = readers.code(40)(cell)
    words = {key_of(word): name for name, title in TITLES.items() for word in (name, *title)}
    found = words.get(key_of(given), key_of(given))
    if not is_class(found):
        raise Unreadable(WRONG_CLASS)
    return found


ID_FIELD: Final = Field(
    "id", ID, readers.code(64), ("screen_id",), width=10, text=True,
    how=Sentence("导出时带出；新建时不填。", "As exported; leave it empty for new ones."),
    example=Sentence("s_5", "s_5"),
)  # fmt: skip
SERIAL: Final = Field(
    "serial", Sentence("序列号", "Serial"), readers.code(120),
    ("屏序列号", "显示屏序列号", "终端序列号", "设备序列号", "sn"), None, needed=True, width=20,
    text=True,
    how=Sentence(
        "播放终端的序列号：终端用批量接入码接入时按它认屏；再次导入时也按它认出同一块。",
        "The player's serial: by it a box that enrols finds its screen, and the next import too.",
    ),
    example=Sentence("SN20260001", "SN20260001"),
)  # fmt: skip
VENUE: Final = Field(
    "venue_id", Sentence("点位", "Venue"), readers.text(120),
    ("点位编号", "点位名称", "所在点位", "车号", "车牌", "车牌号", "venue"), needed=True, width=26,
    how=Sentence("点位的编号、名称或车号。", "The venue's code, name or vehicle number."),
    example=Sentence("YH-0007", "YH-0007"),
)  # fmt: skip
NAME: Final = Field(
    "name", Sentence("名称", "Name"), readers.text(120), ("显示屏名称", "屏名称", "显示屏"),
    width=18, how=Sentence("不填就叫“显示屏”或“车载屏”。", "Empty: 显示屏, on vehicles 车载屏."),
    example=Sentence("大厅左屏", "大厅左屏"),
)  # fmt: skip
WIDTH: Final = Field(
    "width", Sentence("宽", "Width"), readers.whole(1, PIXELS), ("宽度", "像素宽", "横向像素"),
    None,
    width=8, how=Sentence("像素。", "Pixels."), example=Sentence("1920", "1920"),
)  # fmt: skip
HEIGHT: Final = Field(
    "height", Sentence("高", "Height"), readers.whole(1, PIXELS), ("高度", "像素高", "纵向像素"),
    None, width=8, how=Sentence("像素。", "Pixels."), example=Sentence("1080", "1080"),
)  # fmt: skip
PITCH: Final = Field(
    "pixel_pitch_mm", Sentence("点间距", "Pixel pitch"), readers.number(0, 1000, over=True),
    ("像素间距", "间距", "点距"), None, width=8, how=Sentence("毫米。", "Millimetres."),
    example=Sentence("2.5", "2.5"),
)  # fmt: skip
CLASS: Final = Field(
    "rendition_class", Sentence("适配类型", "Class"), class_of, ("屏幕类型",), width=18,
    choices=tuple(TITLES.values()),
    how=Sentence("不填就按宽和高定。", "Empty: by width and height."),
    example=TITLES["landscape-1080p"],
)  # fmt: skip
SCREEN_FIELDS: Final = (SERIAL, VENUE, NAME, WIDTH, HEIGHT, PITCH, CLASS, TAGS)
_PLAIN: Final = (SERIAL, NAME, TAGS)


@dataclass(frozen=True)
class ScreenIndex:
    """Screens in service of venues in the person's scope; serials of all."""

    actor: Actor
    venues: Names[VenueFound]
    mine: frozenset[int]
    screens: Register

    def may(self, venue_id: int) -> bool:
        """Whether the person may create screens there."""
        venue = self.venues.by_id[venue_id]
        people = frozenset({self.actor.user_id}) if venue.id in self.mine else frozenset[int]()
        place = scope.Place(venue.unit_path, venue.kind, people)
        return scope.may(self.actor, "screens.pair", place)


def screen_index(
    session: Session, actor: Actor, _options: Options, *, write: bool = False
) -> ScreenIndex:
    """Read everything rows may refer to; with `write` only screens that the person may change."""
    screens = Register("screen", "serial", "venue_id", NO_SCREEN, SERIAL_TAKEN)
    mine = frozenset(own_venue_ids(session, actor.user_id))
    index = ScreenIndex(actor, venues_of(session, actor), mine, screens)
    in_service = select(Screen).where(Screen.retired_at.is_(None))
    for screen in rows_by_id(session, Screen, SCREEN_FIELDS, in_service):
        venue_id = screen["venue_id"]
        seen = venue_id in index.venues.by_id and (not write or index.may(venue_id))
        screens.add(screen, in_scope=seen)
    return index


def resolve_screens(
    index: ScreenIndex, rows: Iterable[ParsedRow], faults: Sequence[RowFault]
) -> Outcome:
    """The effect of the rows."""
    names = SharedNames(index.screens)
    outcome = resolved(rows, faults, _called, names.noting(partial(_entry, index)))
    names.report(outcome)
    return outcome


def write_screens(
    session: Session, core: Core, _index: ScreenIndex, entries: Sequence[Entry]
) -> tuple[Written, list[Audit]]:
    """Write all entries in the caller's transaction."""
    empty: dict[str, Any] = {
        "serial": None, "width": None, "height": None, "pixel_pitch_mm": None, "tags": [],
        "created_at": core.clock.now_ms(),
    }  # fmt: skip
    made, rows = make_new(session, Screen, empty, entries), changes_of(entries)
    left = {one.before["venue_id"] for one in entries if "venue_id" in one.before}
    change_screens(session, rows, left)
    written = Written(screens_added=tuple(made), screens_changed=tuple(one["id"] for one in rows))
    return written, audits_of("screen", made, rows)


def _called(parsed: ParsedRow) -> object:
    words = ("serial", "name", "venue_id")
    return next((parsed.values[one] for one in words if parsed.values.get(one)), None)


def _entry(index: ScreenIndex, seen: Seen, parsed: ParsedRow) -> Entry:
    values = {key: value for key, value in parsed.values.items() if key != "id"}
    venue = None
    if "venue_id" in values:
        venue = found_in("venue_id", index.venues, values["venue_id"])
        values["venue_id"] = venue.id
    target = index.screens.match(parsed.values, values.get("venue_id"), _several)
    index.screens.require_free(values.get("serial"), target)
    check_twice(seen, parsed.row, index.screens.keys(values, values.get("venue_id"), target))
    values = _new(values, venue) if target is None else _changed(target, values)
    entry = entry_of(parsed.row, target, values, str(values.get("serial") or _name(target, values)))
    index.screens.require_right(entry, target, index.may)
    return entry


def _several(name: str, _screens: list[Thing]) -> Sentence:
    return SEVERAL.filled(name)


def _name(target: Thing | None, values: dict[str, Any]) -> str:
    there = target or {}
    return str(there.get("serial") or values.get("name") or there.get("name") or "")


def _new(values: dict[str, Any], venue: VenueFound | None) -> dict[str, Any]:
    if venue is None:
        raise Wrong("venue_id", NEEDED)
    if not values.get("serial") and not values.get("name"):
        raise Wrong("serial", NEEDED)
    usual = {
        "name": "车载屏" if venue.kind in VEHICLES else "显示屏",
        "rendition_class": class_for(values.get("width"), values.get("height")),
    }
    return {**usual, **values}


def _changed(target: Thing, values: dict[str, Any]) -> dict[str, Any]:
    """The changed values; the class follows the size unless the row sets it."""
    found = {
        key: value for key, value in values.items() if not is_there(_PLAIN, key, target[key], value)
    }
    if found.keys() & {"width", "height"} and "rendition_class" not in values:
        size = {**target, **found}
        if target["rendition_class"] == class_for(target["width"], target["height"]):
            found["rendition_class"] = class_for(size["width"], size["height"])
    return found
