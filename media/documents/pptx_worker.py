"""Copies one hostile PPTX without its links to anything outside; run in a child with limits.

`python -m media.documents.pptx_worker '{"source", "clean"}'` answers with one JSON object: `{}` or
`{"refused": [code, zh, en]}`. An office program would fetch linked pictures by itself.
"""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree

from media.errors import MediaRefused
from media.rejection_reasons import refusal

MOST_PARTS = 5_000
MOST_BYTES = 500 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
LINKS = ".rels"
LINKS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
FAULTS = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, OSError, ValueError, EOFError)
CODED = (RuntimeError, NotImplementedError)  # a part with a password, or packed in a rare way


def main(order: dict[str, Any]) -> None:
    """Copy part by part. Raises MediaRefused."""
    try:
        with (
            zipfile.ZipFile(order["source"]) as package,
            zipfile.ZipFile(order["clean"], "w", zipfile.ZIP_DEFLATED) as clean,
        ):
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_BYTES:
                raise refusal("too_large_work")
            for part in parts:
                _copy(package, part, clean)
    except FAULTS as error:
        raise refusal("damaged") from error
    except CODED as error:
        raise refusal("encrypted") from error


def _copy(package: zipfile.ZipFile, part: zipfile.ZipInfo, clean: zipfile.ZipFile) -> None:
    if part.filename.lower().endswith(LINKS):
        clean.writestr(part.filename, _without_links(package.read(part)))
        return
    # zipfile reads no more than the part's declared size.
    with package.open(part) as source, clean.open(part.filename, "w") as copy:
        while chunk := source.read(CHUNK_BYTES):
            copy.write(chunk)


def _without_links(content: bytes) -> bytes:
    ElementTree.register_namespace("", LINKS_SPACE)  # office programs know no other prefix
    links = ElementTree.fromstring(content)  # noqa: S314 - expat bounds what entities grow to
    for link in list(links):
        inside = link.get("TargetMode", "Internal") == "Internal"
        if not inside or ":" in link.get("Target", ""):
            links.remove(link)
    cleaned: bytes = ElementTree.tostring(links, xml_declaration=True, encoding="UTF-8")
    return cleaned


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    try:
        main(order)
    except MediaRefused as refused:
        return {"refused": [refused.code, refused.detail_zh, refused.detail_en]}
    return {}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.loads(sys.argv[1]))))
