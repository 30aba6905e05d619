"""Tables as people send them, and how they are sent."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
import xlsxwriter

from tests.support.app.people import Person


def csv(head: Sequence[str], *rows: Sequence[str]) -> bytes:
    """A csv in UTF-8; cells with commas in quotes."""
    lines = (
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (head, *rows)
    )
    return "\n".join(lines).encode()


def xlsx(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An xlsx with texts and numbers as they are."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((head, *rows)):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
    return out.getvalue()


def crafted_workbook() -> bytes:
    """One of less than 200 kB whose sheet is two million rows that differ in nothing."""
    content, row = xlsx(("名称", "类型"), [("甲", "其他")]), b"<row><c><v>1</v></c></row>"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for one in good.namelist():
            sheet = b"<worksheet><sheetData>" + row * 2_000_000 + b"</sheetData></worksheet>"
            bad.writestr(one, sheet if one.endswith("sheet1.xml") else good.read(one))
    return out.getvalue()


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    """The first sheet of an xlsx, the headings too."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def send(
    person: Person,
    noun: str,
    content: bytes,
    *,
    dry: bool = False,
    headers: dict[str, str] | None = None,
    **query: str,
) -> Any:
    """Import a table, or have it checked; the answer."""
    form = {"file": (io.BytesIO(content), "表.xlsx")}
    asked = {**query, "dry_run": "true"} if dry else query
    path = f"/api/v1/{noun}/import"
    return person.client.post(path, data=form, query_string=asked, headers=headers or {})


def fault_places(answer: Any) -> list[tuple[int, str]]:
    """Where the faults of a check are."""
    return [(one["row"], one["column"]) for one in answer.json["faults"]]
