"""Writes a file of plays in any form, piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from server.foundation.core import Core
from server.foundation.runtime.blocking import run_blocking
from server.foundation.storage.disk_space import require_room
from server.playlog.audit.export_scope import scope
from server.playlog.audit.signed_export import SealedLines
from server.playlog.rawlog.reader import Span
from server.playlog.rawlog.stream import Piece, stream_log
from server.playlog.store.snapshot import snapshot
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log import queries
from server.reporting.raw_log.csv_writer import as_csv
from server.reporting.raw_log.names import Naming
from server.reporting.raw_log.rows import Table
from server.reporting.raw_log.xlsx_writer import FOOT, MOST_ROWS, TooManyRows, write_xlsx


@dataclass
class SoFar:
    """Numbers of plays read and written: a run has some outside the span."""

    read: int = 0
    written: int = 0


def write_file(core: Core, span: Span, form: str, language: str, path: Path) -> Iterator[SoFar]:
    """Write `ndjson`, `csv` or `xlsx`; yields the progress after each piece.

    The file is complete when this ends. Raises TooManyRows, StorageFull, Damaged, Busy.
    """
    if form == "xlsx":
        check_rows(core, span)
    so_far, table = SoFar(), table_of(core, span, language)
    pieces = _counted(core, span, so_far, path.parent)
    if form == "xlsx":
        for _ in write_xlsx(pieces, table, as_of(core), path):
            so_far.written = table.count
            yield so_far
        return
    zone = core.settings.zone
    about = scope(core.plays, span, core.clock.now_ms(), zone)
    lines = SealedLines(core.signer, zone, about)
    texts = as_csv(pieces, table, as_of(core)) if form == "csv" else _sealed(lines, pieces)
    with path.open("wb") as sink:
        for text in texts:
            sink.write(text)
            so_far.written = table.count if form == "csv" else lines.count
            yield so_far


def check_rows(core: Core, span: Span) -> None:
    """Refuse early a span too large for a sheet. Raises TooManyRows."""
    with snapshot(core.plays) as tx:
        if tx.aside(queries.plays_within, span) > MOST_ROWS - FOOT:
            raise TooManyRows


def table_of(core: Core, span: Span, language: str) -> Table:
    """The table of a span's plays."""
    return Table(Naming(core), span, core.settings.zone, language)


def as_of(core: Core) -> datetime:
    """Now by the district's clock, as cells have it."""
    return datetime.fromtimestamp(core.clock.now_ms() / 1000, core.settings.zone).replace(
        tzinfo=None
    )


def _counted(core: Core, span: Span, so_far: SoFar, folder: Path) -> Iterator[Piece]:
    """The pieces while there is disk space; the reserve is many times the size of a piece."""
    for piece in stream_log(core.plays, span):
        require_room(folder, 0, wording.NO_ROOM)
        yield piece
        so_far.read += sum(passage.batch.n for passage in piece.passages)


def _sealed(lines: SealedLines, pieces: Iterator[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        yield run_blocking(partial(lines.of, piece))
    yield run_blocking(lines.end)
