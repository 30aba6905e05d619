"""Plays as rows of a table for offices: names in place of ids, the district's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from server.foundation.durations import DAY_MS
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.playlog.rawlog.failure_texts import reason_of
from server.playlog.rawlog.reader import LoggedPlay, Span
from server.playlog.rawlog.serializers import FIRST_MS, LAST_MS
from server.playlog.rawlog.stream import Passage, Piece
from server.playlog.store.boots import Boot
from server.playlog.store.recovered_ranges import LostRange
from server.reporting.delivery.headings import VERDICTS, why_lost
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log.names import Naming

Cell = str | int | float | datetime | None
Row = list[Cell]


@dataclass
class Table:
    """The rows of a span, piece by piece; `count` is the number of plays so far."""

    naming: Naming
    span: Span
    zone: tzinfo
    language: str
    count: int = 0

    def headings(self) -> list[str]:
        """The first row."""
        return [self.translate(one) for one in wording.HEADINGS]

    def of(self, piece: Piece) -> Iterator[Row]:
        """The plays of a piece that are in the span, and its losses."""
        for part in piece.parts:
            if isinstance(part, Passage):
                yield from self._rows(part)
            elif part.at_ms is not None:
                yield self._lost_row(piece.run.boot, part.range, part.at_ms)

    def translate(self, sentence: Sentence) -> str:
        """In the reader's language."""
        return sentence.in_language(self.language)

    def _rows(self, passage: Passage) -> Iterator[Row]:
        for one in passage.plays:
            if self.span.has(one):
                self.count += 1
                yield self._row(one)

    def _row(self, one: LoggedPlay) -> Row:
        play = one.play
        code = one.reason or play.error
        return [
            self.naming.screen(one.screen, one.at_ms),
            public("screen", one.screen),
            self._moment(one.start_ms),
            play.shown_ms / 1000,
            self.naming.content(play.asset),
            self.naming.campaign(one.campaign),
            self.translate(VERDICTS[str(one.verdict)][0]),
            self.translate(reason_of(code).name) if code else "",
            self._moment(one.received_ms),
            one.boot,
            play.seq,
        ]

    def _lost_row(self, boot: Boot, lost: LostRange, at_ms: int) -> Row:
        return [
            self.naming.screen(boot.screen, at_ms), public("screen", boot.screen), None, None,
            "", "", self.translate(wording.LOST), self.translate(why_lost(lost.reason)), None,
            boot.boot, f"{lost.first}–{lost.last}",
        ]  # fmt: skip

    def _moment(self, at_ms: int | None) -> datetime | None:
        """The district's time, to the second; None outside the calendar."""
        if at_ms is None or not FIRST_MS + DAY_MS <= at_ms < LAST_MS:
            return None
        moment = datetime.fromtimestamp(at_ms / 1000, self.zone)
        return moment.replace(microsecond=0, tzinfo=None)
