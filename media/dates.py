"""Writes dates as they are read on a screen."""

from __future__ import annotations

from datetime import date


def in_chinese(iso: str) -> str:
    """Return an ISO date (2026-11-24) as 2026年11月24日."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
