"""Draws the pages of one hostile PDF; run in a child with limits.

`python -m media.documents.pages_worker '{"source", "folder", "most", "side"}'` answers with one
JSON object:
`{"pages": [file names]}` or `{"refused": [code, zh, en]}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from media.errors import MediaRefused
from media.rejection_reasons import refusal

PASSWORD = "password"  # noqa: S105 - the word in pdfium's complaint, no secret
PAPER = (255, 255, 255, 255)


def main(order: dict[str, Any]) -> list[str]:
    """Draw every page and return the names of the files. Raises MediaRefused."""
    try:
        document = pdfium.PdfDocument(order["source"])
        if not len(document):
            raise refusal("no_picture")
        if len(document) > order["most"]:
            raise refusal("too_large_pages", pages=len(document), limit=order["most"])
        document.init_forms()
        folder = Path(order["folder"])
        return [_drawn(page, folder, place, order["side"]) for place, page in enumerate(document)]
    except pdfium.PdfiumError as error:
        wants_password = PASSWORD in str(error).lower()
        raise refusal("encrypted" if wants_password else "damaged") from error


def _drawn(page: pdfium.PdfPage, folder: Path, place: int, side: int) -> str:
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise refusal("damaged")
    picture = page.render(scale=side / max(width, height), fill_color=PAPER).to_pil()
    name = f"page-{place + 1:03}.png"
    picture.convert("RGB").save(folder / name, "PNG", compress_level=4)
    page.close()
    return name


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"pages": main(order)}
    except MediaRefused as refused:
        return {"refused": [refused.code, refused.detail_zh, refused.detail_en]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.loads(sys.argv[1]))))
