"""Validates a slide's fields as typed, before anything is drawn."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from media.errors import FieldProblem
from media.slides.checks.allowlist import Allowed
from media.slides.checks.phone_allowlist import (
    asks_to_dial_12381,
    has_identity_card,
    strange_numbers,
)
from media.slides.checks.url_allowlist import leads_to, strange_addresses
from media.slides.text.fonts import has_glyph
from media.slides.text.number_text import holds_figure

Message = tuple[str, str]  # the same sentence in Chinese and English
LONGEST_URL = 120  # characters; longer ones make a code too fine to scan from afar
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, bidi, private, unassigned


def problems(
    asked: Sequence[Mapping[str, Any]], given: Mapping[str, Any], allowed: Allowed
) -> list[FieldProblem]:
    """Return the faults of the fields, one sentence each; empty if they are valid."""
    names = {field["name"] for field in asked}
    found = [
        FieldProblem(f"/fields/{name}", "模板里没有这个字段。", "The template has no such field.")
        for name in given
        if name not in names
    ]
    for field in asked:
        needed = field.get("needs")
        if given.get(field["name"]) and needed and not given.get(needed):
            found.append(FieldProblem(f"/fields/{needed}", *_owner_missing()))
        for pointer, message in _wrong(field, given.get(field["name"]), allowed):
            found.append(FieldProblem(f"/fields/{field['name']}{pointer}", *message))
    return found


def _owner_missing() -> Message:
    return (
        "二维码须写明是谁的页面，请填写。",
        "A QR code has to say whose page it opens: fill this in.",
    )


def _wrong(field: Mapping[str, Any], value: Any, allowed: Allowed) -> Iterator[tuple[str, Message]]:
    if value is None or value in ("", []):
        if field["required"] and len(field.get("choices", ())) == 1:
            only = field["choices"][0]
            yield "", (f"发布前请勾选“{only}”。", f"Tick “{field['label_en']}” first.")
        elif field["required"]:
            yield "", (f"请填写“{field['label']}”。", f"Fill in “{field['label_en']}”.")
        return
    if field["type"] == "list":
        yield from _wrong_list(field, value, allowed)
        return
    message = CHECKS[field["type"]](field, value, allowed)
    if message is not None:
        yield "", message


def _wrong_list(
    field: Mapping[str, Any], value: Any, allowed: Allowed
) -> Iterator[tuple[str, Message]]:
    if not isinstance(value, list):
        yield "", ("请分条填写。", "Give a list of texts.")
        return
    most = field["max_items"]
    if len(value) > most:
        yield "", (f"最多 {most} 条，请减少。", f"At most {most} items: leave some out.")
    check = _choice if "choices" in field else _text
    for number, item in enumerate(value):
        message = check(field, item, allowed)
        if message is not None:
            yield f"/{number}", message


def _text(field: Mapping[str, Any], value: Any, allowed: Allowed) -> Message | None:
    if not isinstance(value, str) or not value.strip():
        return "请填写文字。", "Give a text."
    most = field["max_length"]
    if len(value) > most:
        return (
            f"最多 {most} 个字，现在是 {len(value)} 个，请缩短。",
            f"At most {most} signs: shorten it.",
        )
    if field.get("holds") == "figure" and not holds_figure(value):
        return "请写明数字，如“劝阻群众 86 人”。", "Give a figure, such as 86 people."
    return _signs(value) or _numbers(value, allowed) or _addresses(value, allowed)


def _signs(text: str) -> Message | None:
    for sign in text:
        hidden = sign != "\n" and unicodedata.category(sign) in HIDDEN
        if hidden or not has_glyph(sign):
            shown = f"U+{ord(sign):04X}" if hidden else sign
            return (
                f"“{shown}”这个字符无法在屏幕上显示，请删除或改用文字。",
                f"The sign “{shown}” can't be shown on screens: remove it.",
            )
    return None


def _numbers(text: str, allowed: Allowed) -> Message | None:
    if has_identity_card(text):
        return "不得出现身份证号码，请删除。", "Identity card numbers must not be shown."
    if asks_to_dial_12381(text):
        return (
            "12381 只发预警短信，不能拨打。请写“12381 预警短信不含链接、无需回复”。",
            "12381 only sends warnings and can't be called: don't ask people to dial it.",
        )
    strange = strange_numbers(text, allowed.numbers)
    if strange:
        listed = _listed(allowed.numbers)
        return (
            f"号码 {strange[0]} 不在允许公布的名单里（{listed}）。请删除或请管理员添加。",
            f"The number {strange[0]} is not on the allowed list ({listed}).",
        )
    return None


def _addresses(text: str, allowed: Allowed) -> Message | None:
    strange = strange_addresses(text, allowed.pages)
    if not strange:
        return None
    return (
        f"网址 {strange[0]} 不在允许公布的名单里。请删除或请管理员添加。",
        f"The address {strange[0]} is not on the allowed list.",
    )


def _number(_field: Mapping[str, Any], value: Any, _allowed: Allowed) -> Message | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and abs(value) < 10**15:
        return None
    return "请填写数字。", "Give a number."


def _date(_field: Mapping[str, Any], value: Any, _allowed: Allowed) -> Message | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return "请填写日期，如 2026-11-24。", "Give a date such as 2026-11-24."
    return None


def _choice(field: Mapping[str, Any], value: Any, _allowed: Allowed) -> Message | None:
    if value in field["choices"]:
        return None
    listed = "、".join(field["choices"])
    return f"请从这些选项中选择：{listed}。", f"Choose one of: {listed}."


def _phone(_field: Mapping[str, Any], value: Any, allowed: Allowed) -> Message | None:
    if value in allowed.numbers:
        return None
    return (
        f"只能填写允许公布的号码：{_listed(allowed.numbers)}。",
        f"Only these numbers: {_listed(allowed.numbers)}.",
    )


def _url(_field: Mapping[str, Any], value: Any, allowed: Allowed) -> Message | None:
    if isinstance(value, str) and len(value) <= LONGEST_URL and leads_to(value, allowed.pages):
        return None
    if not allowed.pages:
        return (
            "还没有允许公布的网址。请删除，或请管理员添加。",
            "No web address is on the allowed list: remove it, or ask the administrator.",
        )
    listed = "、".join(allowed.pages)
    return f"只能填写允许公布的网址：{listed}。", f"Only these pages: {listed}."


def _listed(allowed: Collection[str]) -> str:
    return "、".join(sorted(allowed, key=lambda number: (len(number), number)))


CHECKS: dict[str, Callable[[Mapping[str, Any], Any, Allowed], Message | None]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "phone": _phone,
    "url": _url,
}
