"""Events of assets, published after commit for rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AssetWithdrawn:
    """It must leave the screens at once."""

    asset_id: int


@dataclass(frozen=True)
class AssetReplaced:
    """An approved successor replaces it wherever it is used."""

    asset_id: int


@dataclass(frozen=True)
class RenditionsMade:
    """Renditions were made for classes of screens that had none before."""

    asset_id: int
    classes: frozenset[str]


@dataclass(frozen=True)
class AssetApproved:
    """It was approved, so that waiting campaigns may show it."""

    asset_id: int
