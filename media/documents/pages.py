"""Makes a picture of each page of a document, in children that hostile files can't hurt us from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media.errors import MediaRefused
from media.inspection.truncation import pdf_ends_early
from media.limits import Limits
from media.rejection_reasons import refusal
from media.sandbox.subprocess_limits import (
    MIB,
    Bounds,
    ProgramFailed,
    ProgramMissing,
    ProgramTimedOut,
    python_argv,
    run,
)

MOST_PAGES = 100
LONG_SIDE_PX = 2560
CHILD_BOUNDS = Bounds(seconds=50, memory_bytes=900 * MIB, file_bytes=256 * MIB)
# LibreOffice reserves much more than it touches.
OFFICE_BOUNDS = Bounds(seconds=50, memory_bytes=4096 * MIB, file_bytes=512 * MIB)
OFFICE = "soffice"
PDF_START = b"%PDF-"
# Restricts the office program to laying out an untrusted file.
OFFICE_RULES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel"><value>3</value></prop>
<prop oor:name="DisableActiveContent"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop>
</item>
</oor:items>
"""


def draw_pages(source: Path, folder: Path, limits: Limits) -> list[Path]:
    """Write each page of a PDF or PPTX as PNG, 2560 px long, and return them in order.

    The work folder must be there. Raises MediaRefused, or ProgramFailed if the fault is ours.
    """
    if source.stat().st_size > limits.most_bytes("document"):
        raise refusal("too_large_bytes", limit=limits.most_bytes("document") // MIB)
    with source.open("rb") as file:
        is_pdf = PDF_START in file.read(1024)
    pdf = source if is_pdf else _from_slides(source, folder)
    if pdf_ends_early(pdf):
        raise refusal("truncated")
    order = {
        "source": str(pdf.absolute()),
        "folder": str(folder.absolute()),
        "most": MOST_PAGES,
        "side": LONG_SIDE_PX,
    }
    answer = _asked("media.documents.pages_worker", order)
    return [folder / str(name) for name in answer["pages"]]


def office_is_there() -> bool:
    """Whether PPTX can be converted on this machine."""
    return shutil.which(OFFICE) is not None


def _from_slides(source: Path, folder: Path) -> Path:
    if not office_is_there():
        raise refusal("unsupported_slides")
    clean = folder / "slides.pptx"
    _asked("media.documents.pptx_worker", {"source": str(source.absolute()), "clean": str(clean)})
    rules = folder / "office" / "user" / "registrymodifications.xcu"
    rules.parent.mkdir(parents=True)
    rules.write_text(OFFICE_RULES)
    try:
        finished = run(_office_argv(clean, folder), OFFICE_BOUNDS)
    except ProgramMissing as error:
        raise refusal("unsupported_slides") from error
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    made = clean.with_suffix(".pdf")
    if finished.returncode != 0 or not made.exists():
        raise refusal("damaged")
    return made


def _office_argv(clean: Path, folder: Path) -> Sequence[str]:
    home = f"-env:UserInstallation=file://{(folder / 'office').absolute()}"
    quiet = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo")
    where = ("--outdir", str(folder.absolute()))
    return [OFFICE, home, *quiet, "--convert-to", "pdf", *where, str(clean.absolute())]


def _asked(module: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        finished = run(python_argv(module, json.dumps(order)), CHILD_BOUNDS)
    except ProgramTimedOut as error:
        raise refusal("too_large_work") from error
    if finished.returncode < 0:
        raise refusal("too_large_work")  # ended by its limits, or its decoder crashed
    if not finished.stdout:
        raise ProgramFailed(module, finished.stderr[-1000:])
    answer: dict[str, Any] = json.loads(finished.stdout)
    if "refused" in answer:
        raise MediaRefused(*answer["refused"])
    return answer
