"""Boosts: for some hours or days a campaign's target is multiplied, at once and audited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from playlists.demand.admission import admit, asked_plays, least_plays, load_ms
from playlists.demand.orders import Boost as OrderBoost
from playlists.demand.request import GaveWay, LoopRequest
from playlists.errors import Refusal
from playlists.plan.forms import refusal_json
from playlists.windows import HOUR_MS
from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.durations import figure, fill
from server.campaigns.events import CampaignsChanged
from server.campaigns.forecast.impact import (
    ImpactForecast,
    gave_way_json,
    names_of,
    outlook,
    planned_entry,
)
from server.campaigns.forecast.saturation import refusals_of, surveyed
from server.campaigns.models import Boost, Campaign, CampaignVersion
from server.campaigns.planning.orders import ON_SCREENS
from server.campaigns.trail import note
from server.foundation.core import Core
from server.foundation.errors import Conflict, Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.runtime.blocking import run_blocking

HORIZON_MS: Final = 60 * 24 * 3_600_000
NOT_SIGNED = Sentence(
    "只有已批准或正在播放的任务可以加播。", "Only a campaign that is signed off can be boosted."
)
NO_TARGET = Sentence("自有内容没有频次，不能加播。", "Filler has no target to multiply.")
BACKWARDS = Sentence("结束时间须晚于开始时间。", "It has to end after it begins.")
OVER = Sentence("结束时间已过。", "It would be over already.")
NO_FIT = Sentence(
    "加播后排不下，未作任何改动：请降低倍数。",
    "The boost doesn't fit and nothing was changed: take a smaller factor.",
)
ROOM = Sentence(
    "加播后一小时要播 {asked} 次，最多放得下 {most} 次。",
    "Boosted, it asks for {asked} plays an hour; there is room for {most}.",
)


@dataclass(frozen=True)
class BoostDraft:
    """A multiplier between two instants (ms UTC), with the reason for the record."""

    factor: float
    from_ms: int
    until_ms: int
    reason: str


def boost(core: Core, actor: Actor, campaign_id: str, draft: BoostDraft) -> dict[str, Any]:
    """Put a boost in force; answers its id and who gave way.

    Raises Invalid for its times, Conflict `does_not_fit` with nothing changed.
    """
    _check_times(core, draft)
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        found = _boosted(session, _boostable(session, campaign), draft, now_ms)
        names = names_of(session, actor, found)
    rows = run_blocking(partial(_give_way, found, draft, now_ms))
    with core.config.write() as session:
        campaign = queries.find(session, actor, "campaigns.write", Campaign, campaign_id)
        _boostable(session, campaign)
        row = Boost(
            campaign_id=campaign.id,
            factor=draft.factor,
            from_at=draft.from_ms,
            until_at=draft.until_ms,
            reason=draft.reason,
            user_id=actor.user_id,
            at=now_ms,
        )
        session.add(row)
        session.flush()
        detail = {"from": draft.from_ms, "until": draft.until_ms, "reason": draft.reason}
        detail |= {"factor": draft.factor, "boost": public("boost", row.id)}
        note(core, session, actor, "campaign.boost", campaign.id, **detail)
    core.events.publish(CampaignsChanged("boost"))
    return {"id": public("boost", row.id), "gave_way": gave_way_json(rows, names)}


def _check_times(core: Core, draft: BoostDraft) -> None:
    if draft.until_ms <= draft.from_ms:
        raise Invalid.at("/until", BACKWARDS)
    if draft.until_ms <= core.clock.now_ms():
        raise Invalid.at("/until", OVER)


def _boostable(session: Session, campaign: Campaign) -> CampaignVersion:
    version = queries.signed_version(session, campaign.id)
    if version is None or campaign.state not in ON_SCREENS:
        raise Conflict(NOT_SIGNED)
    if version.target_kind == "filler":
        raise Conflict(NO_TARGET)
    return version


def _boosted(
    session: Session, version: CampaignVersion, draft: BoostDraft, now_ms: int
) -> ImpactForecast:
    """The forecast of the campaign with the boost."""
    entry = planned_entry(session, version, now_ms)
    added = OrderBoost(draft.factor, draft.from_ms, draft.until_ms)
    return outlook(session, replace(entry, boosts=(*entry.boosts, added)), now_ms)


def _give_way(found: ImpactForecast, draft: BoostDraft, now_ms: int) -> list[GaveWay]:
    """The campaigns that would get less than requested in the boosted hours. Raises Conflict."""
    from_ms = max(draft.from_ms, now_ms)
    window = (from_ms, min(draft.until_ms, from_ms + HORIZON_MS))
    rows: dict[str, GaveWay] = {}
    for group in found.groups():
        for demand, _active, _day in surveyed(group, found.about, window):
            _require_room(demand.request, found.about.name)
            _keep_hardest(rows, admit(demand.request).gave_way)
    return list(rows.values())


def _require_room(request: LoopRequest, name: str) -> None:
    """Raise Conflict where the boosted plays don't fit even if all others gave way fully."""
    period_ms = request.period_ms or 1
    plays = [
        asked_plays(item, period_ms) if item.id == name else least_plays(item, period_ms)
        for item in request.items
    ]
    load, room_ms = load_ms(request.items, plays), period_ms - request.own_ms
    if load > room_ms:
        refusal = Refusal("floors_exceed_period", (name,), load - room_ms, room_ms / load)
        raise Conflict(
            NO_FIT,
            code="does_not_fit",
            faults=[Fault("", _room_in_words(request, plays, name))],
            refused=[refusal_json(refusal)],
        )
    refusals = refusals_of(request)
    if refusals:
        raise Conflict(NO_FIT, code="does_not_fit", refused=[refusal_json(one) for one in refusals])


def _room_in_words(request: LoopRequest, plays: Sequence[int], name: str) -> Sentence:
    """The requested plays an hour of the boost, and the available ones, in words."""
    item, asked = next(row for row in zip(request.items, plays, strict=True) if row[0].id == name)
    others_ms = load_ms(request.items, plays) - item.airtime_ms(asked)
    room_ms = (request.period_ms or HOUR_MS) - request.own_ms - others_ms
    most = next(n for n in range(asked, -1, -1) if item.airtime_ms(n) <= max(room_ms, 0))
    hours = HOUR_MS / (request.period_ms or HOUR_MS)
    return fill(*ROOM, asked=figure(asked * hours), most=figure(most * hours))


def _keep_hardest(rows: dict[str, GaveWay], found: Iterable[GaveWay]) -> None:
    """Keep the hour with the largest loss of each item."""
    for row in found:
        kept = rows.get(row.item)
        if kept is None or row.given * kept.asked < kept.given * row.asked:
            rows[row.item] = row
