"""The manifests that a transaction may look at: read before it begins, never inside."""

from collections.abc import Iterable, Mapping

from playlists.model import Manifest


class PlanNeeded(Exception):
    """A transaction came upon plays of a manifest that wasn't brought; bring it and start again."""

    def __init__(self, digest: str) -> None:
        super().__init__(digest)
        self.digest = digest


class Plans:
    """Plans by digest; None for a manifest that the server never made."""

    def __init__(self, known: Mapping[str, Manifest | None] | None = None) -> None:
        self._known = dict(known or {})

    def __call__(self, digest: str) -> Manifest | None:
        """The plan of a manifest. Raises PlanNeeded."""
        if digest not in self._known:
            raise PlanNeeded(digest)
        return self._known[digest]

    def with_plan(self, digest: str, plan: Manifest | None) -> "Plans":
        """These and one more."""
        return Plans({**self._known, digest: plan})

    def missing(self, digests: Iterable[str | None]) -> list[str]:
        """Those of some digests that are still to be brought."""
        return [digest for digest in digests if digest is not None and digest not in self._known]
