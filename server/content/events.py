"""What happened to assets, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AssetWithdrawn:
    """It must leave the screens at once."""

    asset_id: int


@dataclass(frozen=True)
class AssetReplaced:
    """A signed-off successor takes its place wherever it is shown."""

    asset_id: int
    successor_id: int


@dataclass(frozen=True)
class RenditionsMade:
    """There are renditions for classes of screens that had none of it before."""

    asset_id: int
    classes: frozenset[str]


@dataclass(frozen=True)
class AssetApproved:
    """It was signed off: what was waiting for it may be shown."""

    asset_id: int
