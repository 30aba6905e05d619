"""Settings in words, for the page on which they are changed."""

from collections.abc import Iterable, Mapping

from server.inventory.venues.kinds import KINDS, VEHICLES, VenueKind

USUAL = tuple(per_cent / 100 for per_cent in range(50, 101, 5))


def share_choices(given: Iterable[float]) -> list[tuple[float, str]]:
    """Shares to choose from with their labels, including the current ones."""
    return [(share, f"{100 * share:g} %") for share in sorted({*USUAL, *given})]


def grace_rows(graces: Mapping[str, int]) -> list[tuple[VenueKind, str, bool]]:
    """Each venue kind with its grace in minutes and whether it moves, vehicles first."""
    rows = [
        (KINDS[code], f"{grace_s / 60:.6g}", code in VEHICLES) for code, grace_s in graces.items()
    ]
    return sorted(rows, key=lambda row: not row[2])
