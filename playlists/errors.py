"""Errors of the scheduling domain, with the facts that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass


class PlaylistsError(ValueError):
    """The root of every error that `playlists` raises."""


class MalformedManifest(PlaylistsError):
    """A manifest's text is not what docs/protocol.md describes; `where` is a JSON pointer."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"manifest {where or '/'}: {reason}")
        self.where = where
        self.reason = reason


class InvalidRequest(PlaylistsError):
    """Invalid input; `pointer` is a JSON pointer, `detail` the advice."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer or '/'}: {detail}")
        self.pointer = pointer
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """The one floor whose lowering to `floor` plays would make everything fit."""

    item: str
    floor: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a loop can't be built.

    `over_ms` and `largest_factor` (what the loads may be multiplied by to fit) are given only
    where loads are compared with the period.
    """

    code: str
    items: tuple[str, ...]
    over_ms: int | None = None
    largest_factor: float | None = None
    smallest_change: SmallestChange | None = None


class LoopRefused(PlaylistsError):
    """The demands contradict themselves or each other; `refusals` has each with its shortfall."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(", ".join(f"{r.code} ({', '.join(r.items)})" for r in refusals))
        self.refusals = tuple(refusals)
