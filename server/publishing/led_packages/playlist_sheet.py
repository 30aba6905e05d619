"""The playing list in a pack, for a person without access to the console."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import segno
import xlsxwriter

from media.pipeline.led_panel import Panel
from server.foundation.i18n import Sentence
from server.publishing.led_packages import labels as wording

WIDTHS: Final = (6, 34, 26, 6, 26, 12, 12, 28, 18, 22)
QR_SCALE: Final = 6


@dataclass(frozen=True)
class Line:
    """One file of the list; `per_hour` is of all files of its campaign together."""

    file: str
    asset: str
    seconds: float
    campaign: str
    first: str
    last: str
    hours: str
    often: str
    per_hour: float | None


@dataclass(frozen=True)
class Listing:
    """The whole list; `report_to` is an address, `call` whom to ask."""

    title: str
    lines: Sequence[Line]
    panel: Panel
    at: datetime
    report_to: str
    call: str
    missing: Sequence[str] = ()
    language: str = "zh_CN"

    def translate(self, sentence: Sentence, **values: Any) -> str:
        """A sentence in the list's language."""
        return sentence.in_language(self.language).format(**values)

    def headings(self) -> list[str]:
        """The headings of the columns."""
        return [self.translate(one) for one in wording.HEADINGS]

    def notes(self) -> list[str]:
        """The notes below the table."""
        clip_width, clip_height = self.panel.even
        values = {
            "width": self.panel.width,
            "height": self.panel.height,
            "clip_width": clip_width,
            "clip_height": clip_height,
            "at": f"{self.at:%Y-%m-%d %H:%M}",
        }
        how = [self.translate(one, **values) for one in wording.HOW]
        report = f"{self.translate(wording.REPORT)} {self.report_to}"
        return [*how, *self.missing, report, f"{self.translate(wording.CALL)} {self.call}"]

    def rows(self) -> list[list[str | float]]:
        """The table, a place for each file."""
        return [
            [
                *(place, line.file, line.asset, round(line.seconds, 1), line.campaign),
                *(line.first, line.last, line.hours, line.often),
                "" if line.per_hour is None else round(line.per_hour, 1),
            ]
            for place, line in enumerate(self.lines, 1)
        ]


def as_text(listing: Listing) -> bytes:
    """For a phone or a controller's own screen: UTF-8 with a byte order mark, Windows' lines."""
    lines = [listing.title, ""]
    for row in listing.rows():
        lines += [f"{row[0]}. {row[1]}", *_details(listing, row), ""]
    return ("\ufeff" + "\r\n".join([*lines, *listing.notes()]) + "\r\n").encode()


def as_workbook(listing: Listing) -> bytes:
    """For print: the table, the instructions below it, and the QR code of the link back."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(listing.translate(wording.LIST_NAME))
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, listing.title, title)
        sheet.write_row(1, 0, listing.headings(), bold)
        for at, row in enumerate(listing.rows(), 2):
            sheet.write_row(at, 0, row, plain)
        foot = len(listing.lines) + 3
        for at, note in enumerate(listing.notes(), foot):
            sheet.write_string(at, 1, note)
        picture = io.BytesIO(qr_png(listing.report_to))
        sheet.insert_image(foot + len(listing.notes()) + 1, 1, "qr.png", {"image_data": picture})
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """A QR code as a picture."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=QR_SCALE, border=2)
    return out.getvalue()


def _details(listing: Listing, row: Sequence[str | float]) -> list[str]:
    pairs = list(zip(listing.headings(), row, strict=True))[2:]
    return [f"   {name}：{value}" for name, value in pairs if value != ""]
