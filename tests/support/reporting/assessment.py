"""Asking for assessment packs, and reading their files."""

import io
import re
from typing import Any

import openpyxl
import pypdfium2
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.reporting.coverage import Town, day

PATH = "/api/v1/assessment-packs"
HEADINGS = (
    "序号", "责任单位", "属地", "点位", "类型", "地址", "屏数", "接入方式", "责任人", "电话",
    "播放起止", "频次要求", "应播", "实播", "播放完成率", "是否达标", "佐证照片", "备注",
)  # fmt: skip


def asked(person: Person, *units: str, first: int = 0, last: int = 4) -> Any:
    """Ask for a pack of the tests' days first..last; the answer."""
    body = {"unit_ids": list(units or ("u_1",)), "from": day(first), "to": day(last)}
    return person.client.post(PATH, json=body)


def made(town: Town, *units: str, person: Person | None = None, **days: int) -> Any:
    """A pack that is ready, as JSON."""
    author = person or sign_in(town.world, "publicity")
    answer = asked(author, *units, **days)
    assert answer.status_code == 201, answer.text
    run_jobs(town.world.core)
    found = author.client.get(f"{PATH}/{answer.json['id']}").json
    assert found["state"] == "ready"
    return found


def fetched(person: Person, pack: Any, name: str) -> bytes:
    """A file of a pack."""
    answer = person.client.get(f"{PATH}/{pack['id']}/{name}")
    assert answer.status_code == 200, answer.text
    return answer.data


def sheet_of(content: bytes) -> Worksheet:
    """The only sheet of a workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The lines below the headings by heading, the totals last; cells, not their values."""
    lines = list(sheet.iter_rows())
    at = next(number for number, line in enumerate(lines) if line[0].value == HEADINGS[0])
    assert tuple(cell.value for cell in lines[at]) == HEADINGS
    found = []
    for line in lines[at + 1 :]:
        found.append(dict(zip(HEADINGS, line, strict=True)))
        if line[0].value == "合计":
            return found
    raise AssertionError("no totals")


def text_of(content: bytes) -> list[str]:
    """The text of each page of a PDF, without line breaks."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [
            document[number].get_textpage().get_text_range() for number in range(len(document))
        ]
    finally:
        document.close()
    return [re.sub(r"[\r\n]+", "", page) for page in pages]
