"""What to look at in an asset before it is signed off; slides are checked anew each day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from media import slides
from media.errors import SlideInvalid
from media.notices import notices
from media.reading import reading_s
from server.config import Settings
from server.library.models import Asset
from server.library.places import allowed_of
from server.texts import Sentence

EXPIRED = Sentence("有效期已过，不会再播放。", "Its last day is past: it is no longer shown.")


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `refused` are those with which a slide can't be made."""

    code: str
    pointer: str
    detail: Sentence


@dataclass(frozen=True)
class Checked:
    """A slide's findings, and the seconds it takes to read."""

    findings: tuple[Finding, ...]
    reading_s: int


def check_slide(
    settings: Settings, template: str, fields: Mapping[str, Any], duration_s: float, today: date
) -> Checked:
    """Look through fields, complete or not. Raises media.errors.SlideInvalid for the template."""
    asked = slides.template(template)["fields"]
    found = _refused(settings, template, fields)
    noted = notices(asked, fields, duration_s, today)
    found += [
        Finding(one.code, one.pointer, Sentence(one.detail_zh, one.detail_en)) for one in noted
    ]
    return Checked(tuple(found), reading_s(asked, fields))


def check_asset(
    settings: Settings, asset: Asset, today: date, duration_ms: int | None = None
) -> list[Finding]:
    """What to look at in an asset, shown for its own length or for that of a place in a list."""
    found = []
    if asset.expires_on is not None and asset.expires_on < today:
        found.append(Finding("expired", "/expires_on", EXPIRED))
    if asset.slide is not None:
        seconds = (duration_ms or asset.duration_ms or 0) / 1000
        slide = asset.slide
        checked = check_slide(settings, slide["template"], slide["fields"], seconds, today)
        found += checked.findings
    return found


def _refused(settings: Settings, template: str, fields: Mapping[str, Any]) -> list[Finding]:
    try:
        slides.check(template, fields, allowed_of(settings))
    except SlideInvalid as error:
        return [
            Finding("refused", one.pointer, Sentence(one.detail_zh, one.detail_en))
            for one in error.problems
        ]
    return []
