"""屏幕台账 and 备案表: the register of screens and the forms that an authority files, for print."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate, weekdays
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import class_title
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue
from server.web.addresses import href
from server.web.helpers import names_of, now, query_args, query_of, unit_choices
from server.web.papers.register import (
    FILTER_NAMES,
    Place,
    RegisterFilter,
    part_of_register,
    places_in_order,
    wanted_screens,
)
from server.web.sorting import page_of

pages = Blueprint("paper_pages", __name__)

ROWS_OF_A_PAGE: Final = 1_000
MOST_FORMS: Final = 200
"""Sheets that a browser still lays out without a pause."""
SHAPES: Final = {
    "landscape": Sentence("横屏", "Landscape"),
    "portrait": Sentence("竖屏", "Portrait"),
    "strip": Sentence("条屏", "Strip"),
}
WHOLE_DAY: Final = Sentence("全天", "All day")
EVERY_DAY: Final = Sentence("每天", "Daily")
SEPARATOR: Final = Sentence("；", "; ")
AND: Final = Sentence("、", ", ")
TO: Final = Sentence("{}至{}", "{}–{}")


@pages.get("/papers/register")
@needs("read")
def register_page() -> str:
    """The register of screens: a table for each unit, to be printed across."""
    given = query_args(*FILTER_NAMES)
    query = wanted_screens(actor(), query_of(RegisterFilter, given))
    with core().config.read() as session:
        places = places_in_order(session, query)
        part, links = page_of(len(places), ROWS_OF_A_PAGE)
        return render_template(
            "papers/register.html",
            found=len(places),
            lines_before=part.start,
            filing_href=href("/papers/filing", given),
            register=part_of_register(core(), session, query, places, part),
            **links,
            **_around(session, given),
        )


@pages.get("/papers/filing")
@needs("read")
def filing_page() -> str:
    """A filing form for each venue with screens: of one screen, a venue or a unit."""
    given = query_args(*FILTER_NAMES)
    with core().config.read() as session:
        query = wanted_screens(actor(), query_of(RegisterFilter, given))
        places = places_in_order(session, query) if given else []
        return render_template(
            "papers/filing.html",
            forms=_forms(session, query, places),
            found=len({place.venue_id for place in places}),
            most=MOST_FORMS,
            settings=core().settings,
            **_around(session, given),
        )


def _around(session: Session, given: Mapping[str, str]) -> dict[str, Any]:
    """What both papers need beside their rows."""
    return {
        "filters": given,
        "units": unit_choices(session, actor()),
        "kinds": [(code, translate(kind.name)) for code, kind in KINDS.items()],
        "kind_names": {code: translate(kind.name) for code, kind in KINDS.items()},
        "shape_text": shape_text,
        "district": session.scalar(select(Unit.name).where(Unit.parent_id.is_(None))) or "",
        "printed": now().strftime("%Y-%m-%d %H:%M"),
        "printed_by": names_of(session, [actor().user_id])[actor().user_id],
    }


def _forms(
    session: Session, query: Select[Screen], places: Sequence[Place]
) -> list[dict[str, Any]]:
    """The first 200 venues with their rows of the register each, in the register's order."""
    first = set(list(dict.fromkeys(place.venue_id for place in places))[:MOST_FORMS])
    printed = sum(place.venue_id in first for place in places)
    register = part_of_register(core(), session, query, places, slice(printed))
    phones = _phones(session, first)
    return [
        {
            "unit": unit["unit"],
            "venue": rows[0],
            "rows": rows,
            "hours": hours_text(rows[0]["hours"]),
            "phone": phones[rows[0]["venue_id"]],
        }
        for unit in register["units"]
        for rows in (
            list(of_venue) for _, of_venue in groupby(unit["items"], key=itemgetter("venue_id"))
        )
    ]


def _phones(session: Session, venues: Collection[int]) -> dict[str, str]:
    """Whole numbers: on a form that is filed the authority has to be able to ring somebody up."""
    rows = session.execute(select(Venue.id, Venue.contact_phone).where(Venue.id.in_(venues)))
    return {public("venue", row[0]): row[1] for row in rows}


def shape_text(row: Mapping[str, Any]) -> str:
    """横屏 1920×1080, P3.9, 3.84×2.16 m; the class alone where the size isn't known."""
    if not row["width"] or not row["height"]:
        return translate(class_title(row["rendition_class"]))
    words = [f"{translate(SHAPES[row['shape']])} {row['width']}×{row['height']}"]
    if row["pixel_pitch_mm"]:
        words.append(f"P{row['pixel_pitch_mm']:g}")
        words.append(f"{row['width_m']:g}×{row['height_m']:g} m")
    return " ".join(words)


def hours_text(hours: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """周一至周五 08:00–18:00；周六 09:00–12:00: days of the same hours together."""
    by_day = [(day, name, _ranges(hours.get(str(day), ()))) for day, name in weekdays()]
    runs = [(text, list(group)) for text, group in groupby(by_day, key=lambda one: one[2])]
    if len(runs) == 1:
        return f"{translate(EVERY_DAY)} {runs[0][0]}" if runs[0][0] else "–"
    return translate(SEPARATOR).join(f"{_days(group)} {text}" for text, group in runs if text)


def _days(group: Sequence[tuple[int, str, str]]) -> str:
    first, last = group[0][1], group[-1][1]
    return first if len(group) == 1 else translate(TO).format(first, last)


def _ranges(ranges: Sequence[Sequence[str]]) -> str:
    if [list(one) for one in ranges] == [["00:00", "24:00"]]:
        return translate(WHOLE_DAY)
    return translate(AND).join(f"{first}–{last}" for first, last in ranges)
