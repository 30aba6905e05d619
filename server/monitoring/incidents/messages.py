"""Texts of notifications: what, where, since when, and the remedy; in one language each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from server.foundation.counted_texts import Counted
from server.foundation.i18n import Sentence
from server.foundation.phone_masking import masked
from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.monitoring.incidents.catalogue import CODES
from server.monitoring.incidents.site_reports import KINDS
from server.monitoring.incidents.with_names import Named

SHOWN: Final = 10
BRAND: Final = Sentence("【安屏】", "[Anping] ")
ONE: Final = Sentence("{where}{what}", "{where}: {what}")
MANY: Final = Sentence("{where}：{count} 块显示屏{what}", "{where}: {what}, {count} screens")
MIXED: Final = Sentence("{where}：{count} 处故障", "{where}: {count} faults")
UPSTREAM: Final = Sentence(
    "{where}：{count} 块显示屏同时断线（当时在线 {online} 块）",
    "{where}: {count} screens vanished at once, of {online} online",
)
RECOVERED: Final = Sentence("已恢复：", "Back: ")
ESCALATED: Final = Sentence("超过 {}未恢复：", "Not back after {}: ")
UNHEEDED: Final = Sentence("超过 {}未处理：", "Not looked after for {}: ")
"""Heading for incidents by events, which can't recover."""
MINUTES: Final = Sentence("{} 分钟", "{} min")
HOURS: Final = Sentence("{} 小时", "{} h")
WORKDAYS: Final = Sentence("{} 个工作日", "{} working days")
DAYS: Final = Sentence("{} 天", "{} days")
SINCE: Final = Sentence(
    "{where}：{what}，自 {since} 起{last}", "{where}: {what} since {since}{last}"
)
LAST: Final = Sentence("（最后联系 {}）", " (last heard {})")
SHORT: Final = Sentence(
    "（“{name}”每小时 {shown} 次，最低 {floor} 次）", " (“{name}”: {shown} an hour, floor {floor})"
)
REPORTED: Final = Sentence("（{kind}：{text}）", " ({kind}: {text})")
REPORTED_KIND: Final = Sentence("（{kind}）", " ({kind})")
BACK: Final = Sentence("{where}：{what}，{since} 至 {until}", "{where}: {what}, {since} to {until}")
MORE: Final = Sentence("……等共 {} 块", "… {} in all")
UNIT: Final = Sentence("责任单位：{}", "Unit: {}")
CONTACT: Final = Sentence("联系人：{}", "Contact: {}")
TO_DO: Final = Sentence("怎么办：{}", "What to do: {}")
SEE: Final = Sentence("查看：{}", "See: {}")
ASSIGNED: Final = Sentence("已派单：{}", "Ordered from: {}")


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it is sent, and the fields for webhook templates."""

    title: str
    text: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader's language, time zone, console address (or None), and thresholds in force."""

    language: str
    zone: tzinfo
    base: str | None
    alerts: AlertRules = AS_DELIVERED

    def translate(self, sentence: Sentence) -> str:
        """A sentence in the reader's language."""
        return Counted(sentence.in_language(self.language))

    def when(self, at_ms: int) -> str:
        """An instant to the minute, without the year."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).strftime("%m-%d %H:%M")

    def on_paper(self, at_ms: int) -> str:
        """An instant with its year, for documents."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).strftime("%Y-%m-%d %H:%M")


def write_message(reader: Reader, kind: str, step: int, rows: Sequence[Named]) -> Written:
    """A message on incidents of one place. `kind`: `raised`, `recovered` or `escalated`."""
    translate = reader.translate
    grown_old = UNHEEDED if all(map(_is_event, rows)) else ESCALATED
    lead = translate(RECOVERED) if kind == "recovered" else _lasting(reader, step, grown_old)
    head = lead + headline(reader, rows)
    lines = [
        head,
        *_rows(reader, kind, rows),
        translate(UNIT).format(_joined(one.unit for one in rows)),
    ]
    # Groups with many members read this: the full number is on the venue's own page.
    contacts = _joined(f"{one.contact_name} {masked(one.contact_phone)}".strip() for one in rows)
    if kind != "recovered":
        lines += [translate(CONTACT).format(contacts)] if contacts else []
        firms = _joined(one.incident.firm for one in rows)
        lines += [translate(ASSIGNED).format(firms)] if firms else []
        lines += [translate(TO_DO).format(advice) for advice in _advice(reader, rows)]
    link = f"{reader.base}/incidents" if reader.base else ""
    lines += [translate(SEE).format(link)] if link else []
    return Written(translate(BRAND) + head, "\n".join(lines), _fields(reader, kind, rows, link))


def _lasting(reader: Reader, step: int, form: Sentence) -> str:
    """The age of an incident at its escalation (`step` 1 to 3); "" otherwise."""
    minutes = reader.alerts.escalate_venue_minutes
    short = (HOURS, minutes // 60) if minutes % 60 == 0 else (MINUTES, minutes)
    lengths = {
        1: short,
        2: (WORKDAYS, reader.alerts.escalate_unit_workdays),
        3: (DAYS, reader.alerts.escalate_district_days),
    }
    if step not in lengths:
        return ""
    unit, count = lengths[step]
    return reader.translate(form).format(reader.translate(unit).format(count))


def headline(reader: Reader, rows: Sequence[Named]) -> str:
    """Fault and place in one line."""
    first, codes = rows[0], {one.incident.code for one in rows}
    what = name_of(reader, first.incident.code)
    if first.incident.screen_id is None:
        facts = first.incident.facts
        return reader.translate(UPSTREAM).format(
            where=first.unit, count=facts.get("gone", 0), online=facts.get("online", 0)
        )
    if len(rows) == 1:
        return reader.translate(ONE).format(where=f"{first.line} {first.where}".lstrip(), what=what)
    form = MANY if len(codes) == 1 else MIXED
    return reader.translate(form).format(where=place_of(rows), count=len(rows), what=what)


def place_of(rows: Sequence[Named]) -> str:
    """The common place of incidents: their line, their venue, else their units."""
    for one in ({row.line for row in rows}, {row.venue for row in rows}):
        if len(one) == 1 and (name := next(iter(one))):
            return name
    return _joined(row.unit for row in rows)


def name_of(reader: Reader, code: str) -> str:
    """The name of a kind of incident."""
    kind = CODES.get(code)
    return reader.translate(kind.name) if kind is not None else code


def line_of(reader: Reader, one: Named) -> str:
    """One incident as a line of a list."""
    what, since = name_of(reader, one.incident.code), reader.when(one.incident.since)
    return reader.translate(SINCE).format(
        where=one.where, what=what, since=since, last=_last(reader, one)
    )


def back_line_of(reader: Reader, one: Named) -> str:
    """One resolved incident as a line."""
    row = one.incident
    return reader.translate(BACK).format(
        where=one.where,
        what=name_of(reader, row.code),
        since=reader.when(row.since),
        until=reader.when(row.until or row.since),
    )


def _rows(reader: Reader, kind: str, rows: Sequence[Named]) -> Iterator[str]:
    write = back_line_of if kind == "recovered" else line_of
    for one in rows[:SHOWN]:
        yield f"- {write(reader, one)}"
    if len(rows) > SHOWN:
        yield f"- {reader.translate(MORE).format(len(rows))}"


def _last(reader: Reader, one: Named) -> str:
    """Details: a missed floor, a report, or the last contact if later than `since`."""
    if missed := one.incident.facts.get("campaigns"):
        first, shown = missed[0], "/".join(map(str, missed[0]["shown"]))
        values = {"name": first.get("name", ""), "shown": shown, "floor": f"{first['floor']:g}"}
        return reader.translate(SHORT).format(**values)
    if reports := one.incident.facts.get("reports"):
        return _reported(reader, reports[0])
    last_s = one.incident.facts.get("last_s")
    if last_s is None or last_s * 1000 >= one.incident.since:
        return ""
    return reader.translate(LAST).format(reader.when(last_s * 1000))


def _reported(reader: Reader, report: dict[str, Any]) -> str:
    """The latest report from the venue."""
    name = KINDS.get(report["kind"])
    kind = reader.translate(name) if name is not None else report["kind"]
    text = " ".join(report["text"].split())
    return reader.translate(REPORTED if text else REPORTED_KIND).format(kind=kind, text=text)


def _is_event(one: Named) -> bool:
    kind = CODES.get(one.incident.code)
    return kind is not None and kind.by_event


def _advice(reader: Reader, rows: Sequence[Named]) -> list[str]:
    codes = dict.fromkeys(one.incident.code for one in rows)
    found = [CODES.get(code) for code in codes]
    return [reader.translate(kind.advice) for kind in found if kind is not None]


def _joined(texts: "Iterator[str] | Sequence[str]") -> str:
    """Distinct texts, most frequent first, at most three."""
    counted = Counter(text for text in texts if text)
    return "、".join(text for text, _ in counted.most_common(3))


def _fields(reader: Reader, kind: str, rows: Sequence[Named], link: str) -> dict[str, Any]:
    first = rows[0]
    return {
        "kind": kind,
        "code": first.incident.code if len({one.incident.code for one in rows}) == 1 else "mixed",
        "place": place_of(rows),
        "unit": first.unit,
        "count": len(rows),
        "since": reader.when(min(one.incident.since for one in rows)),
        "url": link,
        "contact_name": first.contact_name,
        "contact_phone": masked(first.contact_phone),
    }
