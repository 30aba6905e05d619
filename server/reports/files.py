"""Reports as files for offices: csv that Excel opens rightly, and xlsx with real numbers."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

import xlsxwriter

from server.reports.figures import Figures
from server.reports.service import Report
from server.reports.wording import GROUP_HEADINGS, HEADINGS, Heading, why_lost
from server.texts import Sentence

BYTE_ORDER_MARK: Final = "\ufeff"
# What a spreadsheet would take for a formula if a cell began with it.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
AS_OF: Final = Sentence("数据截至", "As of")
TOTALS: Final = Sentence("合计", "Total")
LATE: Final = Sentence("冻结后补录", "Arrived after the freeze")
DECLARED: Final = Sentence("终端申报缺失的播放记录", "Plays declared lost by players")
CHAIN: Final = Sentence("佐证链首", "Head of the evidence chain")
NO_LIGHT: Final = Sentence(
    "播放记录证明终端已渲染画面，不证明屏幕点亮；屏幕是否点亮请以抽查的现场照片为准。",
    "The log proves that players rendered, not that panels were lit: photos of spot checks do.",
)

CHECKED: Final = Sentence("抽查", "Spot checks")


def as_csv(report: Report, language: str, zone: tzinfo) -> bytes:
    """UTF-8 with a byte order mark; shares as percentages."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_headings(report, language))
    for name, figures in _rows(report, language):
        cells = [_as_text(heading, figures) for heading in HEADINGS]
        writer.writerow([harmless(name), *cells])
    for name, value in _notes(report, language, zone):
        writer.writerow([name, value])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def as_xlsx(report: Report, language: str, zone: tzinfo) -> bytes:
    """A workbook of one sheet: counts are numbers, shares percentages, text never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("播放报表" if language.startswith("zh") else "Delivery")
        _write_table(book, sheet, report, language)
        foot = len(report.rows) + 3
        for offset, (name, value) in enumerate(_notes(report, language, zone)):
            sheet.write_string(foot + offset, 0, name)
            sheet.write_string(foot + offset, 1, value)
    return out.getvalue()


def harmless(text: str) -> str:
    """Text that a spreadsheet shows as it is: what looks like a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _write_table(book: Any, sheet: Any, report: Report, language: str) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    count = book.add_format({"num_format": "#,##0"})
    share = book.add_format({"num_format": "0.00%"})
    sheet.write_row(0, 0, _headings(report, language), bold)
    for row, (name, figures) in enumerate(_rows(report, language), 1):
        sheet.write_string(row, 0, name)
        for column, heading in enumerate(HEADINGS, 1):
            value = heading.value(figures)
            if value is not None:
                sheet.write_number(row, column, value, share if heading.is_share else count)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(HEADINGS), 11)


def _headings(report: Report, language: str) -> list[str]:
    group = GROUP_HEADINGS[report.query.group_by].in_language(language)
    return [group, *(heading.name.in_language(language) for heading in HEADINGS)]


def _rows(report: Report, language: str) -> Iterator[tuple[str, Figures]]:
    for row in report.rows:
        yield row.label.name.in_language(language), row.figures
    yield TOTALS.in_language(language), report.totals


def _as_text(heading: Heading, figures: Figures) -> str:
    value = heading.value(figures)
    if value is None:
        return ""
    return f"{value:.2%}" if heading.is_share else str(value)


def _notes(report: Report, language: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Until when the figures hold, how much is pending, and what they rest on."""
    moment = datetime.fromtimestamp(report.as_of / 1000, zone)
    yield AS_OF.in_language(language), moment.isoformat(sep=" ", timespec="seconds")
    if report.adjustments:
        yield LATE.in_language(language), str(report.adjustments)
    for reason, count in report.declared.items():
        why = why_lost(reason).in_language(language)
        yield f"{DECLARED.in_language(language)}: {why}", str(count)
    if report.chain_head:
        yield CHAIN.in_language(language), report.chain_head
    yield "", NO_LIGHT.in_language(language)
    yield CHECKED.in_language(language), report.checked.sentence.in_language(language)
