"""Breaks Chinese text into lines and finds the size at which it fits; pure arithmetic.

The rules and worked examples are in docs/algorithms/slides.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from media.slides.text.line_break_words import kept_words

Measure = Callable[[str], float]  # width of a text in em, that is at font size 1

NOT_FIRST = "，。、；：？！）】》」』〕〉”’…—～·％%℃°,.;:?!)]}"
PAUSES = "，。；：？！、）】》」』—…,;:?!"
NOT_LAST = "（【《「『〔〈“‘([{￥¥$"
UNITS = "万|亿|千|百|元|年|月|日|号|起|人|次|个|条|名|户|部|张|分钟|分|秒|小时|时|天|岁|倍|折"
# A number with its unit, a phone number, a Latin word, a web address: never broken inside.
NUMBERED = rf"[0-9０-９A-Za-z@#&+][0-9０-９A-Za-z@#&+_'’./:,\-–~％%]*(?: ?(?:{UNITS})元?)?"
# The penalty, besides unevenness, for a line end where a speaker would not pause.
NO_PAUSE = 0.15


class TooMuchText(Exception):
    """The text can't be set legibly in the given space."""


@dataclass(frozen=True, slots=True)
class Style:
    """How lines follow each other, in em: distance of baselines, extra gap of paragraphs."""

    leading: float = 1.4
    gap: float = 0.45
    indent: float = 0.0
    balanced: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Room:
    """The space for a text, in pixels, and the sizes it may have there."""

    width: float
    height: float
    smallest: int
    largest: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text set in lines: the size in pixels, and the lines of each paragraph."""

    size: int
    paragraphs: tuple[tuple[str, ...], ...]
    height: float


def _tidied(text: str) -> str:
    """One space where there are several, none before closing punctuation."""
    closing = re.escape(NOT_FIRST)
    return re.sub(rf"\s+(?=[{closing}])", "", re.sub(r"[ \t]+", " ", text.strip()))


@lru_cache(maxsize=1)
def _piece() -> re.Pattern[str]:
    return re.compile("|".join([NUMBERED, *kept_words(), "——|……|."]))


@lru_cache(maxsize=2_000)
def pieces(text: str) -> tuple[str, ...]:
    """Split a paragraph into unbreakable pieces; a space begins the piece it precedes."""
    found: list[str] = []
    for match in _piece().finditer(_tidied(text)):
        piece = match.group()
        after_opening = bool(found) and found[-1][-1] in NOT_LAST
        before_space = bool(found) and found[-1].isspace()
        if found and (after_opening or before_space or piece[0] in NOT_FIRST):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


def broken(text: str, width: float, measure: Measure) -> tuple[str, ...] | None:
    """Break one paragraph into lines of at most that many em; None if a piece is wider."""
    lines: list[str] = []
    line = ""
    for piece in pieces(text):
        if line and measure(line + piece) > width:
            lines.append(line)
            line = ""
        line = line + piece if line else piece.lstrip()
        if measure(line) > width:
            return None
    return (*lines, line) if line else tuple(lines)


def balanced(text: str, width: float, measure: Measure) -> tuple[str, ...] | None:
    """Break into as few lines as `broken`, but evenly, and where the speaker would pause."""
    greedy = broken(text, width, measure)
    if greedy is None or len(greedy) < 2:
        return greedy
    parts = pieces(text)
    target = measure(text.strip()) / len(greedy)
    # best[n][end]: the least cost of setting the first `end` pieces in n lines, and the lines.
    best: list[dict[int, tuple[float, tuple[str, ...]]]] = [{0: (0.0, ())}]
    for _ in greedy:
        best.append(_one_line_more(best[-1], parts, width, target, measure))
    return best[-1][len(parts)][1]


def _one_line_more(
    before: dict[int, tuple[float, tuple[str, ...]]],
    parts: Sequence[str],
    width: float,
    target: float,
    measure: Measure,
) -> dict[int, tuple[float, tuple[str, ...]]]:
    after: dict[int, tuple[float, tuple[str, ...]]] = {}
    for begin, (cost, lines) in before.items():
        line = ""
        for end in range(begin + 1, len(parts) + 1):
            line = line + parts[end - 1] if line else parts[end - 1].lstrip()
            used = measure(line)
            if used > width:
                break
            rest = 0.0 if end == len(parts) or _pauses(line) else NO_PAUSE
            total = cost + ((used - target) / width) ** 2 + rest
            if end not in after or total < after[end][0]:
                after[end] = (total, (*lines, line))
    return after


def _pauses(line: str) -> bool:
    """A closing quote pauses only where the quoted words do."""
    unquoted = line.rstrip("”’")
    return bool(unquoted) and unquoted[-1] in PAUSES


def fit(texts: Sequence[str], room: Room, measure: Measure, style: Style = PLAIN) -> Fitted:
    """Set paragraphs as large as the room allows. Raises TooMuchText below the smallest size."""
    best: Fitted | None = None
    low, high = room.smallest, room.largest
    while low <= high:
        size = (low + high) // 2
        trial = set_at(size, texts, room, measure, style)
        if trial is None:
            high = size - 1
        else:
            best, low = trial, size + 1
    if best is None:
        raise TooMuchText(texts[0] if texts else "")
    return best


def set_at(
    size: int, texts: Sequence[str], room: Room, measure: Measure, style: Style
) -> Fitted | None:
    """Set paragraphs at one size; None if they don't fit the room."""
    width = room.width / size - style.indent
    if width <= 0:
        return None
    set_text = balanced if style.balanced else _without_widow
    paragraphs = []
    for paragraph in "\n".join(texts).splitlines():
        lines = set_text(paragraph, width, measure)
        if lines is None:
            return None
        if lines:
            paragraphs.append(lines)
    height = height_of([len(lines) for lines in paragraphs], style) * size
    return Fitted(size, tuple(paragraphs), height) if height <= room.height else None


def height_of(lines: Sequence[int], style: Style) -> float:
    """Return the height in em of paragraphs of so many lines, from ink to ink."""
    if not lines:
        return 0.0
    return 1 + (sum(lines) - 1) * style.leading + (len(lines) - 1) * style.gap


def _without_widow(text: str, width: float, measure: Measure) -> tuple[str, ...] | None:
    """A last line of one or two signs is bad style: then the lines share the text evenly."""
    lines = broken(text, width, measure)
    if lines is not None and len(lines) > 1 and measure(lines[-1]) <= 2:
        return balanced(text, width, measure)
    return lines
