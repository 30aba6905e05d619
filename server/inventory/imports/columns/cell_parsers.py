"""Parsers of cells as written by people, Excel or WPS.

All of them get a non-empty cell, and raise Unreadable with the expected form.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable, clock_of, text_of
from server.foundation.spreadsheets.reader import Cell

Reader = Callable[[Cell], Any]

MOST_TAGS: Final = 50
LONGEST_TAG: Final = 60
# A spreadsheet keeps fifteen digits of a number.
MOST_DIGITS: Final = 10**15
_ERRORS: Final = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:米|m|px|像素|mm|毫米|°|度)?", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"[、,，;；|\n]+")

ERROR_VALUE: Final = Sentence(
    "这一格是公式的错误值，请改成文字或数字。", "This cell is a formula's error: write its value."
)
NOT_TEXT: Final = Sentence(
    "这一格被 Excel 当成了日期或时间，请设为文本格式后重填。",
    "The spreadsheet made a date or time of it: format the cell as text and write it again.",
)
LOST_DIGITS: Final = Sentence(
    "这串数字太长，Excel 已丢掉末尾几位，请设为文本格式后重填。",
    "The spreadsheet has cut off the end of this long number: format the cell as text and write "
    "it again.",
)
TOO_LONG: Final = Sentence("太长了，最多 {} 个字。", "Too long: at most {} characters.")
NO_NUMBER: Final = Sentence(
    "应为数字，{} 到 {}。", "It has to be a number from {} to {}."
)  # fmt: skip
NO_CHOICE: Final = Sentence("没有“{}”这一项，可选：{}。", "There is no {}: choose one of {}.")
WRONG_SHARE: Final = Sentence("写成 20% 或 0.2。", "Write it as 20% or 0.2.")
TOO_MANY_TAGS: Final = Sentence(
    f"最多 {MOST_TAGS} 个，每个最多 {LONGEST_TAG} 个字。",
    f"At most {MOST_TAGS}, of {LONGEST_TAG} characters each.",
)
START_ONLY: Final = Sentence("24:00 只能作为末班。", "24:00 can only be the last service.")


def key_of(text: str) -> str:
    """A key that is equal for different spellings."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def listed(words: Sequence[str]) -> Sentence:
    """Words with the commas of each language."""
    return Sentence("、".join(words), ", ".join(words))


def text(most: int) -> Reader:
    """A name or an address: as it is, in one line."""

    def read(cell: Cell) -> str:
        return _bounded(" ".join(_text_of(cell).split()), most)

    return read


def code(most: int) -> Reader:
    """A code, serial, phone or vehicle number: half-width; refuses numbers that lost digits."""

    def read(cell: Cell) -> str:
        return _bounded(_code_of(cell), most)

    return read


def codes(most: int) -> Reader:
    """Several codes in one cell, separated by commas or lines; a blank is part of a code."""

    def read(cell: Cell) -> tuple[str, ...]:
        written = "、".join(str(cell).splitlines()) if isinstance(cell, str) else cell
        parts = (part.strip() for part in re.split(r"[、,;|]+", _code_of(written)))
        return tuple(_bounded(part, most) for part in dict.fromkeys(parts) if part)

    return read


def tags(cell: Cell) -> list[str]:
    """Words separated by commas, sorted as stored."""
    found = sorted({part.strip() for part in _SEVERAL.split(_text_of(cell)) if part.strip()})
    if len(found) > MOST_TAGS or any(len(one) > LONGEST_TAG for one in found):
        raise Unreadable(TOO_MANY_TAGS)
    return found


def words(most: int) -> Reader:
    """A list in the order as written."""

    def read(cell: Cell) -> list[str]:
        parts = [part.strip() for part in _SEVERAL.split(_text_of(cell)) if part.strip()]
        if len(parts) > most or any(len(one) > LONGEST_TAG for one in parts):
            raise Unreadable(TOO_LONG.filled(most * LONGEST_TAG))
        return parts

    return read


def number(low: float, high: float, *, over: bool = False) -> Reader:
    """A number from `low` (exclusive if `over`) to `high`; a unit may follow."""

    def read(cell: Cell) -> float:
        found = _number_of(cell)
        if found is None or not low <= found <= high or (over and found == low):
            raise Unreadable(NO_NUMBER.filled(f"{low:g}", f"{high:g}"))
        return found

    return read


def whole(low: int, high: int) -> Reader:
    """A whole number."""

    def read(cell: Cell) -> int:
        found = _number_of(cell)
        if found is None or not low <= found <= high or found != int(found):
            raise Unreadable(NO_NUMBER.filled(low, high))
        return int(found)

    return read


def share(cell: Cell) -> float:
    """A fraction: `20%`, a cell in per cent, `0.2`, or `20`."""
    given = _text_of(cell).replace("％", "%")
    found = _number_of(given.removesuffix("%"))
    if found is None:
        raise Unreadable(WRONG_SHARE)
    value = found / 100 if given.endswith("%") or found > 1 else found
    if not 0 <= value <= 1:
        raise Unreadable(WRONG_SHARE)
    return round(value, 6)


def clock(*, end: bool = False) -> Reader:
    """A time of day; 24:00 only as an end."""

    def read(cell: Cell) -> str | None:
        found = clock_of(cell)
        if found == "24:00" and not end:
            raise Unreadable(START_ONLY)
        return found

    return read


def choice(names: Iterable[tuple[str, Sentence]], others: Mapping[str, str]) -> Reader:
    """One of some values, by its code, its name in either language, or a synonym."""
    pairs = list(names)
    by_key = {key_of(word): value for word, value in others.items()}
    by_key |= {key_of(word): value for value, name in pairs for word in (value, *name)}
    offered = Sentence(
        "、".join(name.zh for _, name in pairs), ", ".join(name.en for _, name in pairs)
    )

    def read(cell: Cell) -> str:
        given = _text_of(cell)
        found = by_key.get(key_of(given))
        if found is None:
            raise Unreadable(NO_CHOICE.filled(given[:40], offered))
        return found

    return read


def _text_of(cell: Cell) -> str:
    if isinstance(cell, (date, time, timedelta)):
        raise Unreadable(NOT_TEXT)
    found = text_of(cell)
    if _ERRORS.fullmatch(found):
        raise Unreadable(ERROR_VALUE)
    return found


def _code_of(cell: Cell) -> str:
    if isinstance(cell, (int, float)) and abs(cell) >= MOST_DIGITS:
        raise Unreadable(LOST_DIGITS)
    found = " ".join(unicodedata.normalize("NFKC", _text_of(cell)).split())
    if _SCIENTIFIC.fullmatch(found):
        raise Unreadable(LOST_DIGITS)
    return found


def _bounded(found: str, most: int) -> str:
    if len(found) > most:
        raise Unreadable(TOO_LONG.filled(most))
    return found


def _number_of(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell)
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", _text_of(cell)).replace(" ", ""))
    return None if found is None else float(found.group(1))
