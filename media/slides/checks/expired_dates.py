"""Finds expired end dates in the texts of a slide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

YEAR = r"(?P<year>20\d\d)\s?[年./-]\s?"
DAY = r"(?P<month>1[0-2]|0?[1-9])\s?[月./-]\s?(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s?日?"
# Words before or after that mark an end date: 截至 gives the date of a figure, not an end.
BEFORE = (
    r"(?:截止(?:到|至|日期|时间)?|有效期(?:至|到)?|持续(?:至|到)|延续至|[至到—~～-])\s?[:：]?\s?"
)
AFTER = r"\s?(?:前|之前|以前|止|截止|为止|到期|结束)"
ENDS = (
    re.compile(BEFORE + YEAR + DAY),
    re.compile(YEAR + DAY + AFTER),
    re.compile(rf"{YEAR}(?:1[0-2]|0?[1-9])\s?[月./-]\s?\d{{1,2}}\s?日?\s?[至到—~～-]\s?{DAY}"),
)
SAFE = re.compile(r"截至")


def expired(text: str, today: date) -> list[str]:
    """Return the end dates in a text before today, as they are written, each once."""
    plain = unicodedata.normalize("NFKC", text)
    found = {span: words for span, words, day in _ends(plain) if day < today}
    return list(dict.fromkeys(found[span] for span in sorted(found)))


def _ends(text: str) -> Iterator[tuple[int, str, date]]:
    for pattern in ENDS:
        for match in pattern.finditer(text):
            if SAFE.search(text[max(match.start() - 1, 0) : match.end()]):
                continue
            year, month, day = (int(match[name]) for name in ("year", "month", "day"))
            try:
                yield match.start("month"), _written(match), date(year, month, day)
            except ValueError:
                continue


def _written(match: re.Match[str]) -> str:
    begin = min(match.start("year"), match.start("month"))
    return match.string[begin : match.end("day")] + "日" * ("月" in match.group())
