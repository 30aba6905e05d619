"""Tables of manifests, cached loops, assignments, hand-overs, tenures, assigned takeovers."""

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Digest, Instant, Key, Number

LaterInstant = Annotated[int | None, mapped_column(BigInteger)]
ScreenKey = Annotated[
    int,
    mapped_column(Number, ForeignKey("screens.id"), primary_key=True, autoincrement=False),
]


class StoredManifest(ConfigBase):
    """A manifest's text exactly as it is served; immutable, named by its SHA-256."""

    __tablename__ = "manifests"
    __table_args__ = ()
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Instant]


class ManifestAsset(ConfigBase):
    """A manifest contains this file, so its screens may fetch it.

    A withdrawn one is found by it.
    """

    __tablename__ = "manifest_assets"
    __table_args__ = ()
    manifest: Mapped[Digest] = mapped_column(ForeignKey("manifests.digest"), primary_key=True)
    asset: Mapped[Digest] = mapped_column(primary_key=True, index=True)


class CachedLoop(ConfigBase):
    """A built loop (or a refusal) by the hash of its inputs."""

    __tablename__ = "cached_loops"
    __table_args__ = ()
    inputs: Mapped[Digest] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    used_at: Mapped[Instant] = mapped_column(index=True)


class Assignment(ConfigBase):
    """The newest assignment of a screen; rows with unread serials are the outbox.

    `leaving`: the manifest in force until `activate_at`. `pinned`: the signing key that the screen
    trusts. `inputs`: the hash of everything the manifest was built from, `built_at` when.
    `takeover_until` is a column of its own for queries of ended takeovers.
    """

    __tablename__ = "assignments"
    __table_args__ = ()
    screen_id: Mapped[ScreenKey]
    version: Mapped[Instant]
    serial: Mapped[Instant] = mapped_column(index=True)
    manifest: Mapped[Digest] = mapped_column(ForeignKey("manifests.digest"), index=True)
    leaving: Mapped[str | None] = mapped_column(String(64))
    activate_at: Mapped[Instant]
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    takeover: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    takeover_until: Mapped[LaterInstant] = mapped_column(index=True)
    revoked: Mapped[list[Any]]
    metered: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    pause: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    inputs: Mapped[Digest]
    built_at: Mapped[Instant]
    pinned: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    kid: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(120))
    # Receipts of releases up to 0.1.0; since then they are in `assignment_receipts`.
    acked_version: Mapped[LaterInstant]
    acked_state: Mapped[str | None] = mapped_column(String(10))
    ack_reason: Mapped[str | None] = mapped_column(String(64))
    acked_at: Mapped[LaterInstant]


class AssignmentReceipt(ConfigBase):
    """A screen's last answer to an assignment, of its newest one if the versions are equal.

    A table of its own, as an assignment's row is long: in it, a receipt costs four times as much.
    """

    __tablename__ = "assignment_receipts"
    __table_args__ = ()
    screen_id: Mapped[ScreenKey]
    version: Mapped[Instant]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[Instant]


class HandOver(ConfigBase):
    """An order that brings a screen new pins, kept until the screen has taken it.

    It is signed with a key that the screen trusts (`kid`), and `introduces` is the signing key
    that it brings. What comes later is signed with that one.
    """

    __tablename__ = "hand_overs"
    __table_args__ = ()
    screen_id: Mapped[ScreenKey]
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    introduces: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[Digest]
    expires_at: Mapped[Instant]
    text: Mapped[str] = mapped_column(Text)
    kid: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(120))


class Tenure(ConfigBase):
    """A screen has a manifest on air from then until the next one; provisional until reported."""

    __tablename__ = "tenures"
    __table_args__ = (
        Index("ix_tenures_screen_id_from_ms", "screen_id", "from_ms"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id"))
    manifest: Mapped[Digest] = mapped_column(ForeignKey("manifests.digest"), index=True)
    version: Mapped[Instant]
    from_ms: Mapped[Instant]
    reported: Mapped[bool]


class AssignedTakeover(ConfigBase):
    """A takeover or stop (`object` is its public id) was assigned to a screen for this time."""

    __tablename__ = "assigned_takeovers"
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id"), index=True)
    object: Mapped[str] = mapped_column(String(20))
    asset: Mapped[Digest]
    from_ms: Mapped[Instant]
    until_ms: Mapped[Instant] = mapped_column(index=True)


class StaleScreen(ConfigBase):
    """A screen whose plan may have changed; `mark` distinguishes entries added meanwhile."""

    __tablename__ = "stale_screens"
    __table_args__ = ()
    screen_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    mark: Mapped[int]


class ScreenContextChange(ConfigBase):
    """A change of a screen's place, binding, tenures or takeovers; later ones have higher numbers.

    Incremented by SQLite triggers (migration 0031); a recreated table needs them again.
    """

    __tablename__ = "standing_changes"
    __table_args__ = ()
    screen_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    number: Mapped[Instant] = mapped_column(index=True)
