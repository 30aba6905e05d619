"""What may be given out on a screen: phone numbers and pages that the office stands for."""

from __future__ import annotations

from dataclasses import dataclass

from media.slides.checks.phone_allowlist import DEFAULT_NUMBERS


@dataclass(frozen=True, slots=True)
class Allowed:
    """The lists; numbers are digits alone, pages are https addresses (what lies below is in)."""

    numbers: frozenset[str] = DEFAULT_NUMBERS
    pages: tuple[str, ...] = ()


DEFAULT = Allowed()
