"""The manifests that a transaction may look at: read before it begins, never inside."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from playlists.compliance import ExpectedSlot, cut_slot_at, slot_at
from playlists.model import Manifest
from server.playlog.model.manifest_counts import Tally

REMEMBERED: Final = 50_000


class Plan:
    """A manifest that plays are held against; remembers the slots that it was asked for.

    All screens of a channel play the same slots, so most answers are remembered ones.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._slots: dict[tuple[int, int, int], ExpectedSlot] = {}

    def slot(self, place: tuple[int, int, int]) -> ExpectedSlot | None:
        """The slot with this segment, cycle and number; None if there is none."""
        try:
            return self._slots[place]
        except KeyError:
            found = slot_at(self.manifest, *place)
            if found is None:
                return None  # of such names a player can make up any number
            if len(self._slots) >= REMEMBERED:
                self._slots.clear()
            self._slots[place] = found
            return found

    def cut_slot(self, place: tuple[int, int, int]) -> ExpectedSlot | None:
        """The slot with this name that an opening hour cuts; None if there is none."""
        return cut_slot_at(self.manifest, *place)

    @cached_property
    def digests(self) -> frozenset[str]:
        """The files that it shows."""
        return frozenset(asset.digest for asset in self.manifest.assets)

    @cached_property
    def tally(self) -> Tally:
        """Its expected plays, for many questions."""
        return Tally(self.manifest)

    @property
    def longest_ms(self) -> int:
        """The length of the longest slot."""
        return self.tally.longest_ms


class PlanNeeded(Exception):
    """A transaction came upon plays of a manifest that wasn't brought; bring it and start again."""

    def __init__(self, digest: str) -> None:
        super().__init__(digest)
        self.digest = digest


class Plans:
    """Plans by digest; None for a manifest that the server never made."""

    def __init__(self, known: Mapping[str, Plan | None] | None = None) -> None:
        self._known = dict(known or {})

    def __call__(self, digest: str) -> Plan | None:
        """The plan of a manifest. Raises PlanNeeded."""
        try:
            return self._known[digest]
        except KeyError:
            raise PlanNeeded(digest) from None

    def with_plan(self, digest: str, plan: Plan | None) -> "Plans":
        """These and one more."""
        return Plans({**self._known, digest: plan})
