"""Uptime reports as tables for files: hours and percentages, with an explanation of each figure."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.writer import Column, Kind, Table, Value
from server.reporting.delivery.headings import GROUP_HEADINGS
from server.reporting.delivery.table import TOTALS, as_of_note
from server.reporting.uptime.live_columns import Sight, cells_of, columns_of
from server.reporting.uptime.service import UptimeFigures, UptimeReport

SHEET: Final = Sentence("运行监测报表", "Uptime")
COLUMNS: Final[tuple[tuple[str, Kind, Sentence], ...]] = (
    ("monitored_s", "amount", Sentence("可监测时长（小时）", "Monitored (h)")),
    ("up_s", "amount", Sentence("在线时长（小时）", "Up (h)")),
    ("down_s", "amount", Sentence("中断时长（小时）", "Down (h)")),
    ("unknown_s", "amount", Sentence("无法判定时长（小时）", "Unknown (h)")),
    ("excused_s", "amount", Sentence("免考核时长（小时）", "Excused (h)")),
    ("uptime_pct", "share", Sentence("在线率", "Link availability")),
    ("running_pct", "share", Sentence("运行率（含补传记录）", "Running (late plays too)")),
    ("display_low_pct", "share", Sentence("正常播放率（已证实）", "Display uptime (proven)")),
    ("display_high_pct", "share", Sentence("正常播放率（最高可达）", "Display uptime (at most)")),
    ("freshness_pct", "share", Sentence("日志回传及时率", "Reporting freshness")),
    ("meets_target_pct", "share", Sentence("达标率", "Share meeting target")),
    ("median_pct", "share", Sentence("在线率中位数", "Median")),
    ("p10_pct", "share", Sentence("在线率第 10 百分位", "10th percentile")),
)
NOTES: Final = (
    Sentence(
        "无法判定：服务器自身停机、服务器时钟存疑、绑定前、拆除后、今天尚未到的时间，不计为中断。",
        "Unknown: our own outages, doubt about our clock, before enrolment, after retirement, "
        "what is still to come today; never counted as down.",
    ),
    Sentence(
        "正常播放率依据播放记录：日志未传齐时为一个区间，传齐后两列相同。",
        "Display uptime goes by the play log: a range until the log is complete, then one figure.",
    ),
)
NOTHING_YET: Final = Sentence("尚无监测数据", "Nothing was watched yet")


def uptime_table(
    report: UptimeReport, language: str, zone: tzinfo, seen: Sight | None = None
) -> Table:
    """The report's rows, its totals, and the notes; for places with their live columns."""
    return Table(
        SHEET.in_language(language),
        [
            Column(GROUP_HEADINGS[report.query.group_by].in_language(language)),
            *columns_of(report.query.group_by, language),
            *(Column(name.in_language(language), kind) for _, kind, name in COLUMNS),
        ],
        list(_rows(report, language, zone, seen or {})),
        list(_notes(report, language, zone)),
    )


def _rows(report: UptimeReport, language: str, zone: tzinfo, seen: Sight) -> Iterator[list[Value]]:
    width = len(columns_of(report.query.group_by, language))
    for label, figures in report.rows:
        about = cells_of(seen.get(label.key), language, zone)[:width]
        yield [label.name.in_language(language), *about, *_values(figures)]
    yield [TOTALS.in_language(language), *[None] * width, *_values(report.totals)]


def _values(figures: UptimeFigures) -> Iterator[Value]:
    fields = figures.as_json()
    for key, kind, _ in COLUMNS:
        value = fields[key]
        if value is None:
            yield None
        else:
            yield round(value / 100, 4) if kind == "share" else round(value / 3600, 2)


def _notes(report: UptimeReport, language: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    if report.as_of is None:
        yield "", NOTHING_YET.in_language(language)
    else:
        yield as_of_note(report.as_of, language, zone)
    for note in NOTES:
        yield "", note.in_language(language)
