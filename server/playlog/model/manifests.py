"""The manifests that a transaction may use, loaded before it begins and never inside."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from playlists.wire.compliance import ExpectedSlot, cut_slot_at, slot_at
from playlists.wire.model import Manifest
from server.playlog.model.manifest_counts import Tally

REMEMBERED: Final = 50_000


class Plan:
    """A manifest that plays are judged against; caches its slots.

    All screens of a channel play the same slots, so most lookups are cache hits.
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
                return None  # players can invent any number of such names
            if len(self._slots) >= REMEMBERED:
                self._slots.clear()
            self._slots[place] = found
            return found

    def cut_slot(self, place: tuple[int, int, int]) -> ExpectedSlot | None:
        """The slot with this name that an opening hour cuts short; None if there is none."""
        return cut_slot_at(self.manifest, *place)

    @cached_property
    def digests(self) -> frozenset[str]:
        """Digests of the files that it shows."""
        return frozenset(asset.digest for asset in self.manifest.assets)

    @cached_property
    def tally(self) -> Tally:
        """Its prefix sums of expected plays."""
        return Tally(self.manifest)

    @property
    def longest_ms(self) -> int:
        """The length of the longest slot, ms."""
        return self.tally.longest_ms


class PlanNeeded(Exception):
    """A transaction met plays of a manifest that wasn't loaded; load it and start again."""

    def __init__(self, digest: str) -> None:
        super().__init__(digest)
        self.digest = digest


class Plans:
    """Plans by digest; None for a manifest that the server never made."""

    def __init__(self, plans: Mapping[str, Plan | None] | None = None) -> None:
        self._plans = dict(plans or {})

    def __call__(self, digest: str) -> Plan | None:
        """The plan of a manifest. Raises PlanNeeded."""
        try:
            return self._plans[digest]
        except KeyError:
            raise PlanNeeded(digest) from None

    def with_plan(self, digest: str, plan: Plan | None) -> "Plans":
        """These plans and one more."""
        return Plans({**self._plans, digest: plan})
