"""Uplift as files for offices: a row for each campaign, and below it one for each venue kind."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Final

from server.campaigns.labels import DECLARED, PUBLIC_INTEREST
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.writer import Column, Kind, Table, Value
from server.reporting.delivery.labels import kind_name
from server.reporting.delivery.table import as_of_note
from server.reporting.uplift.rates import Change
from server.reporting.uplift.serializers import hours
from server.reporting.uplift.service import Uplift, UpliftReport

SHEET: Final = Sentence("前后对比", "Before and since")
Figure = tuple[Sentence, Kind, Callable[[Change], Value]]

COLUMNS: Final[tuple[Figure, ...]] = (
    (Sentence("开始前次数（实测）", "Plays before"), "count", lambda one: one.before.plays),
    (Sentence("开始前运营小时", "Open hours before"), "rate", lambda one: hours(one.before)),
    (Sentence("开始前每小时（实测）", "An hour before"), "rate", lambda one: one.before.per_hour),
    (Sentence("开始后次数（实测）", "Plays since"), "count", lambda one: one.since.plays),
    (Sentence("开始后运营小时", "Open hours since"), "rate", lambda one: hours(one.since)),
    (Sentence("开始后每小时（实测）", "An hour since"), "rate", lambda one: one.since.per_hour),
    (Sentence("为开始前的倍数", "Times before"), "rate", lambda one: one.uplift),
    (Sentence("前后均有记录的屏数", "Screens with both"), "count", lambda one: one.since.screens),
    (Sentence("任务涉及屏数", "Screens in all"), "count", lambda one: one.everywhere.screens),
    (Sentence("全部屏每小时", "An hour on all"), "rate", lambda one: one.everywhere.per_hour),
    (Sentence("其中本任务每小时", "Of which this campaign"), "rate", lambda one: one.own.per_hour),
)
NAMES: Final = (
    Sentence("宣传任务", "Campaign"),
    Sentence("点位类型", "Venue kind"),
    Sentence("开始前", "Days before"),
    Sentence("开始后", "Days since"),
    PUBLIC_INTEREST,
)
REPORTED: Final[tuple[tuple[Sentence, Kind], ...]] = (
    (Sentence("人工填写（每小时）", "Figure by hand (an hour)"), "rate"),
    (Sentence("人工填写来源", "Its source"), "text"),
    (Sentence("人工填写日期", "Its date"), "text"),
    (Sentence("为人工填写数的倍数", "Times that figure"), "rate"),
)
ALL_KINDS: Final = Sentence("全部", "All")
NOTE: Final = Sentence(
    "实测：同一批屏在任务开始前 28 天与开始以来，每个运营小时实播的宣传内容次数"
    "（不含点位自有内容）；运营小时按各屏当时的排期计，无排期的时间不计。"
    "开始前没有播放记录的，不填数。",
    "Measured: confirmed plays of publicity (no filler) an open hour of the same screens, in the "
    "28 days before the campaign and since; open by the plan that each screen had then, without "
    "time for which it had none. Empty where nothing was measured before.",
)


def uplift_table(report: UpliftReport, language: str, zone: tzinfo) -> Table:
    """A row for each campaign and one for each of its venue kinds, with notes below them."""
    columns = [
        *((name, "text") for name in NAMES),
        *((name, kind) for name, kind, _ in COLUMNS),
        *REPORTED,
    ]
    return Table(
        SHEET.in_language(language),
        [Column(name.in_language(language), kind) for name, kind in columns],
        list(_rows(report, language)),
        [as_of_note(report.as_of, language, zone), ("", NOTE.in_language(language))],
    )


def _rows(report: UpliftReport, language: str) -> Iterator[list[Value]]:
    for row in report.rows:
        whole = _named(row, ALL_KINDS.in_language(language), language)
        yield [*whole, *_figures(row.whole), *_by_hand(row)]
        for kind, one in row.kinds:
            name = kind_name(kind).in_language(language)
            yield [*_named(row, name, language), *_figures(one), *(None for _ in REPORTED)]


def _named(row: Uplift, kind: str, language: str) -> list[Value]:
    since = "–".join(day.isoformat() for day in row.since) if row.since else None
    mark = DECLARED[row.about.public_interest].in_language(language)
    before = "–".join(day.isoformat() for day in row.before)
    return [row.about.name, kind, before, since, mark]


def _figures(one: Change) -> list[Value]:
    return [value(one) for _, _, value in COLUMNS]


def _by_hand(row: Uplift) -> list[Value]:
    reported = row.about.baseline
    if reported is None:
        return [None for _ in REPORTED]
    return [reported["value"], reported["source"], reported["date"], row.reported_uplift]
