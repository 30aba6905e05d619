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
from server.content.uploads.ai_material import declared
from server.foundation.config import Settings
from server.foundation.i18n import Sentence

AI_MARKED_BY_US = Sentence(
    "含 AI 生成合成内容，画面右下角已加“AI 生成”标识，文件已写入标识。",
    "It has AI-generated content: its renditions have a visible mark and a label.",
)
AI_MARKED = Sentence(
    "含 AI 生成合成内容，作者说明画面上已有标识，请核对看得清。",
    "It has AI-generated content, and by its author's word a mark of its own: see that it is "
    "legible.",
)
AI_CONTRADICTED = Sentence(
    "作者说明不含 AI 生成合成内容，但文件自带的标识（AIGC）写明有，已按有处理并加标识，请核对。",
    "Its author says that nothing is AI-generated, but the file's own label (AIGC) says it is: it "
    "has been marked; check it.",
)
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
    found = []
    try:
        engine.check(template, fields, allowed_of(settings))
    except SlideInvalid as error:
        found = _as_findings(error)
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
    found += _of_ai(asset)
    if asset.slide is not None:
        seconds, slide = (duration_ms or asset.duration_ms or 0) / 1000, asset.slide
        try:
            checked = check_slide(settings, slide["template"], slide["fields"], seconds, today)
            found += checked.findings
        except SlideInvalid as error:  # its template no longer exists
            found += _as_findings(error)
    return found


def _of_ai(asset: Asset) -> list[Finding]:
    """Whether it is AI-made, and whether its author and its file agree."""
    ai = declared(asset)
    if ai.label is not None and ai.declared == "none":
        return [Finding("ai_contradicted", "/ai", AI_CONTRADICTED)]
    if not ai.is_ai:
        return []
    return [Finding("ai_content", "/ai", AI_MARKED_BY_US if ai.draws_mark else AI_MARKED)]


def smallest_sign(slide: Mapping[str, Any], one: ScreenClass) -> float:
    """The height of a slide's smallest sign as a share of the picture's, for a class of screens.

    The source line isn't counted. 0 for a slide that can't be drawn any more.
    """
    return _smallest(json.dumps(slide, sort_keys=True), one.width // 2, one.height // 2)


@lru_cache(maxsize=256)
def _smallest(slide: str, width: int, height: int) -> float:
    template, fields = (json.loads(slide)[key] for key in ("template", "fields"))
    try:
        asked = engine.template(template)["fields"]
        written = engine.drawn(template, fields, width, height).written
    except SlideInvalid:
        return 0.0
    furniture = [fields.get(one["name"]) for one in asked if one.get("furniture")]
    sizes = [one.size for one in written if not any(by and by in one.text for by in furniture)]
    return min(sizes) / height


def _as_findings(error: SlideInvalid) -> list[Finding]:
    return [
        Finding("refused", one.pointer, Sentence(one.detail_zh, one.detail_en))
        for one in error.problems
    ]
