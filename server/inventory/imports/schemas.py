"""Answers of imports."""

from typing import Literal

from server.foundation.rest.responses import Answered, Sha256


class RowProblem(Answered):
    """A fault of a row, or a note; `title` is the column's heading."""

    row: int
    name: str
    column: str
    title: str
    detail: str


class ImportedChange(Answered):
    """A changed column of an existing object: its current and its new value."""

    column: str
    title: str
    before: str
    after: str


class ImportedRow(Answered):
    """A row that creates an object, or changes the one with this id."""

    row: int
    act: Literal["make", "change"]
    id: str | None
    name: str
    changes: list[ImportedChange]


class ImportedBeside(Answered):
    """Further objects that are created."""

    screens: int
    lines: int


class TableImport(Answered):
    """The effect of a table.

    `items`: the first 500 rows that change something; `faults`: the first 200 of `fault_count`;
    `notes` (which don't prevent the import): the first 200 of `note_count`; `unknown`: headings
    that match no column.
    """

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
