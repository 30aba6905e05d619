"""Makes a pack: gathers the figures, draws the files, signs, and freezes all in one transaction."""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from media.slides.text.fonts import Weight
from server.accountability.assessment import queries
from server.accountability.assessment import signature as sealing
from server.accountability.assessment.figures.evidence_photos import pictures_of
from server.accountability.assessment.figures.figures import Wanted, gather
from server.accountability.assessment.figures.footnotes import notes, summary
from server.accountability.assessment.files.font_subset import cut_faces
from server.accountability.assessment.files.pdf import Paper, draw
from server.accountability.assessment.files.sheet_columns import COLUMNS, FOOT, TITLE, TOTAL
from server.accountability.assessment.files.workbook import workbook
from server.accountability.assessment.labels import EVIDENCE
from server.accountability.assessment.manifest import listed
from server.accountability.assessment.models import AssessmentPack, PackFile
from server.accountability.assessment.page_stamp import Seal
from server.accountability.assessment.period import span_of
from server.accounts.audit_log.record import record
from server.content.paths import works
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.public_ids import number, public
from server.foundation.rest.resources import iso
from server.playlog.ingest.runtime import PlaylogRuntime

UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
LONGEST_NAME: Final = 80


def make(core: Core, parts: PlaylogRuntime, pack_id: int) -> None:
    """Make one that was asked for; harmless for one that is ready or was given up.

    Raises FontMissing, and whatever the stores raise; nothing of it is kept then.
    """
    with core.config.read() as session:
        row = session.get(AssessmentPack, pack_id)
        if row is None or row.state != "making":
            return
        units, asker = queries.units_of(session, pack_id), row.author_id
        first, last = row.from_on, row.to_on
        outcomes = queries.outcomes_of(session, pack_id)
    span = span_of(Civil(core.settings.zone), first, last)
    figures = gather(core, parts, Wanted(units, span, asker, outcomes))
    frozen_ms = core.clock.now_ms()
    text = sealing.canonical(figures)
    seal = Seal(
        pack=public("assessment_pack", pack_id),
        first=first,
        last=last,
        digest=sealing.digest_of(text),
        kid=core.signer.kid,
        frozen_at=datetime.fromtimestamp(frozen_ms / 1000, core.settings.zone),
    )
    # Parsed back from the signed text, so that the drawn figures are the signed ones.
    files = _drawn(core, pack_id, orjson.loads(text), seal)
    _freeze(core, pack_id, text, seal, files)


def _drawn(core: Core, pack_id: int, figures: Mapping[str, Any], seal: Seal) -> list[PackFile]:
    found = []
    with tempfile.TemporaryDirectory(dir=works(core), prefix="pack-") as folder:
        faces = cut_faces(Path(folder), _signs(figures, seal))
        for place, unit in enumerate(figures["units"], 1):
            key, name = number("unit", unit["unit_id"]), _file_name(place, unit, seal)
            paper = _paper(core, unit, seal, faces)
            for kind, content in (("xlsx", workbook(unit, seal)), ("pdf", paper)):
                found.append(
                    PackFile(
                        pack_id=pack_id,
                        unit_id=key,
                        kind=kind,
                        name=f"{name}.{kind}",
                        sha256=hashlib.sha256(content).hexdigest(),
                        size=len(content),
                        content=content,
                    )
                )
    return found


def _paper(core: Core, unit: Mapping[str, Any], seal: Seal, faces: Mapping[Weight, Path]) -> bytes:
    with core.config.read() as session:
        pictures, more = pictures_of(core, session, unit)
    return draw(Paper(unit, seal, pictures, more), faces)


def _signs(figures: Mapping[str, Any], seal: Seal) -> str:
    """All characters that may occur on a page, to subset the font."""
    fixed = [TITLE, TOTAL, *FOOT, *EVIDENCE.values(), *(column.name for column in COLUMNS)]
    fixed.append(
        "责任单位：年月日至第页，共数字摘要佐证照片另有张可在系统中查看现归这段时间该单位没有点位。"
    )
    for unit in figures["units"]:
        fixed += [text for pair in notes(unit, seal) for text in pair]
        fixed += [text for pair in summary(unit["totals"]) for text in pair]
    return "".join([*fixed, sealing.canonical(figures)])


def _file_name(place: int, unit: Mapping[str, Any], seal: Seal) -> str:
    """01 城关街道 2026-11-01 至 2026-11-30: a name valid on any system."""
    name = UNFIT.sub(" ", unit["name"]).strip(" .")[:LONGEST_NAME]
    return f"{place:02} {name} {seal.first} 至 {seal.last}"


def _freeze(core: Core, pack_id: int, text: str, seal: Seal, files: list[PackFile]) -> None:
    frozen_ms = round(seal.frozen_at.timestamp() * 1000)
    frozen = iso(frozen_ms, core.settings.zone) or ""
    parts = sealing.signed_parts(seal.pack, frozen, seal.digest, listed(files))
    signature, key = sealing.sign(core.signer, parts)
    with core.config.write() as session:
        row = session.get_one(AssessmentPack, pack_id)
        if row.state != "making":
            return
        row.state, row.frozen_at = "ready", frozen_ms
        row.figures, row.digest, row.signature, row.key = text, seal.digest, signature, key
        session.add_all(files)
        record(session, frozen_ms, None, "assessment_pack.freeze", seal.pack, digest=seal.digest)
