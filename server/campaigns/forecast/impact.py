"""`/check`: the effect of an order on its screens, before it is signed; and whether it fits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.demand.request import GaveWay
from playlists.plan.forms import refusal_json
from playlists.windows import DayCalendar, local_date
from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.campaigns import queries
from server.campaigns.forecast.boost_impact import boosted_hours
from server.campaigns.forecast.conflict_texts import reasons
from server.campaigns.forecast.content_warnings import cautions
from server.campaigns.forecast.hour_figures import NEVER_ON, hour_document
from server.campaigns.forecast.saturation import (
    Busy,
    Group,
    alike,
    build_quickly,
    busiest,
    groups_of,
    plays_on,
)
from server.campaigns.holidays import days as calendar_days
from server.campaigns.holidays.known_until import calendar_ends
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.planning import pacing
from server.campaigns.planning.orders import Entry, entry_of, signed_entries
from server.campaigns.playlists.service import snapshot
from server.foundation.core import Core
from server.foundation.errors import Conflict, Fault
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import run_blocking
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts
from server.inventory.venues.kinds import KINDS

NO_FIT = Sentence(
    "所选显示屏的一小时内排不下：请降低最低频次、缩短画面或减少任务，再送审。",
    "It doesn't fit into an hour of the selected screens: lower floors, shorten or drop something.",
)


@dataclass(frozen=True)
class Viewer:
    """The reader: the campaigns that he may see, by public id, and his language."""

    names: dict[str, str]
    language: str


@dataclass(frozen=True)
class ImpactForecast:
    """A campaign as planned, the competing ones, and all screens in service.

    Read in a session, computed afterwards: that takes seconds for thousands of screens, so it runs
    outside the event loop.
    """

    about: Entry
    others: tuple[Entry, ...]
    screens: tuple[ScreenFacts, ...]
    calendar: DayCalendar

    def groups(self) -> list[Group]:
        """The screens that it selects, by equal inputs, the largest group first."""
        return groups_of(self.screens, self.about, self.others, self.calendar)

    def hours(self, from_ms: int) -> list[Busy]:
        """The fullest hour of each group in the days after an instant."""
        return [busiest(group, self.about, from_ms) for group in self.groups()]


def outlook(session: Session, about: Entry, now_ms: int) -> ImpactForecast:
    """Forecast a campaign together with everything that is signed off."""
    others = [
        entry for entry in signed_entries(session, now_ms) if entry.campaign_id != about.campaign_id
    ]
    return ImpactForecast(about, tuple(others), tuple(facts(session)), calendar_days.load(session))


def planned_entry(session: Session, version: CampaignVersion, now_ms: int) -> Entry:
    """A version as it would be planned: a draft with its list as it is now, and its boosts."""
    items = tuple(version.items) or tuple(snapshot(session, version.playlist_id))
    boosts = queries.boosts_ahead(session, version.campaign_id, now_ms)
    return pacing.paced(session, entry_of(version, items, boosts), now_ms)


def outlook_of(session: Session, version: CampaignVersion, now_ms: int) -> ImpactForecast:
    """Forecast a version together with everything else that is signed off."""
    return outlook(session, planned_entry(session, version, now_ms), now_ms)


def refuse_misfit(found: ImpactForecast, names: Mapping[str, str], now_ms: int) -> None:
    """Raise Conflict `does_not_fit`, with the refusals, if floors or gaps can't be kept.

    `names` are the campaigns that the person may see. Call it outside a transaction.
    """
    hours = run_blocking(partial(found.hours, now_ms))
    misfits = {one.refusal: one for busy in hours for one in busy.misfits}
    if misfits:
        sentences = dict.fromkeys(one.sentence() for one in reasons(misfits.values(), names))
        raise Conflict(
            NO_FIT,
            code="does_not_fit",
            faults=[Fault("", one) for one in sentences],
            refused=[refusal_json(one) for one in misfits],
        )


def check(core: Core, actor: Actor, campaign_id: str, language: str) -> dict[str, Any]:
    """The answer of `/check`: groups of screens, with the tightest and the largest by index.

    Works for a draft, together with all signed campaigns; counts are those of one loop. `warnings`
    don't prevent it, and still need their texts.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        campaign = queries.find(session, actor, "read", Campaign, campaign_id)
        version = queries.open_version(session, campaign.id)
        version = version or queries.shown_version(session, campaign)
        found = outlook_of(session, version, now_ms)
        reader = Viewer(names_of(session, actor, found), language)
        noted = noted_on(core, session, found, now_ms)
    return run_blocking(partial(answer, found, reader, now_ms)) | noted


def noted_on(core: Core, session: Session, found: ImpactForecast, now_ms: int) -> dict[str, Any]:
    """Warnings for the people who order and sign: on the calendar, and on the content."""
    about, today = found.about, local_date(core.settings.zone, now_ms)
    ends = calendar_ends(session, about.content, today)
    return {
        "warnings": [] if ends is None else [ends],
        "notices": cautions(session, core.settings, about, found.screens, today),
    }


def answer(
    found: ImpactForecast, reader: Viewer, now_ms: int, *, brief: bool = False
) -> dict[str, Any]:
    """The answer of `/check`; a brief one only has the tightest and the typical group."""
    hours = found.hours(now_ms)
    if not hours:
        return {"groups": [], "tightest": None, "typical": None, "alike": True}
    fullness = [busy.fullness for busy in hours]
    tightest, same = fullness.index(max(fullness)), alike(hours)
    if brief:
        hours = hours[:1] if tightest == 0 else [hours[0], hours[tightest]]
        tightest = len(hours) - 1
    return {
        "groups": [_group(busy, found.about, reader, now_ms) for busy in hours],
        "tightest": tightest,
        "typical": 0,
        "alike": same,
    }


def gave_way_json(rows: Iterable[GaveWay], names: dict[str, str]) -> list[dict[str, Any]]:
    """The campaigns that get less than requested, in plays of one loop."""
    return [
        {
            "item": row.item,
            "campaign_id": row.item.partition("/")[0],
            "name": names.get(row.item.partition("/")[0]),
            "asked": row.asked,
            "given": row.given,
            "tier": row.tier,
        }
        for row in rows
    ]


def names_of(session: Session, actor: Actor, found: ImpactForecast) -> dict[str, str]:
    """The names of the campaigns that the person may see, by public id."""
    named = {found.about.campaign_id: found.about}
    named |= {one.campaign_id: one for one in found.others}
    units = session.execute(
        select(Campaign.id, Unit.path)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(Campaign.id.in_(named))
    )
    return {named[key].name: named[key].content.name for key, path in units if actor.sees(path)}


def _group(busy: Busy, about: Entry, reader: Viewer, now_ms: int) -> dict[str, Any]:
    group: dict[str, Any] = {
        "screens": len(busy.group.screens),
        "venue_kind": busy.group.venue_kind,
        "dwell_s": KINDS[busy.group.venue_kind].dwell_s,
        "refused": [refusal_json(one.refusal) for one in busy.misfits],
        "reasons": [
            one.in_language(reader.language) for one in reasons(busy.misfits, reader.names)
        ],
    }
    if busy.demand is None or busy.day is None:
        return {**group, **NEVER_ON, "boosts": []}
    built = build_quickly(busy.demand)
    return {
        **group,
        **hour_document(built.loop, about.name, group["dwell_s"]),
        "plays_per_day": plays_on(busy.group, about, busy.day),
        "gave_way": gave_way_json(built.gave_way, reader.names),
        "boosts": [
            {**one.as_json(busy.group), "gave_way": gave_way_json(one.gave_way, reader.names)}
            for one in boosted_hours(busy.ordered, about, now_ms)
        ],
    }
