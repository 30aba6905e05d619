"""Media on a player's disk: fetched, hashed block by block, kept only if digests match.

Players of one process may share a shelf: each file is then fetched and hashed once.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from playlists.wire.manifest import decode
from playlists.wire.manifest import digest as digest_of
from playlists.wire.model import Asset, Manifest
from server.simulator.wire.protocol import BLOCK_BYTES, Link, NoNetwork

MOST_PICTURE_BYTES: Final = 48 * 1024 * 1024
MOST_MANIFESTS: Final = 200


class Spoilt(Exception):
    """The content doesn't match its digest."""


@dataclass
class Shelf:
    """Files and manifests by digest; `fetches_bytes` False skips downloads, for scale.

    `shared`: other players use it too.
    """

    fetches_bytes: bool = True
    shared: bool = False
    verified: set[str] = field(default_factory=set)
    pictures: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)
    _plans: dict[str, Manifest] = field(default_factory=dict)

    def has(self, asset: Asset) -> bool:
        """Whether a file is stored and verified."""
        return asset.digest in self.verified

    def ensure(self, asset: Asset, link: Link, token: str) -> None:
        """Fetch a file unless it is stored. Raises NoNetwork, and Spoilt with nothing kept."""
        if self.has(asset):
            return
        if self.fetches_bytes:
            content = _fetched(link, f"/files/{asset.digest}", token)
            check_blocks(asset, content)
            self._keep_picture(asset, content)
        self.verified.add(asset.digest)

    def manifest(self, digest: str, link: Link) -> str:
        """A manifest's text. Raises NoNetwork and Spoilt."""
        if digest not in self.manifests:
            content = _fetched(link, f"/manifests/{digest}", "")
            self.put_manifest(digest, content.decode(errors="replace"))
        return self.manifests[digest]

    def put_manifest(self, digest: str, text: str) -> None:
        """Store a manifest's text from any source. Raises Spoilt."""
        if digest_of(text) != digest:
            raise Spoilt(digest)
        self.manifests[digest] = text
        if len(self.manifests) > MOST_MANIFESTS:
            del self.manifests[next(iter(self.manifests))]

    def plan(self, digest: str, text: str) -> Manifest:
        """A text's manifest, parsed once. Raises MalformedManifest."""
        if digest not in self._plans:
            self._plans[digest] = decode(text)
            if len(self._plans) > MOST_MANIFESTS:
                del self._plans[next(iter(self._plans))]
        return self._plans[digest]

    def sweep(self, needed: Collection[str]) -> int:
        """Delete unneeded files; returns how many. A shared shelf is kept, as others use it."""
        if self.shared:
            return 0
        gone = self.verified - set(needed)
        self.verified -= gone
        for digest in gone:
            self.pictures.pop(digest, None)
        return len(gone)

    def _keep_picture(self, asset: Asset, content: bytes) -> None:
        """For screenshots."""
        if asset.kind == "image":
            self.pictures[asset.digest] = content
        while sum(map(len, self.pictures.values())) > MOST_PICTURE_BYTES:
            del self.pictures[next(iter(self.pictures))]


def check_blocks(asset: Asset, content: bytes) -> None:
    """Verify a file's blocks by its manifest's digests. Raises Spoilt."""
    if len(content) != asset.bytes:
        raise Spoilt(asset.digest)
    if not asset.blocks:
        if hashlib.sha256(content).hexdigest() != asset.digest:
            raise Spoilt(asset.digest)
        return
    view = memoryview(content)
    starts = range(0, len(content), BLOCK_BYTES)
    found = [hashlib.sha256(view[start : start + BLOCK_BYTES]).hexdigest() for start in starts]
    if found != list(asset.blocks):
        raise Spoilt(asset.digest)


def _fetched(link: Link, path: str, token: str) -> bytes:
    answer = link.ask("GET", path, token=token)
    if answer.status != 200:
        raise NoNetwork(f"{path}: {answer.status}")
    return answer.body
