"""Notices for people to check before a slide is approved; none rejects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from media.slides.checks.expired_dates import expired
from media.slides.checks.reading_time import reading_s
from media.slides.text.scam_list import scams

Code = Literal["too_short", "expired_date", "stale_date", "future_date", "old_scams"]
Fields = Mapping[str, Any]
Asked = Sequence[Mapping[str, Any]]
SCAMS_DAYS = 365


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, with its field (a JSON pointer)."""

    code: Code
    pointer: str
    detail_zh: str
    detail_en: str


def notices(asked: Asked, fields: Fields, duration_s: float, today: date) -> list[Notice]:
    """Return the notices on a template's fields, which may be incomplete."""
    return [
        *_reading(asked, fields, duration_s),
        *_dates(asked, fields, today),
        *_ends(asked, fields, today),
        *_lists(asked, fields, today),
    ]


def _reading(asked: Asked, fields: Fields, duration_s: float) -> Iterator[Notice]:
    needed = reading_s(asked, fields)
    if duration_s < needed:
        yield Notice(
            "too_short",
            "/duration_s",
            f"这些文字约需 {needed} 秒读完，播放时长只有 {duration_s:g} 秒。请缩短文字或延长时长。",
            f"This text takes about {needed} s to read but is shown for {duration_s:g} s.",
        )


def _dates(asked: Asked, fields: Fields, today: date) -> Iterator[Notice]:
    for field in asked:
        day = _day(fields.get(field["name"])) if field["type"] == "date" else None
        if day is None:
            continue
        pointer = f"/fields/{field['name']}"
        days = (today - day).days
        if days < 0 and not field.get("ahead"):
            yield Notice(
                "future_date",
                pointer,
                f"日期 {day.isoformat()} 在今天之后，请核对。",
                f"The date {day.isoformat()} lies in the future: check it.",
            )
        if days > field.get("stale_days", days):
            yield Notice(
                "stale_date",
                pointer,
                f"日期 {day.isoformat()} 已过去 {days} 天，请更新内容或核对。",
                f"The date {day.isoformat()} is {days} days past: bring it up to date.",
            )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _ends(asked: Asked, fields: Fields, today: date) -> Iterator[Notice]:
    for field in asked:
        for pointer, text in _texts(field, fields):
            for words in expired(text, today):
                yield Notice(
                    "expired_date",
                    pointer,
                    f"“{words}”已经过去，请更新或删除。",
                    f"“{words}” is past: bring it up to date or remove it.",
                )


def _texts(field: Mapping[str, Any], fields: Fields) -> Iterator[tuple[str, str]]:
    value, pointer = fields.get(field["name"]), f"/fields/{field['name']}"
    if isinstance(value, str) and field["type"] == "text":
        yield pointer, value
    if isinstance(value, list):
        yield from (
            (f"{pointer}/{n}", item) for n, item in enumerate(value) if isinstance(item, str)
        )


def _lists(asked: Asked, fields: Fields, today: date) -> Iterator[Notice]:
    for field in asked:
        if field.get("lists") == "scams" and fields.get(field["name"]):
            oldest = min(scams(), key=lambda scam: last_day(scam.as_of))
            if today - last_day(oldest.as_of) > timedelta(days=SCAMS_DAYS):
                yield Notice(
                    "old_scams",
                    f"/fields/{field['name']}",
                    f"诈骗类型清单（{oldest.as_of}）已超过一年，请管理员在“反诈资料”里更新。",
                    f"The list of scams ({oldest.as_of}) is over a year old: have it renewed.",
                )


def last_day(as_of: str) -> date:
    """The last day of a list's date: a year, a month or a day (2025, 2025-06, 2025-06-30)."""
    year, month, day = (int(part) for part in f"{as_of}-0-0".split("-")[:3])
    if not month:
        return date(year, 12, 31)
    if not day:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return date(year, month, day)
