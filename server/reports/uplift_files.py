"""Uplift as files for offices: a row for each campaign, and below it one for each venue kind."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

import xlsxwriter

from server.reports.files import AS_OF
from server.reports.frequency import Change
from server.reports.sheets import BYTE_ORDER_MARK, harmless
from server.reports.uplift import Uplift, UpliftReport
from server.reports.uplift_documents import hours, kind_name
from server.texts import Sentence

Value = float | str | None
COUNT: Final = "#,##0"
RATE: Final = "0.00"
Column = tuple[Sentence, str, Callable[[Change], Value]]

COLUMNS: Final[tuple[Column, ...]] = (
    (Sentence("开始前次数（实测）", "Plays before"), COUNT, lambda one: one.before.plays),
    (Sentence("开始前运营小时", "Open hours before"), RATE, lambda one: hours(one.before)),
    (Sentence("开始前每小时（实测）", "An hour before"), RATE, lambda one: one.before.per_hour),
    (Sentence("开始后次数（实测）", "Plays since"), COUNT, lambda one: one.since.plays),
    (Sentence("开始后运营小时", "Open hours since"), RATE, lambda one: hours(one.since)),
    (Sentence("开始后每小时（实测）", "An hour since"), RATE, lambda one: one.since.per_hour),
    (Sentence("增幅（为开始前的倍数）", "Uplift (times before)"), RATE, lambda one: one.uplift),
    (Sentence("前后均有记录的屏数", "Screens with both"), COUNT, lambda one: one.since.screens),
    (Sentence("任务涉及屏数", "Screens in all"), COUNT, lambda one: one.everywhere.screens),
    (Sentence("全部屏每小时", "An hour on all"), RATE, lambda one: one.everywhere.per_hour),
    (Sentence("其中本任务每小时", "Of which this campaign"), RATE, lambda one: one.own.per_hour),
)
NAMES: Final = (
    Sentence("宣传任务", "Campaign"),
    Sentence("点位类型", "Venue kind"),
    Sentence("开始前", "Days before"),
    Sentence("开始后", "Days since"),
)
REPORTED: Final = (
    (Sentence("填报数（每小时）", "Figure by hand (an hour)"), RATE),
    (Sentence("填报数来源", "Its source"), ""),
    (Sentence("填报日期", "Its date"), ""),
    (Sentence("为填报数的倍数", "Times that figure"), RATE),
)
ALL_KINDS: Final = Sentence("全部", "All")
NOTE: Final = Sentence(
    "实测：同一批屏在任务开始前 28 天与开始以来，每个运营小时实播的宣传内容次数"
    "（不含点位自有内容）。开始前没有播放记录的，不填数。",
    "Measured: confirmed plays of publicity (no filler) an open hour of the same screens, in the "
    "28 days before the campaign and since. Empty where nothing was measured before.",
)


def uplift_csv(report: UpliftReport, language: str, zone: tzinfo) -> bytes:
    """UTF-8 with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(name for name, _ in _headings(language))
    for row in _rows(report, language):
        writer.writerow(_as_text(value) for value in row)
    writer.writerow((AS_OF.in_language(language), _moment(report, zone)))
    writer.writerow(("", NOTE.in_language(language)))
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def uplift_xlsx(report: UpliftReport, language: str, zone: tzinfo) -> bytes:
    """A workbook of one sheet: numbers are numbers, text is never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("增幅" if language.startswith("zh") else "Uplift")
        last = _write_table(book, sheet, report, language)
        sheet.write_string(last + 2, 0, AS_OF.in_language(language))
        sheet.write_string(last + 2, 1, _moment(report, zone))
        sheet.write_string(last + 3, 0, NOTE.in_language(language))
    return out.getvalue()


def _write_table(book: Any, sheet: Any, report: UpliftReport, language: str) -> int:
    """Write headings and rows; the number of the last row."""
    headings = _headings(language)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    formats = {form: book.add_format({"num_format": form}) for _, form in headings if form}
    sheet.write_row(0, 0, [name for name, _ in headings], bold)
    number = 0
    for number, row in enumerate(_rows(report, language), 1):
        for column, ((_, form), value) in enumerate(zip(headings, row, strict=True)):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value, formats[form])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(headings) - 1, 13)
    return number


def _headings(language: str) -> list[tuple[str, str]]:
    """Names of the columns, with the form of their numbers."""
    named = [(name, "") for name in NAMES]
    figures = [(name, form) for name, form, _ in COLUMNS]
    return [(name.in_language(language), form) for name, form in (*named, *figures, *REPORTED)]


def _rows(report: UpliftReport, language: str) -> Iterator[list[Value]]:
    for row in report.rows:
        yield [*_named(row, ALL_KINDS.in_language(language)), *_figures(row.whole), *_by_hand(row)]
        for kind, one in row.kinds:
            name = kind_name(kind, language)
            yield [*_named(row, name), *_figures(one), *(None for _ in REPORTED)]


def _named(row: Uplift, kind: str) -> list[Value]:
    since = "–".join(day.isoformat() for day in row.since) if row.since else None
    return [row.about.name, kind, "–".join(day.isoformat() for day in row.before), since]


def _figures(one: Change) -> list[Value]:
    return [value(one) for _, _, value in COLUMNS]


def _by_hand(row: Uplift) -> list[Value]:
    reported = row.about.baseline
    if reported is None:
        return [None for _ in REPORTED]
    return [reported["value"], reported["source"], reported["date"], row.reported_uplift]


def _as_text(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else harmless(str(value))


def _moment(report: UpliftReport, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(report.as_of / 1000, zone)
    return moment.isoformat(sep=" ", timespec="seconds")
