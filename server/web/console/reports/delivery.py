"""Pages of figures: delivery reports and the raw log of plays."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from server.accounts.guards import actor, needs
from server.campaigns.queries import campaign_names
from server.content.queries import name_of_file
from server.foundation.durations import HOUR_MS
from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.inventory.district.queries import uptime_rules
from server.inventory.venues.kinds import KINDS
from server.playlog.rawlog import pagination
from server.playlog.rawlog.access_scope import sight_of
from server.playlog.rawlog.declared_losses import loss_document, losses
from server.playlog.rawlog.failure_texts import reason_of
from server.playlog.rawlog.pagination import Place
from server.playlog.rawlog.serializers import play_document
from server.playlog.store.snapshot import snapshot
from server.publishing.explain.hour_timeline import HIDDEN
from server.reporting.delivery import queries
from server.reporting.delivery.api import Query
from server.reporting.delivery.columns import RATE_FIRST, SHARES
from server.reporting.delivery.headings import GROUP_HEADINGS, VERDICTS, why_lost
from server.reporting.delivery.serializers import report_document
from server.reporting.delivery.service import Report, ReportQuery
from server.reporting.delivery.table import NO_LIGHT
from server.reporting.plays.acknowledged import explained
from server.reporting.plays.cut_short import CutShort
from server.reporting.uplift.service import UpliftQuery
from server.web.addresses import href
from server.web.console.report_charts.delivery_charts import (
    has_hours,
    hour_curve,
    hours_of,
    over_time,
)
from server.web.console.report_charts.frame import report_tabs, spans
from server.web.console.report_charts.hour_heat_map import by_hour_of_week
from server.web.console.report_charts.person_report import report_of
from server.web.console.report_charts.ranking_charts import ranking
from server.web.console.reports.uplift import uplift_view
from server.web.helpers import (
    chosen_screen,
    newest_screen,
    query_args,
    query_of,
    today,
    unit_choices,
)

pages = Blueprint("reports_pages", __name__)

PLAYS_SHOWN = 200
SHOWN_ROWS = 500
MOST_READ = 3_600
LAST_HOUR = 24
NO_CAMPAIGN = "none"
"""Asks for the plays that are of no campaign."""
OF_NONE = Sentence("无宣传任务", "Of no campaign")
# The newest are asked for mostly: read an hour, and the whole day if needed.
LOOKBACK_HOURS = (1, 24)
NARROWS = ("campaign_id", "unit_id", "territory_id", "venue_kind", "venue_id", "screen_id")
# From a row to the rows that it is made up of.
FINER = {
    "campaign": ("campaign_id", "screen"),
    "unit": ("unit_id", "venue"),
    "territory": ("territory_id", "venue"),
    "venue_kind": ("venue_kind", "venue"),
    "venue": ("venue_id", "screen"),
}


@pages.get("/reports")
@needs("reports.read")
def delivery_page() -> str:
    """Expected plays and their states, by any grouping."""
    given = query_args("from", "to", "group_by", "acknowledged", "campaigns_only", *NARROWS)
    days = {"from": today().isoformat(), "to": today().isoformat()}
    query = query_of(Query, {**days, **given}).about()
    found = report_of(query)
    report = report_document(found, language(), district_zone())
    narrowed = {name: given[name] for name in NARROWS if name in given}
    kept = {**narrowed, "campaigns_only": "true" if query.campaigns_only else ""}
    asked = {**_days(report), "group_by": query.group_by, **kept}
    return render_template(
        "reports/delivery.html",
        report=report,
        rows=report["items"][:SHOWN_ROWS],
        declared=[(translate(why_lost(why)), count) for why, count in report["declared"].items()],
        query=report,
        taken=None if found.taken is None else found.taken.total(),
        taken_as=[(translate(name), count) for name, count in explained(found.taken or Counter())],
        narrowed=narrowed,
        campaigns_only=query.campaigns_only,
        **_addresses(asked, narrowed),
        about=filters_named(narrowed),
        pending=report["totals"]["pending"],
        uplift=_uplift(query, narrowed),
        rows_href=lambda row: _rows_href(report, kept, row),
        row_key=lambda row: _key_of(query.group_by, row),
        groups=[(key, translate(name)) for key, name in GROUP_HEADINGS.items()],
        heading=translate(GROUP_HEADINGS[query.group_by]),
        no_light=translate(NO_LIGHT),
        columns=[(one.key, translate(one.name)) for one in RATE_FIRST],
        cell=cell,
        share_text=share_text,
        **_charts(found, report, kept),
        schedules_href=href("/reports/schedules", {"group_by": query.group_by, **narrowed}),
        file_href=lambda suffix: href(f"/api/v1/reports/delivery.{suffix}", asked),
    )


def _addresses(asked: dict[str, str], narrowed: dict[str, str]) -> dict[str, Any]:
    """The same report with and without its account of plays, all its content, and its narrowing."""
    return {
        "taken_href": href("/reports", asked, {"acknowledged": "true"}),
        "plain_href": href("/reports", asked),
        "content_hrefs": {
            True: href("/reports", asked, {"campaigns_only": "true"}),
            False: href("/reports", asked, {"campaigns_only": ""}),
        },
        "wide_href": href("/reports", asked, dict.fromkeys(narrowed, "")),
    }


def _charts(found: Report, report: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    """The charts above the table; by hour only from roll-ups, as counting plays takes long."""
    query = found.query
    with core().config.read() as session:
        target = float(uptime_rules(session).target_pct) / 100
        alone = queries.venues_in_scope(session, actor()) is not None
    apart = alone or query.venue_id is not None or query.screen_id is not None
    hours = hours_of(query) if found.rows and has_hours(query) and not apart else ()
    items = {row.label.key: item for row, item in zip(found.rows, report["items"], strict=True)}
    by_time = query.group_by in ("day", "hour")
    return {
        "tabs": report_tabs(_days(report)),
        "spans": spans(query.first, query.last),
        "over_time": over_time(query) if found.rows else None,
        "by_hour": by_hour_of_week(query, hours) if hours else None,
        "hour_curve": hour_curve(hours) if hours else None,
        "hours_href": href("/reports", {**_days(report), "group_by": "hour", **kept}),
        "ranking": None
        if by_time
        else ranking(
            found.rows, target, lambda row: _rows_href(report, kept, items[row.label.key])
        ),
    }


@pages.get("/plays")
@needs("reports.read")
def plays_page() -> str:
    """The raw log of one screen on one day."""
    with core().config.read() as session:
        chosen = request.args.get("screen_id") or newest_screen(session, actor())
    day = _day(request.args.get("day"))
    until = _time(request.args.get("until"))
    hour, campaign = _hour(request.args.get("hour")), request.args.get("campaign_id")
    plays: list[dict[str, Any]] = []
    if chosen:
        plays = _plays_of(chosen, day, until) if hour is None else _hour_of(chosen, day, hour)
    every = plays
    if campaign:
        plays = [play for play in plays if (play["campaign_id"] or NO_CAMPAIGN) == campaign]
    lost = _lost_of(chosen, day) if chosen else []
    with core().config.read() as session:
        campaigns = campaign_names(session, actor())
        return render_template(
            "reports/plays.html",
            tabs=report_tabs(),
            screen=chosen_screen(session, actor(), chosen),
            screen_id=chosen,
            day=day.date().isoformat(),
            until=until.strftime("%H:%M") if until else "",
            hour=None if hour is None else clock_hour(day, hour),
            most=PLAYS_SHOWN if hour is None else MOST_READ,
            plays=plays,
            lost=[{**one, "why": translate(why_lost(one["reason"]))} for one in lost],
            names={
                digest: name_of_file(session, digest)
                for digest in {play["asset"] for play in plays if play["asset"]}
            },
            campaign_names=campaigns,
            narrowed_to=_only(campaign, campaigns),
            verdicts={verdict: translate(name) for verdict, (name, _) in VERDICTS.items()},
            tones={verdict: tone for verdict, (_, tone) in VERDICTS.items()},
            whys=_whys(CutShort(session, chosen, every), plays),
        )


def _only(campaign: str | None, names: Mapping[str, str]) -> str:
    """The campaign that the log is narrowed to, by name; empty without one."""
    if not campaign:
        return ""
    return (
        translate(OF_NONE) if campaign == NO_CAMPAIGN else names.get(campaign) or translate(HIDDEN)
    )


def _whys(cut_short: CutShort, plays: list[dict[str, Any]]) -> list[str]:
    """Why each play doesn't count, in words; empty for one that does, no list if all do."""
    whys = [_why(cut_short, play) for play in plays]
    return whys if any(whys) else []


def _why(cut_short: CutShort, play: dict[str, Any]) -> str:
    code = play["reason"] or play["error"]
    reason = reason_of(code).name if code else cut_short.why(play)
    return translate(reason) if reason is not None else ""


def cell(row: dict[str, Any], key: str) -> str:
    """A figure as it is printed: shares in per cent, thousands apart, a dash for nothing."""
    value = row.get(key)
    if value is None:
        return "–"
    return share_text(value) if key in SHARES else f"{value:,}"


def _uplift(query: ReportQuery, narrowed: dict[str, str]) -> dict[str, Any] | None:
    """The rise of plays an hour, beside a report by campaign; None beside any other."""
    if query.group_by != "campaign" or set(narrowed) - {"campaign_id"}:
        return None
    return uplift_view(UpliftQuery(query.last, query.first, query.campaign_id))


def _days(report: dict[str, Any]) -> dict[str, str]:
    return {"from": report["from"], "to": report["to"]}


def _rows_href(report: dict[str, Any], narrowed: dict[str, str], row: dict[str, Any]) -> str | None:
    """The link of a row to its details: the next finer grouping, at last the plays."""
    group = report["group_by"]
    if group == "screen":
        return href(f"/screens/{row['screen_id']}/hours", {"day": report["to"]})
    if group in FINER and row.get(FINER[group][0], row.get(group)) is not None:
        key, finer = FINER[group]
        kept = {**_days(report), **narrowed, key: str(row[key if key in row else group])}
        return href("/reports", {**kept, "group_by": finer})
    if group == "day":
        day = str(row["day"])
        return href("/reports", {"from": day, "to": day, "group_by": "hour", **narrowed})
    return None


def _key_of(group: str, row: dict[str, Any]) -> str:
    """By which a row is known: the id of what it is of, or a day, an hour, a kind."""
    return str(row.get(f"{group}_id", row.get(group)) or "none")


def filters_named(narrowed: dict[str, str]) -> str:
    """The filters of a report, by name."""
    with core().config.read() as session:
        names = dict(unit_choices(session, actor(), queries.READ))
        if "campaign_id" in narrowed:
            names |= campaign_names(session, actor())
        screen = chosen_screen(session, actor(), narrowed.get("screen_id"))
        names |= {screen.id: screen.name} if screen is not None else {}
        venue = narrowed.get("venue_id")
        if venue is not None:
            number = queries.venue_number(session, actor(), venue)
            names[venue] = queries.names(session, "venue", [number])[number]
    kinds = {code: translate(kind.name) for code, kind in KINDS.items()}
    return "；".join((names | kinds).get(value, value) for value in narrowed.values())


def _day(text: str | None) -> datetime:
    try:
        day = datetime.fromisoformat(text).date() if text else today()
    except ValueError:
        day = today()
    return datetime.combine(day, time(), core().settings.zone)


def _hour(text: str | None) -> int | None:
    """Hours since midnight; a day with a change of clocks has up to 25."""
    if text is None or not (text.isascii() and text.isdigit()) or int(text[:3]) > LAST_HOUR:
        return None
    return int(text)


def _time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None


def _plays_of(screen_id: str, day: datetime, before: time | None) -> list[dict[str, Any]]:
    """The last plays of the day (before a time of it), newest first."""
    sight = sight_of(core(), actor(), screen_id)
    end = datetime.combine(day, before, day.tzinfo) if before else day + timedelta(days=1)
    until_ms = min(round(end.timestamp() * 1000), core().clock.now_ms() + 1)
    page = None
    for hours in LOOKBACK_HOURS:
        from_ms = max(round(day.timestamp() * 1000), until_ms - hours * HOUR_MS)
        span = sight.span(from_ms, max(until_ms, from_ms))
        page = pagination.page(core(), span, Place.read(None), MOST_READ)
        if len(page.plays) >= PLAYS_SHOWN:
            break
    plays = page.plays[-PLAYS_SHOWN:] if page else []
    return [play_document(one, district_zone()) for one in reversed(plays)]


def _hour_of(screen_id: str, day: datetime, hour: int) -> list[dict[str, Any]]:
    """All plays of an hour of the day, newest first."""
    from_ms = round(day.timestamp() * 1000) + hour * HOUR_MS
    span = sight_of(core(), actor(), screen_id).span(from_ms, from_ms + HOUR_MS)
    found = pagination.page(core(), span, Place.read(None), MOST_READ)
    return [play_document(one, district_zone()) for one in reversed(found.plays)]


def clock_hour(day: datetime, hour: int) -> str:
    """The hour (counted from midnight) by the district's clock, such as 09:00–10:00."""
    from_s = day.timestamp() + hour * HOUR_MS // 1000
    ends = (datetime.fromtimestamp(one, day.tzinfo) for one in (from_s, from_s + HOUR_MS // 1000))
    return "–".join(end.strftime("%H:%M") for end in ends)


def _lost_of(screen_id: str, day: datetime) -> list[dict[str, Any]]:
    from_ms, until_ms = (round((day + timedelta(days=n)).timestamp() * 1000) for n in (0, 1))
    span = sight_of(core(), actor(), screen_id).span(from_ms, until_ms)
    with snapshot(core().plays) as tx:
        return [loss_document(one) for one in losses(tx, span)]
