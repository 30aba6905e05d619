"""Settings in words, for the page on which they are changed."""

from collections.abc import Iterable

USUAL = tuple(per_cent / 100 for per_cent in range(50, 101, 5))


def share_choices(given: Iterable[float]) -> list[tuple[float, str]]:
    """Shares to choose from with what is printed, among them those that hold now."""
    return [(share, f"{100 * share:g} %") for share in sorted({*USUAL, *given})]
