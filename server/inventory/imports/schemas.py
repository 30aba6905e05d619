"""What imports of tables answer."""

from typing import Literal

from server.foundation.rest.responses import Answered, Sha256


class RowProblem(Answered):
    """What is wrong in a row, or worth a look; `title` is the heading of the column."""

    row: int
    name: str
    column: str
    title: str
    detail: str


class ImportedChange(Answered):
    """A column of a row that is there already: what stands there, and what will."""

    column: str
    title: str
    before: str
    after: str


class ImportedRow(Answered):
    """A row that makes something, or changes what has this id."""

    row: int
    act: Literal["make", "change"]
    id: str | None
    name: str
    changes: list[ImportedChange]


class ImportedBeside(Answered):
    """What is made beside the rows' own things."""

    screens: int
    lines: int


class TableImport(Answered):
    """What a table does, or would do. `items` are the first 500 rows that change something,
    `faults` the first 200 of `fault_count` and `notes` (which hold up nothing) of `note_count`;
    `unknown` are headings that stand for no column."""

    digest: Sha256
    state: Sha256
    applied: bool
    made: int
    changed: int
    unchanged: int
    also: ImportedBeside
    items: list[ImportedRow]
    fault_count: int
    faults: list[RowProblem]
    note_count: int
    notes: list[RowProblem]
    unknown: list[str]
