"""Checks of an asset before sign-off; those of slides are repeated each day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from media.errors import SlideInvalid
from media.screen_classes import ScreenClass
from media.slides import engine
from media.slides.checks.content_notices import notices
from media.slides.checks.reading_time import reading_s
from server.content.models import Asset
from server.content.paths import allowed_of
from server.foundation.config import Settings
from server.foundation.i18n import Sentence

EXPIRED = Sentence("有效期已过，不会再播放。", "Its last day is past: it is no longer shown.")


@dataclass(frozen=True)
class Finding:
    """One finding; with `refused` ones a slide can't be created."""

    code: str
    pointer: str
    detail: Sentence


@dataclass(frozen=True)
class Checked:
    """A slide's findings, and its reading time in seconds."""

    findings: tuple[Finding, ...]
    reading_s: int


def check_slide(
    settings: Settings, template: str, fields: Mapping[str, Any], duration_s: float, today: date
) -> Checked:
    """Check fields, complete or not. Raises media.errors.SlideInvalid for an unknown template."""
    asked = engine.template(template)["fields"]
    found = _refused(settings, template, fields)
    noted = notices(asked, fields, duration_s, today)
    found += [
        Finding(one.code, one.pointer, Sentence(one.detail_zh, one.detail_en)) for one in noted
    ]
    return Checked(tuple(found), reading_s(asked, fields))


def check_asset(
    settings: Settings, asset: Asset, today: date, duration_ms: int | None = None
) -> list[Finding]:
    """The findings of an asset, for its own duration or that of its place in a playlist."""
    found = []
    if asset.expires_on is not None and asset.expires_on < today:
        found.append(Finding("expired", "/expires_on", EXPIRED))
    if asset.slide is not None:
        seconds = (duration_ms or asset.duration_ms or 0) / 1000
        found += _findings(settings, asset.slide, seconds, today)
    return found


def _findings(
    settings: Settings, slide: Mapping[str, Any], seconds: float, today: date
) -> list[Finding]:
    """The findings of a slide, even if its template no longer exists."""
    try:
        checked = check_slide(settings, slide["template"], slide["fields"], seconds, today)
    except SlideInvalid as error:
        return _as_findings(error)
    return list(checked.findings)


def smallest_sign(slide: Mapping[str, Any], one: ScreenClass) -> float:
    """The height of a slide's smallest sign as a share of the picture's, for a class of screens.

    The source line isn't counted. 0 for a slide that can't be drawn any more.
    """
    return _smallest(json.dumps(slide, sort_keys=True), one.width // 2, one.height // 2)


@lru_cache(maxsize=256)
def _smallest(slide: str, width: int, height: int) -> float:
    template, fields = (json.loads(slide)[key] for key in ("template", "fields"))
    try:
        return _least(template, fields, width, height)
    except SlideInvalid:
        return 0.0


def _least(template: str, fields: Mapping[str, Any], width: int, height: int) -> float:
    asked = engine.template(template)["fields"]
    said = [fields.get(one["name"]) for one in asked if one.get("furniture")]
    written = engine.drawn(template, fields, width, height).written
    sizes = [one.size for one in written if not any(by and by in one.text for by in said)]
    return min(sizes) / height


def _refused(settings: Settings, template: str, fields: Mapping[str, Any]) -> list[Finding]:
    try:
        engine.check(template, fields, allowed_of(settings))
    except SlideInvalid as error:
        return _as_findings(error)
    return []


def _as_findings(error: SlideInvalid) -> list[Finding]:
    return [
        Finding("refused", one.pointer, Sentence(one.detail_zh, one.detail_en))
        for one in error.problems
    ]
