"""Templates, exports, and tables with faults beside the rows."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.reader import Row, Sheet
from server.foundation.spreadsheets.template_workbook import (
    CHOICES,
    HELP,
    Heading,
    new_book,
    write_drop_downs,
    write_headings,
    write_help,
)
from server.inventory.imports.columns.fields import PROBLEM, Field, clears, titles
from server.inventory.imports.columns.name_lookup import Names
from server.inventory.imports.columns.place_lookup import lines_of, units_of
from server.inventory.imports.entities.venue_matching import Options
from server.inventory.imports.registry import Table
from server.inventory.imports.row_faults import RowFault

HELP_HEADS: Final = (
    Sentence("列", "Column"), Sentence("必填", "Needed"), Sentence("怎么填", "What to write"),
    Sentence("例子", "Example"),
)  # fmt: skip
YES: Final = Sentence("是", "Yes")
COMMON: Final = (
    Sentence(
        "填第一张表。列的先后随意，用不到的列可以删掉；标题行上面可以有大标题。",
        "Fill in the first sheet. Columns may stand in any order, and those not needed may go.",
    ),
    Sentence(
        "已有的记录：空着的格子不改动；要去掉原来的内容，写“清空”或“-”。",
        "Of what is there already an empty cell changes nothing; write “-” to take a value away.",
    ),
    Sentence(
        "同一份表再导入一次不会重复；只有改动过的行会变。",
        "The same table twice makes nothing twice: only changed rows change.",
    ),
)
_MARK: Final = {"bg_color": "#FDECEA", "text_wrap": True}


def template(session: Session, actor: Actor, table: Table, language: str) -> bytes:
    """An empty template with drop-downs and instructions."""
    return _written(session, actor, table, table.fields, (), language)


def present_state(session: Session, actor: Actor, table: Table, language: str) -> bytes:
    """The objects that the person may change, in the template's form."""
    index = table.index(session, actor, Options(), write=True)
    fields = [*table.fields, next(one for one in table.accepted if one.name == "id")]
    rows = [
        [
            table.value(index, field.name, row.get(field.name), language)
            if field.name != "coord" or row.get("lat") is not None
            else ""
            for field in fields
        ]
        for row in table.rows(index)
    ]
    return _written(session, actor, table, fields, rows, language)


def with_problems(table: Table, sheet: Sheet, faults: Sequence[RowFault], language: str) -> bytes:
    """The table as uploaded, with the faults of each row in a column that is never parsed."""
    named = titles(table.accepted)
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for one in faults:
        title = named[one.column].in_language(language)
        texts[one.row].append(f"{title}：{one.detail.in_language(language)}")
    problem = PROBLEM.in_language(language)
    # Readers pad rows with empty cells.
    width = 1 + max(place for row in (sheet.head, *sheet.rows) for place in _filled(row))
    heads = [str(cell or "") for cell in sheet.head.cells[:width]]
    heads += [""] * (width - len(heads))
    kept = [place for place, title in enumerate(heads) if title not in PROBLEM]
    out = io.BytesIO()
    with new_book(out) as book:
        page = book.add_worksheet(table.title.in_language(language))
        headings = [Heading(problem, 44), *(Heading(heads[place], 16, "@") for place in kept)]
        write_headings(book, page, headings)
        mark, forms = book.add_format(_MARK), _forms(book)
        for number, row in enumerate(sheet.rows, 1):
            if row.number in texts:
                page.write_string(number, 0, "\n".join(texts[row.number]), mark)
            for place, cell in enumerate(kept, 1):
                _write(
                    page, number, place, row.cells[cell] if cell < len(row.cells) else None, forms
                )
        page.autofilter(0, 0, len(sheet.rows), len(kept))
    return out.getvalue()


def _filled(row: Row) -> Iterable[int]:
    return (place for place, cell in enumerate(row.cells) if cell is not None)


def _written(
    session: Session,
    actor: Actor,
    table: Table,
    fields: Sequence[Field],
    rows: Sequence[Sequence[Any]],
    language: str,
) -> bytes:
    choices = _choices(session, actor, fields, language)
    out = io.BytesIO()
    with new_book(out) as book:
        sheet = book.add_worksheet(table.title.in_language(language))
        headings = [_heading(one, language) for one in fields]
        forms = write_headings(book, sheet, headings)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, place, value, forms[place])
                elif value and not clears(value):
                    sheet.write_string(number, place, _marked(value), forms[place])
        write_drop_downs(book, sheet, CHOICES.in_language(language), choices, len(rows))
        lines = [one.in_language(language) for one in (*table.lines, *COMMON)]
        write_help(book, HELP.in_language(language), lines, _help(fields, language))
    return out.getvalue()


def _marked(text: str) -> str:
    """Table readers take one apostrophe for the mark of a text."""
    return f"'{text}" if text.startswith("'") else text


def _heading(field: Field, language: str) -> Heading:
    title = field.title.in_language(language)
    return Heading(title, field.width, "@" if field.text else "", field.needed)


def _help(fields: Iterable[Field], language: str) -> list[list[str]]:
    rows = [[one.in_language(language) for one in HELP_HEADS]]
    for field in fields:
        needed = YES.in_language(language) if field.needed else ""
        words = [field.title, field.how, field.example]
        title, how, example = (one.in_language(language) for one in words)
        rows.append([title, needed, how, example])
    return rows


def _choices(
    session: Session, actor: Actor, fields: Sequence[Field], language: str
) -> dict[int, Sequence[str]]:
    """The values of drop-downs, by the position of their column."""
    places: dict[str, Names[Any]] = {"units": units_of(session, actor)}
    if any(field.choices == "lines" for field in fields):
        places["lines"] = lines_of(session, actor)
    called = {one: [*map(names.called, names.by_id)] for one, names in places.items()}
    return {
        place: called[field.choices]
        if isinstance(field.choices, str)
        else [one.in_language(language) for one in field.choices]
        for place, field in enumerate(fields)
        if field.choices
    }


def _forms(book: Any) -> Mapping[type, Any]:
    forms = {datetime: "yyyy-mm-dd", date: "yyyy-mm-dd", time: "hh:mm", timedelta: "[hh]:mm"}
    return {kind: book.add_format({"num_format": form}) for kind, form in forms.items()}


def _write(page: Any, row: int, place: int, cell: Any, forms: Mapping[type, Any]) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, (int, float)):
        page.write_number(row, place, cell)
    elif isinstance(cell, (datetime, date, time, timedelta)):
        page.write_datetime(row, place, cell, forms[type(cell)])
    elif cell is not None:
        page.write_string(row, place, str(cell))
