"""Marker words in everything a street has, so that they can be found in any answer."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

import openpyxl

ZIPPED: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Mark:
    """A word that occurs nowhere but in what one street has."""

    text: str

    def word(self, what: str) -> str:
        """Something's name, with the mark in it."""
        return f"{self.text}-{what}"

    def is_in(self, answer: str) -> bool:
        """Whether any of it is there, in whatever case."""
        return self.text.lower() in answer.lower()


def words_of(content: bytes) -> str:
    """All that can be read in an answer: workbooks and archives are opened."""
    if not content.startswith(ZIPPED):
        return content.decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "[Content_Types].xml" in archive.namelist():
            return _cells(content)
        return "\n".join(f"{name}\n{words_of(archive.read(name))}" for name in archive.namelist())


def names(answer: str, public_id: str) -> bool:
    """Whether an id is in an answer as a word of its own."""
    # Few are there at all: a plain search finds that out fifty times sooner than the pattern.
    return public_id in answer and (
        re.search(rf"(?<![A-Za-z0-9_]){re.escape(public_id)}(?![A-Za-z0-9_])", answer) is not None
    )


def _cells(workbook: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheets = [f"{sheet.title} {sheet.oddHeader.center.text}" for sheet in book]
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    return "\n".join((*sheets, *cells))
