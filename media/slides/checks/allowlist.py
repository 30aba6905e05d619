"""The allow-lists of phone numbers and pages for slides."""

from __future__ import annotations

from dataclasses import dataclass

from media.slides.checks.phone_allowlist import DEFAULT_NUMBERS


@dataclass(frozen=True, slots=True)
class Allowed:
    """The lists.

    Numbers are digits only, pages are https addresses (including everything below).
    """

    numbers: frozenset[str] = DEFAULT_NUMBERS
    pages: tuple[str, ...] = ()


DEFAULT = Allowed()
