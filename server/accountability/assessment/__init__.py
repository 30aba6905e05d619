"""Assessment packs: ordered, frozen, signed, fetched."""
