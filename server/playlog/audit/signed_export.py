"""The raw log as a signed NDJSON export: one event a line, with chain heads and seals.

Each line carries its boot's chain head before and after the event, so a changed, missing or moved
event is detectable. `seal` covers the line and the previous seal, which protects the other fields.
The last line holds the scope and the server's signature over its seal; a truncated export lacks it.
An export without events consists of that line alone.
"""

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import Any

from server.foundation.crypto.signing import Signer
from server.foundation.db.session import Database
from server.foundation.public_ids import public
from server.foundation.runtime.blocking import run_blocking
from server.playlog.audit.export_scope import scope
from server.playlog.audit.verifier.verify import FIRST_SEAL, last_text, seal_of, written
from server.playlog.ingest.device_signature import jwk_of
from server.playlog.model import hash_chain
from server.playlog.model.verdict_rules import Verdict
from server.playlog.rawlog.reader import LoggedPlay, Span
from server.playlog.rawlog.serializers import play_document
from server.playlog.rawlog.stream import Declared, Passage, Piece, Run, stream_log
from server.playlog.store.packing.stored_batch import AGREES, STORED, StoredBatch
from server.playlog.store.recovered_ranges import LostRange, range_around

Line = dict[str, Any]


def export(
    database: Database, span: Span, signer: Signer, zone: tzinfo, now_ms: int
) -> Iterator[bytes]:
    """The lines of an export in chunks.

    Contains whole runs of each boot, so that its chain can be verified. Raises Damaged, Busy.
    """
    lines = SealedLines(signer, zone, scope(database, span, now_ms, zone))
    for piece in stream_log(database, span):
        yield run_blocking(partial(lines.of, piece))
    yield run_blocking(lines.end)


class SealedLines:
    """Makes the lines piece by piece; the last one waits for the signature."""

    def __init__(self, signer: Signer, zone: tzinfo, about: Line) -> None:
        """`about`: the scope record that the last line carries (`export_scope`)."""
        self._signer = signer
        self._zone = zone
        self._about = about
        self._run: _RunLines | None = None
        self._seal, self._number = FIRST_SEAL, 0
        self._waiting: Line | None = None

    @property
    def count(self) -> int:
        """Number of lines so far."""
        return self._number

    def of(self, piece: Piece) -> bytes:
        """The lines of a piece; its last line is held back until the next call."""
        if self._run is None or self._run.run is not piece.run:
            self._run = _RunLines(piece.run, self._zone)
        written = [self._sealed(line) for part in piece.parts for line in self._run.of(part)]
        return b"".join(written)

    def end(self) -> bytes:
        """The signed last line; the only one of an export without events."""
        number = self._number or 1
        last = self._seal_on({**(self._waiting or {"line": number}), "export": self._about})
        last["lines"] = number
        last["signature"] = self._signer.sign(last_text(self._seal, number))
        last["key"] = self._signer.public_keys()[0]
        return _written(last)

    def _sealed(self, line: Line) -> bytes:
        """The previous line; keeps this one back."""
        before = b"" if self._waiting is None else _written(self._seal_on(self._waiting))
        self._number += 1
        self._waiting = {"line": self._number, **line}
        return before

    def _seal_on(self, line: Line) -> Line:
        """The line with its seal over the lines before."""
        self._seal = line["seal"] = seal_of(self._seal, line)
        return line


def _written(line: Line) -> bytes:
    return written(line) + b"\n"


class _RunLines:
    """One line per event of a run, each with its heads; gaps in between were declared lost.

    Events outside the reader's access scope are omitted, and the next line carries their count
    (`elsewhere`). Plays recovered from a range that was declared lost precede the declaration.
    """

    def __init__(self, run: Run, zone: tzinfo) -> None:
        self.run = run
        self._zone = zone
        self._key = None if run.boot.key is None else jwk_of(run.boot.key)
        self._lost = {one.first for one in run.lost}
        inside = range_around(run.lost, run.begins)
        self._seq = inside.first if inside is not None else run.begins
        self._head, self._beside = run.head, run.beside
        self._elsewhere = 0

    def of(self, part: Passage | Declared) -> Iterator[Line]:
        """The lines of a batch, or the line of a lost range."""
        if isinstance(part, Passage):
            yield from self._of_passage(part)
            return
        lost = part.range
        yield self._marked(self._lost_line(lost))
        self._head, self._seq = lost.head, lost.last + 1

    def _of_passage(self, passage: Passage) -> Iterator[Line]:
        row, aside = passage.batch, self._seq in self._lost
        rests_on = self._beside if aside and row.first > self._seq else self._head
        lines = self._batch_lines(passage, rests_on)
        for one, line in zip(passage.plays, lines, strict=True):
            if not self.run.first <= one.play.seq <= self.run.last:
                continue
            if self.run.span.sees(one):
                yield self._marked(line)
            else:
                self._elsewhere += 1
        if aside:
            self._beside = row.head
        else:
            self._head, self._seq = row.head, row.first + row.n

    def _marked(self, line: Line) -> Line:
        elsewhere, self._elsewhere = self._elsewhere, 0
        return line | {"elsewhere": elsewhere} if elsewhere else line

    def _batch_lines(self, passage: Passage, head: bytes) -> Iterator[Line]:
        """The lines of a batch; the head after its last event is the stored one."""
        row = passage.batch
        for one in passage.plays:
            is_last = one.play.seq == row.first + row.n - 1
            after = row.head if is_last else hash_chain.link(head, one.play.link())
            line = {**_event_line(one, head, after, self._zone), "clock": _clock(row, one)}
            yield {**line, **self._signed(row)} if is_last else line
            head = after

    def _signed(self, row: StoredBatch) -> Line:
        """The signature of the screen's own key over a batch, on its last line."""
        if self._key is None or row.signature is None or row.claim != AGREES:
            return {}
        return {"signed": {"first": row.first, "signature": row.signature, "key": self._key}}

    def _lost_line(self, lost: LostRange) -> Line:
        return {
            "screen_id": public("screen", self.run.boot.screen),
            "boot": self.run.boot.boot,
            "lost": [lost.first, lost.last, lost.reason],
            "before": self._head.hex(),
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
    """The clock record that placed the play in time, as the player sent it; None without one."""
    if row.clock is None or one.verdict is Verdict.UNSYNCED:
        return None
    source = {"source": "stored"} if row.source == STORED else {}
    return {
        "offset_ms": row.clock.offset_ms,
        "uncertainty_ms": row.clock.uncertainty_ms,
        **source,
    }
