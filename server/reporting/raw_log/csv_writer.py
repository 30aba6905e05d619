"""Plays as CSV: any number of rows; the last lines state whether it is complete."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from server.foundation.runtime.blocking import run_blocking
from server.foundation.spreadsheets.writer import BYTE_ORDER_MARK, harmless
from server.playlog.rawlog.stream import Piece
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log.rows import Cell, Row, Table


def as_csv(pieces: Iterable[Piece], table: Table, as_of: datetime) -> Iterator[bytes]:
    """UTF-8 with a byte order mark. On an error the last line reports it, then it raises."""
    yield (BYTE_ORDER_MARK + _lines([[*table.headings()]])).encode()
    try:
        for piece in pieces:
            table.naming.learn(piece)
            yield run_blocking(partial(_piece, table, piece))
    except Exception:
        yield _lines([[table.translate(wording.BROKEN)]]).encode()
        raise
    foot: list[Row] = [
        [table.translate(wording.WHOLE), table.count],
        [table.translate(wording.AS_OF), f"{as_of:%Y-%m-%d %H:%M:%S}"],
    ]
    yield _lines(foot).encode()


def _piece(table: Table, piece: Piece) -> bytes:
    return _lines(table.of(piece)).encode()


def _lines(rows: Iterable[Row]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return harmless(cell) if isinstance(cell, str) else "" if cell is None else str(cell)
