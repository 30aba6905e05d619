"""Figures as a page prints them, by what they are of: elements with `data-figure`.

The nearest `data-of` around one names its subject: an id, a day, `campaigns`; "" is the page.
"""

from collections import defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "rect", "source"})
Printed = Mapping[tuple[str, str], set[str]]
"""By what it is of and which figure it is, each text that the page has for it."""


class _Reader(HTMLParser):
    """Follows elements from begin to end; the content of a marked one is its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._open: list[tuple[str, str, str | None]] = []
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        have = dict(attrs)
        above = self._open[-1][1] if self._open else ""
        mark = have.get("data-figure")
        self._open.append((tag, have.get("data-of", above) or "", mark))
        self._texts.append("")

    def handle_data(self, data: str) -> None:
        self._texts = [text + data for text in self._texts]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        opened, of, mark = self._open.pop()
        assert opened == tag, (opened, tag, self.getpos())
        text = " ".join(self._texts.pop().split())
        if mark is not None:
            self.found[of, mark].add(text)


def printed(page: str) -> Printed:
    """All marked figures of a page; tags must be closed, but for those that never are."""
    reader = _Reader()
    reader.feed(page)
    return reader.found
