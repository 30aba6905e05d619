"""Renders slides from fields: the templates, their fields, and their pictures."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from media.errors import FieldProblem, SlideInvalid
from media.slides.canvas import Canvas
from media.slides.checks.allowlist import DEFAULT, Allowed
from media.slides.checks.field_rules import problems
from media.slides.checks.legibility import Viewing
from media.slides.text.scam_list import Scam, scams
from media.slides.text.typesetting import TooMuchText

FOLDER = Path(__file__).parent / "templates"
SMALLEST_PX, LARGEST_PX = 32, 8192
COMPRESSION = 1  # half the time of 6 for a tenth more bytes: flat colours are small in any case
MOST_PIXELS = 40_000_000


def templates() -> list[dict[str, Any]]:
    """Return every template: name, title, title_en, duration_s and fields, with an example each.

    The examples of all fields together always make a valid slide.
    """
    return [json.loads(each) for each in _descriptions(scams())]


def template(name: str) -> dict[str, Any]:
    """Return one template. Raises SlideInvalid if there is none of that name."""
    for each in templates():
        if each["name"] == name:
            return each
    raise _invalid("/template", "没有这个模板。", "There is no such template.")


def example(name: str) -> dict[str, Any]:
    """Return the fields of a template's example."""
    return {each["name"]: each["example"] for each in template(name)["fields"]}


def check(name: str, fields: Mapping[str, Any], allowed: Allowed = DEFAULT) -> None:
    """Raise SlideInvalid, with a sentence for each invalid field."""
    found = problems(template(name)["fields"], fields, allowed)
    if found:
        raise SlideInvalid(found)


def render(
    name: str,
    fields: Mapping[str, Any],
    width: int,
    height: int,
    allowed: Allowed = DEFAULT,
    viewing: Viewing | None = None,
) -> bytes:
    """Return the slide as PNG of exactly that size. Raises SlideInvalid."""
    check(name, fields, allowed)
    _check_size(width, height)
    canvas = drawn(name, fields, width, height, viewing=viewing)
    sink = io.BytesIO()
    canvas.image.save(sink, "PNG", compress_level=COMPRESSION)
    return sink.getvalue()


def drawn(
    name: str,
    fields: Mapping[str, Any],
    width: int,
    height: int,
    *,
    wordless: bool = False,
    viewing: Viewing | None = None,
) -> Canvas:
    """Draw validated fields. Raises SlideInvalid if the text doesn't fit legibly.

    With `wordless` everything is laid out without words: the start of animations.
    """
    layout = importlib.import_module(f"media.slides.templates.{name}.layout")
    canvas = Canvas(width, height, wordless=wordless, viewing=viewing)
    given = {key: value for key, value in fields.items() if value not in (None, "", [])}
    try:
        layout.draw(canvas, given)
    except TooMuchText as error:
        raise _too_much(fields, str(error), width, height) from error
    return canvas


def _too_much(fields: Mapping[str, Any], text: str, width: int, height: int) -> SlideInvalid:
    holding = [name for name, value in fields.items() if value == text or _holds(value, text)]
    pointer = f"/fields/{holding[0]}" if holding else "/fields"
    return _invalid(
        pointer,
        f"在 {width}×{height} 的屏幕上，这些文字按看得清的字号放不下。请缩短文字或减少条目。",
        f"On a screen of {width}x{height} this text can't be shown legibly. Shorten it.",
    )


def _holds(value: object, text: str) -> bool:
    return isinstance(value, list) and text in value


def _check_size(width: int, height: int) -> None:
    sides = [("/width", width), ("/height", height)]
    wrong = [pointer for pointer, side in sides if not SMALLEST_PX <= side <= LARGEST_PX]
    if width * height > MOST_PIXELS:
        wrong.append("/width")
    if wrong:
        raise _invalid(
            wrong[0],
            f"画面每边须为 {SMALLEST_PX} 至 {LARGEST_PX} 像素，总计不超过 4000 万像素。",
            f"Each side must have {SMALLEST_PX} to {LARGEST_PX} pixels, at most 40 million in all.",
        )


def _invalid(pointer: str, detail_zh: str, detail_en: str) -> SlideInvalid:
    return SlideInvalid([FieldProblem(pointer, detail_zh, detail_en)])


@lru_cache(maxsize=4)
def _descriptions(listed: tuple[Scam, ...]) -> tuple[str, ...]:
    """Every template as JSON text, so that callers can't change what others see."""
    found = [_completed(path, listed) for path in FOLDER.glob("*/template.json")]
    found.sort(key=lambda each: (each.pop("order"), each["name"]))
    return tuple(json.dumps(each) for each in found)


def _completed(path: Path, listed: tuple[Scam, ...]) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for each in described["fields"]:
        if each.pop("choices_from", None) == "scams.json":
            each["choices"] = [scam.name for scam in listed]
            each["example"] = each["choices"][: each["max_items"]]
    return {"name": path.parent.name} | described
