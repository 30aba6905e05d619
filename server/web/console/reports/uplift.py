"""Uplift for pages: bars before and since on one scale, and their sources in words."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from server.accounts.guards import actor
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.uplift.serializers import uplift_document
from server.reporting.uplift.service import UpliftQuery, uplift
from server.web.addresses import href

Document = Mapping[str, Any]

BEFORE: Final = Sentence("开始前", "Before")
SINCE: Final = Sentence("开始以来", "Since")
CHOSEN: Final = Sentence("所选日期", "Chosen days")
REPORTED: Final = Sentence("人工填写", "By hand")
NOTHING: Final = Sentence("没有记录", "not measured")
RATE: Final = Sentence("{} 次/小时", "{} an hour")
TIMES: Final = Sentence("{} 倍", "{} times")
ROSE: Final = Sentence(
    "提高到开始前的 {times} 倍（增加 {pct} %）", "Up to {times} times what it was before (+{pct} %)"
)
FELL: Final = Sentence(
    "为开始前的 {times} 倍（减少 {pct} %）", "{times} times what it was before (−{pct} %)"
)
AS_BEFORE: Final = Sentence("与开始前持平", "As often as before")
TOO_SOON: Final = Sentence(
    "开始不足一整天，暂不比较", "Less than a whole day so far: not compared yet"
)
OVER_REPORTED: Final = Sentence("为人工填写数的 {} 倍", "{} times the figure by hand")
RESTS_ON: Final = Sentence(
    "{screens} 块屏（任务共 {all} 块）；{from} 至 {to} 共 {hours} 运营小时，实播 {plays} 次。",
    "{screens} of its {all} screens; {from} to {to}: {plays} plays in {hours} open hours.",
)
NOTE: Final = Sentence("{label}：{note}", "{label}: {note}")
OWN: Final = Sentence(
    "其中本任务 {rate}（{screens} 块屏）",
    "Of which this campaign: {rate} ({screens} screens)",
)
NEAR: Final = 0.05
"""So close to what it was before a multiple needs two digits."""
BY_HAND: Final = Sentence("来源：{source}（{date}）。", "Source: {source} ({date}).")


def uplift_view(query: UpliftQuery) -> dict[str, Any] | None:
    """The context of the page's part; None if no campaign was on screens."""
    report = uplift(core(), playback(), actor(), query)
    document = uplift_document(report, language(), district_zone())
    rows = [row for row in document["items"] if row["all_screens"]["screens"]]
    if not rows:
        return None
    most = max((rate for row in rows for rate in _rates(row)), default=0) or 1
    since = translate(CHOSEN if document["from"] else SINCE)
    today = document["as_of"][:10]
    files = {name: document[name] for name in ("from", "to") if document[name]}
    if query.campaign_id:
        files["campaign_id"] = query.campaign_id
    return {
        "as_of": document["as_of"],
        "since": since,
        "rows": [_row(row, most, since, today) for row in rows],
        "files": urlencode(files),
    }


def rate_text(value: float | None) -> str:
    """A rate as it is printed."""
    return translate(NOTHING) if value is None else translate(RATE).format(f"{value:,.1f}")


def times_text(value: float | None) -> str:
    """An uplift as it is printed."""
    return "–" if value is None else translate(TIMES).format(f"{value:,.1f}")


def change_text(uplift: float) -> str:
    """What became of plays an hour: as a multiple, and by how much, which people mix up."""
    pct = round(100 * (uplift - 1))
    if pct == 0:
        return translate(AS_BEFORE)
    near = abs(uplift - 1) < NEAR
    times = f"{uplift:,.2f}" if near else f"{uplift:,.1f}"
    return translate(ROSE if pct > 0 else FELL).format(times=times, pct=f"{abs(pct):,}")


def _has_whole_day(row: Document, today: str) -> bool:
    """Whether a day since is over; ISO dates compare as they follow each other."""
    days = row["since_days"]
    return days is not None and days["from"] < today


def _rates(row: Document) -> list[float]:
    reported = row["reported"]["value"] if row["reported"] else None
    rates = (row["before"]["per_hour"], _since(row)["per_hour"], reported)
    return [rate for rate in rates if rate is not None]


def _since(row: Document) -> Document:
    """The figures since, on the same screens as before; on all without a before."""
    found: Document = row["since"] if row["before"]["screens"] else row["all_screens"]
    return found


def _row(row: Document, most: float, since: str, today: str) -> dict[str, Any]:
    reported = row["reported"]
    bars = [_bar(row, translate(BEFORE), "before", row["before"], most)]
    if reported:
        note = translate(BY_HAND).format(**reported)
        bars.append(_drawn(translate(REPORTED), reported["value"], most, "slot-none", note))
    bars.append(_bar(row, since, "since", _since(row), most))
    return {
        "id": row["campaign_id"],
        "name": row["name"],
        **_compared(row, today),
        "own": _own(row),
        "own_href": _own_href(row),
        "bars": bars,
        "kinds": [_kind(one, row, today) for one in row["venue_kinds"]],
    }


def _compared(row: Document, today: str) -> dict[str, Any]:
    """The badge; until a whole day is over there is none that could mislead."""
    if not _has_whole_day(row, today):
        return {"times": translate(TOO_SOON), "tone": "", "over_reported": None}
    uplift, reported = row["uplift"], row["reported"]
    over = reported["uplift"] if reported else None
    return {
        "times": None if uplift is None else change_text(uplift),
        "tone": "good" if (uplift or 0) >= 1 else "bad",
        "over_reported": None if over is None else translate(OVER_REPORTED).format(f"{over:,.1f}"),
    }


def _own(row: Document) -> str:
    """The campaign's part of the last bar."""
    rate = rate_text(row["own"]["per_hour"])
    return translate(OWN).format(rate=rate, screens=row["own"]["screens"])


def _kind(one: Document, row: Document, today: str) -> dict[str, Any]:
    return {
        "name": one["name"],
        "screens": one["all_screens"]["screens"],
        "before": rate_text(one["before"]["per_hour"]),
        "since": rate_text(_since(one)["per_hour"]),
        "times": times_text(one["uplift"] if _has_whole_day(row, today) else None),
    }


def _bar(row: Document, label: str, when: str, rate: Document, most: float) -> dict[str, Any]:
    days = row[f"{when}_days"]
    everything = row["all_screens"]["screens"]
    figures = {**rate, "plays": f"{rate['plays']:,}", "hours": f"{rate['hours']:,}"}
    note = translate(RESTS_ON).format(**figures, **days, all=everything) if rate["screens"] else ""
    tone = "slot-other" if when == "before" else "slot-this"
    return _drawn(label, rate["per_hour"], most, tone, note)


def _drawn(label: str, value: float | None, most: float, tone: str, note: str) -> dict[str, Any]:
    return {
        "label": label,
        "text": rate_text(value),
        "width": round(100 * (value or 0) / most, 1),
        "tone": tone,
        "note": translate(NOTE).format(label=label, note=note) if note else "",
    }


def _own_href(row: Document) -> str:
    """The link to the campaign's plays by screen: reports have no sum over just these screens."""
    days, number = row["since_days"], row["campaign_id"]
    return href("/reports", days, {"group_by": "screen", "campaign_id": number})
