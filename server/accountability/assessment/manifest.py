"""The manifest of a ready pack: its figures with digest and signature, and its files."""

from typing import Any

import orjson

from server.accountability.assessment import signature as sealing
from server.accountability.assessment.models import AssessmentPack, PackFile
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso


def manifest_file(core: Core, row: AssessmentPack, files: list[dict[str, Any]], text: str) -> bytes:
    """The file that carries figures, digest and signature of a ready pack."""
    frozen = iso(row.frozen_at, core.settings.zone) or ""
    parts = sealing.signed_parts(public("assessment_pack", row.id), frozen, row.digest or "", files)
    whole = {**parts, "figures": orjson.loads(text), "key": row.key, "signature": row.signature}
    return sealing.canonical(whole).encode()


def listed(files: list[PackFile]) -> list[dict[str, Any]]:
    """The files as a manifest lists them."""
    return [{"name": one.name, "bytes": one.size, "sha256": one.sha256} for one in files]
