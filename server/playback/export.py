"""The log as an auditor takes it away: NDJSON, one event a line, with chain heads and seals.

Each line carries the head of its boot's hash chain before and after it, so that a changed, missing
or moved event shows. `seal` covers the line and the seal of the line before, so that the rest of
a line is covered too. The last line carries the server's signature over its seal.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

import orjson

from server.ids import public
from server.playback import boots, chain, rawlog, store
from server.playback.audit import FIRST_SEAL, last_text, seal_of
from server.playback.documents import play_document
from server.playback.driver import Tx
from server.playback.rawlog import LoggedPlay, Span
from server.playback.sidechain import LostRange, head_before, lost_ranges, range_around
from server.playback.store import StoredBatch
from server.playback.verdicts import Verdict
from server.signing import Signer

Line = dict[str, Any]
FOREVER_MS: Final = 2**53


def export(tx: Tx, span: Span, signer: Signer, zone: tzinfo) -> Iterator[bytes]:
    """The lines of an export. Whole runs of a boot are given, so that its chain can be followed."""
    seal, number = FIRST_SEAL, 0
    waiting: Line | None = None
    for line in _lines(tx, span, zone):
        if waiting is not None:
            yield _written(waiting)
        number += 1
        waiting = {"line": number, **line}
        seal = waiting["seal"] = seal_of(seal, waiting)
    if waiting is not None:
        waiting["lines"] = number
        waiting["signature"] = signer.sign(last_text(seal, number))
        waiting["key"] = signer.public_keys()[0]
        yield _written(waiting)


def _written(line: Line) -> bytes:
    return orjson.dumps(line) + b"\n"


def _lines(tx: Tx, span: Span, zone: tzinfo) -> Iterator[Line]:
    for screen in span.screens:
        rows = rawlog.batches_between(tx, screen, span.from_ms, span.until_ms)
        for boot in dict.fromkeys(row.boot for row in rows):
            name = boots.name_of(tx, boot)
            seqs = [
                one.play.seq
                for row in rows
                if row.boot == boot
                for one in rawlog.read_batch(tx, row, name)
                if one.is_of(span.from_ms, span.until_ms)
            ]
            if seqs:
                run = _Run(tx, screen, name)
                yield from run.lines(min(seqs), max(seqs), zone)


class _Run:
    """The events of a boot from one seq to another, each with its heads."""

    def __init__(self, tx: Tx, screen: int, boot: str) -> None:
        self._tx = tx
        self._screen = screen
        self._name = boot
        self._boot = boots.find_boot(tx, screen, boot)
        self._lost = lost_ranges(tx, self._boot.id) if self._boot is not None else []

    def lines(self, first: int, last: int, zone: tzinfo) -> Iterator[Line]:
        """One line an event; what lies between two batches was declared lost.

        Of a range that was declared lost, what came after all stands before the declaration.
        """
        rows = store.of_boot(self._tx, self._boot, first, last) if self._boot else []
        if not rows:
            return
        lost = {one.first: one for one in self._lost}
        inside = range_around(self._lost, rows[0].first)
        seq = inside.first if inside is not None else rows[0].first
        head, beside = self._head_before(seq), self._head_before(rows[0].first)
        for row in rows:
            while seq in lost and lost[seq].last < row.first:
                yield self._lost_line(lost[seq], head)
                head, seq = lost[seq].head, lost[seq].last + 1
            aside = seq in lost
            rests_on = beside if aside and row.first > seq else head
            for line in self._batch_lines(row, rests_on, zone):
                if first <= line["seq"] <= last:
                    yield line
            if aside:
                beside = row.head
            else:
                head, seq = row.head, row.first + row.n

    def _batch_lines(self, row: StoredBatch, head: bytes, zone: tzinfo) -> Iterator[Line]:
        """The head after the last event is the one that was stored when it came in."""
        for one in rawlog.read_batch(self._tx, row, self._name):
            is_last = one.play.seq == row.first + row.n - 1
            after = row.head if is_last else chain.link(head, one.play.link())
            yield {**_event_line(one, head, after, zone), "clock": _clock(row, one)}
            head = after

    def _head_before(self, first: int) -> bytes:
        boot = self._boot
        before = head_before(self._tx, boot, first, self._lost) if boot is not None else None
        return before or chain.start(self._name)

    def _lost_line(self, lost: LostRange, before: bytes) -> Line:
        return {
            "screen_id": public("screen", self._screen),
            "boot": self._name,
            "lost": [lost.first, lost.last, lost.reason],
            "before": before.hex(),
            "head": lost.head.hex(),
        }


def _event_line(one: LoggedPlay, before: bytes, after: bytes, zone: tzinfo) -> Line:
    return {
        **play_document(one, zone),
        "start_ms": one.play.start_ms,
        "received": one.received_ms,
        "before": before.hex(),
        "head": after.hex(),
    }


def _clock(row: StoredBatch, one: LoggedPlay) -> dict[str, Any] | None:
    """By what the play was placed in time, as the player gave it; none if that is unknown."""
    if row.clock is None or one.verdict is Verdict.UNSYNCED:
        return None
    source = {"source": "stored"} if row.source == store.STORED else {}
    return {
        "offset_ms": row.clock.offset_ms,
        "uncertainty_ms": row.clock.uncertainty_ms,
        **source,
    }
