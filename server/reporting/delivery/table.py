"""Delivery reports as tables for files, with their instant and sources."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

from server.campaigns.labels import DECLARED as MARKS
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.writer import Column, Table, Value
from server.reporting.delivery.columns import CAMPAIGN_COLUMNS, TABLE_COLUMNS, CampaignColumn
from server.reporting.delivery.figures import Figures, share_of_confirmed
from server.reporting.delivery.headings import GROUP_HEADINGS, why_lost
from server.reporting.delivery.service import Report
from server.reporting.plays.acknowledged import explained

SHEET: Final = Sentence("播放报表", "Delivery")
AS_OF: Final = Sentence("数据截至", "As of")
TOTALS: Final = Sentence("合计", "Total")
PUBLIC_ONES: Final = Sentence("其中公益宣传", "Of which in the public interest")
LATE: Final = Sentence("冻结后补录", "Arrived after the freeze")
DECLARED: Final = Sentence("终端申报缺失的播放记录", "Plays declared lost by players")
ACKNOWLEDGED: Final = Sentence("已收到的播放记录", "Plays acknowledged")
CAMPAIGNS_ONLY: Final = Sentence(
    "只含宣传任务，不含点位自有内容和垫播画面。",
    "Plays of campaigns alone, without venues' own content and the fallback picture.",
)
CHAIN: Final = Sentence("佐证链首", "Head of the evidence chain")
NO_LIGHT: Final = Sentence(
    "播放记录只证明终端输出了画面，不证明屏幕点亮；屏幕是否点亮请以抽查的现场照片为准。",
    "The log proves that players rendered, not that panels were lit: photos of spot checks do.",
)

CHECKED: Final = Sentence("抽查", "Spot checks")


def delivery_table(report: Report, language: str, zone: tzinfo) -> Table:
    """The report's rows, its totals, and the notes below them."""
    return Table(
        SHEET.in_language(language),
        [
            Column(GROUP_HEADINGS[report.query.group_by].in_language(language)),
            *(Column(one.name.in_language(language), one.kind) for one in TABLE_COLUMNS),
            *(Column(one.name.in_language(language), one.kind) for one in _of_campaigns(report)),
        ],
        list(_rows(report, language)),
        list(_notes(report, language, zone)),
    )


def as_of_note(as_of: int, language: str, zone: tzinfo) -> tuple[str, str]:
    """The note with the instant of the figures."""
    moment = datetime.fromtimestamp(as_of / 1000, zone)
    return AS_OF.in_language(language), moment.isoformat(sep=" ", timespec="seconds")


def _of_campaigns(report: Report) -> tuple[CampaignColumn, ...]:
    return CAMPAIGN_COLUMNS if report.by_campaign else ()


def _rows(report: Report, language: str) -> Iterator[list[Value]]:
    for row in report.rows:
        mark = MARKS[row.public_interest].in_language(language) if row.label.value else None
        yield _line(report, row.label.name.in_language(language), row.figures, mark)
    marked = report.of_public_interest
    if marked and marked.expected:
        yield _line(report, PUBLIC_ONES.in_language(language), marked)
    yield _line(report, TOTALS.in_language(language), report.totals)


def _line(report: Report, name: str, figures: Figures, mark: Value = None) -> list[Value]:
    line = [name, *(getattr(figures, one.attribute) for one in TABLE_COLUMNS)]
    return [*line, mark, share_of_confirmed(figures, report.totals)] if report.by_campaign else line


def _notes(report: Report, language: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """The notes: the instant of the figures, pending plays, and the sources."""
    yield as_of_note(report.as_of, language, zone)
    if report.query.campaigns_only:
        yield "", CAMPAIGNS_ONLY.in_language(language)
    if report.adjustments:
        yield LATE.in_language(language), str(report.adjustments)
    for reason, count in report.declared.items():
        why = why_lost(reason).in_language(language)
        yield f"{DECLARED.in_language(language)}: {why}", str(count)
    if report.taken is not None:
        yield ACKNOWLEDGED.in_language(language), str(report.taken.total())
        for state, count in explained(report.taken):
            yield f"{ACKNOWLEDGED.in_language(language)}: {state.in_language(language)}", str(count)
    if report.chain_head:
        yield CHAIN.in_language(language), report.chain_head
    yield "", NO_LIGHT.in_language(language)
    yield CHECKED.in_language(language), report.checked.sentence.in_language(language)
