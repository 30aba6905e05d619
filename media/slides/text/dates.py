"""Writes dates as they are read on a screen."""

from __future__ import annotations

from datetime import date, timedelta


def in_chinese(iso: str) -> str:
    """Return an ISO date (2026-11-24) as 2026年11月24日."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def week_in_chinese(iso: str) -> str:
    """Return the week of an ISO date, Monday to Sunday: 11月23日—29日."""
    day = date.fromisoformat(iso)
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日—{end}"
