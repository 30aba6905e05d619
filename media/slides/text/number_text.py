"""Formats and extracts figures in texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

FIGURE = re.compile(
    r"\d[\d.,]*\s?(?:[万亿]?(?:元|次|人次|人|起|条|个|户|张|部|件|小时|天|名)|[万亿%％倍])?"
)


@dataclass(frozen=True, slots=True)
class Parted:
    """A line's figure with its unit, and the words around it (may be empty)."""

    figure: str
    label: str


def parted(line: str) -> Parted:
    """Split the first figure from its words; a line without one counts as a figure."""
    found = FIGURE.search(line)
    if found is None:
        return Parted(line.strip(), "")
    label = line[: found.start()].strip(" ：:，") + line[found.end() :].strip(" ：:，")
    return Parted(found.group().strip(), label)


def holds_figure(line: str) -> bool:
    """Whether a line contains a figure."""
    return FIGURE.search(line) is not None


def spelled(number: float) -> str:
    """A number with commas between thousands, at most four places, no needless zeros."""
    text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
