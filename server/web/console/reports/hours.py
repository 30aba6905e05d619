"""The page of a screen's day by hours: the place of each play, against target and floor."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, render_template
from markupsafe import Markup, escape

from playlists.windows import Span
from server.accounts.guards import actor, needs
from server.campaigns.queries import campaign_names, filler_ids
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.inventory.screens.queries import find
from server.inventory.venues.fields.opening_hours import WRONG_DATE
from server.playlog.ingest.flask_extension import playback
from server.reporting.screen_hours.api import FIRST_DAY, LAST_DAY
from server.reporting.screen_hours.day_log import Shown
from server.reporting.screen_hours.hourly_figures import CampaignHour, ScreenHour
from server.reporting.screen_hours.serializers import campaign_document, campaign_name
from server.reporting.screen_hours.service import ScreenDay, screen_hours
from server.web.console.reports.delivery import NO_CAMPAIGN
from server.web.helpers import day_of_address, today

pages = Blueprint("screen_hours_pages", __name__)

MET: Final = {
    True: (Sentence("达标", "Met"), "good"),
    False: (Sentence("未达标", "Not met"), "bad"),
    None: (Sentence("待回传", "Pending"), "wait"),
}
TAKEOVER: Final = Sentence("紧急插播", "Takeover")


@pages.get("/screens/<screen_id>/hours")
@needs("reports.read")
def hours_page(screen_id: str) -> str:
    """Each hour's plays on a strip, and its campaigns' figures."""
    day = day_of_address()
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid.at("/day", WRONG_DATE)
    found = screen_hours(core(), playback(), actor(), screen_id, day)
    with core().config.read() as session:
        row = find(session, actor(), "reports.read", screen_id)
        screen = {"id": screen_id, "name": row.name, "venue": row.venue.name}
        shown = _Shown(found, campaign_names(session, actor()), filler_ids(session))
    return render_template(
        "reports/hours.html",
        screen=screen,
        day=day.isoformat(),
        earlier=(day - timedelta(days=1)).isoformat(),
        later=(day + timedelta(days=1)).isoformat() if day < today() else None,
        as_of=iso(found.as_of, district_zone()),
        complete_until=iso(found.complete_until_ms or None, district_zone()),
        hours=[shown.hour(one) for one in found.hours],
        totals=[shown.campaign(one, None) for one in found.totals],
    )


class _Shown:
    """Turns a day's figures into the context of the page; campaigns in scope are links."""

    def __init__(
        self, found: ScreenDay, visible: Mapping[str, str], fillers: Sequence[str]
    ) -> None:
        self._found = found
        self._visible = visible
        self._fillers = fillers
        self._plays = f"/plays?screen_id={public('screen', found.screen)}&day={found.day}"
        # A day has thousands of plays: values shared by them are computed once.
        self._language, self._zone = language(), district_zone()
        self._styles: dict[str | None, tuple[str, Markup]] = {}

    def hour(self, one: ScreenHour) -> dict[str, Any]:
        """An hour: its strip, and its campaigns."""
        return {
            "name": _clock(one.from_ms) + "–" + _clock(one.until_ms),
            "href": f"{self._plays}&hour={one.hour}",
            "taken": round(one.taken_ms / 1000) or None,
            "length": (one.until_ms - one.from_ms) // 1000,
            "marks": self._marks(one),
            "campaigns": [self.campaign(row, one.hour) for row in one.campaigns],
        }

    def campaign(self, row: CampaignHour, hour: int | None) -> dict[str, Any]:
        """A campaign in an hour, or on the day (without one)."""
        document = campaign_document(row, self._found.names, language())
        filters = {"campaign_id": row.campaign or NO_CAMPAIGN}
        href = f"{self._plays}&hour={hour}&{urlencode(filters)}" if hour is not None else None
        return {
            **document,
            "href": f"/campaigns/{row.campaign}" if row.campaign in self._visible else None,
            "plays_href": href,
            "per_hour": _rate(document["plays_per_hour"]),
            "target": _asked(document["target"], row.meets_target),
            "floor": _asked(document["floor"], row.meets_floor),
            "average_gap": _gap(row.gaps.average_ms),
            "worst_gap": _gap(row.gaps.worst_ms),
            "taken": _gap(row.taken_ms or None),
        }

    def _marks(self, hour: ScreenHour) -> Markup:
        """An hour's strip: thousands of marks a day, so they are put together as plain text."""
        began = datetime.fromtimestamp(hour.from_ms / 1000, self._zone)
        began_s = 3600 * began.hour + 60 * began.minute + began.second
        marks = [self._mark(play, hour.from_ms, began_s) for play in hour.plays]
        marks += [_taken(span, hour) for span in hour.takeovers]
        return Markup("".join(marks))  # noqa: S704 -- names are escaped; the rest is our own

    def _mark(self, play: Shown, from_ms: int, began_s: int) -> str:
        into_ms = play.start.at_ms - from_ms
        clock = _clock_of(began_s + into_ms // 1000)
        tone, name = self._style(play.campaign)
        return _rect(tone, (into_ms if into_ms > 0 else 0, play.shown_ms), clock, name)

    def _style(self, campaign: str | None) -> tuple[str, Markup]:
        """The tone of a campaign's marks, and its name as escaped."""
        if campaign not in self._styles:
            own = campaign is None or campaign in self._fillers
            name = escape(campaign_name(campaign, self._found.names, self._language))
            self._styles[campaign] = ("slot-filler" if own else "slot-this", name)
        return self._styles[campaign]


@lru_cache(1500)  # the minutes of a day
def _minute(minute: int) -> str:
    """A minute of a day, or just before it, as a clock shows it."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}:"


def _clock_of(second: int) -> str:
    """A second of a day, or just before it, as a clock shows it."""
    seconds = second % 60
    return (
        f"{_minute(second // 60)}{seconds}" if seconds > 9 else f"{_minute(second // 60)}0{seconds}"
    )


def _taken(span: Span, hour: ScreenHour) -> str:
    drawn = (span[0] - hour.from_ms, span[1] - span[0])
    return _rect("slot-now", drawn, _clock(span[0], seconds=True), escape(translate(TAKEOVER)))


def _rect(tone: str, span_ms: tuple[float, float], clock: str, name: Markup) -> str:
    """A mark on an hour's strip, from its start and length; its name is escaped."""
    at, length = span_ms[0] / 1000, span_ms[1] / 1000
    return (
        f'<rect class="{tone}" x="{at}" width="{length}" height="10">'
        f"<title>{clock} {name}</title></rect>"
    )


def _asked(rate: float | None, is_met: bool | None) -> dict[str, str] | None:
    """The requested rate, and whether it was met; None without one."""
    if rate is None:
        return None
    name, tone = MET[is_met]
    return {"text": _rate(rate), "met": translate(name), "tone": tone}


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")


def _gap(value: int | None) -> str:
    """Minutes and seconds: 1:05, 12:40."""
    if value is None:
        return "–"
    minutes, rest = divmod(round(value / 1000), 60)
    return f"{minutes}:{rest:02d}"


def _clock(at_ms: int, *, seconds: bool = False) -> str:
    text = iso(at_ms, district_zone()) or ""
    return text[11:19] if seconds else text[11:16]
