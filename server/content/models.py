"""Tables of assets and their files."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import Unit
from server.foundation.db.columns import ConfigBase, Digest, Instant, Key

LaterInstant = Annotated[int | None, mapped_column(BigInteger)]
Count = Annotated[int, mapped_column(BigInteger)]
OptionalDigest = Annotated[str | None, mapped_column(String(64))]


class Asset(ConfigBase):
    """An uploaded image or video, or a slide made here.

    `state` is `processing`, `ready`, `rejected`, `submitted`, `approved` or `withdrawn`.
    `author_id` is null for the server's own assets; `editors`: people who changed it since its last
    approval, and may not approve it. `builtin`: the waiting picture, which needs no approval.
    `sha256`: of the original, or of a slide's fields. Once approved for the first time
    (`signed_at`) the row is never deleted. With `replaced_by` screens get that asset instead.
    `fit`: how a picture of another shape is fitted: `whole` on a blurred copy of itself, or `crop`;
    slides are drawn for each shape. `ai`: the author's declaration on AI-made content (`none`,
    `unmarked`, `marked`), null if unknown; `ai_label`: the label that the file itself had.
    """

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint("single_person OR reviewer_id <> author_id", name="two_persons"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    single_person: Mapped[bool] = mapped_column(default=False)
    editors: Mapped[list[Any]] = mapped_column(default=list)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12), index=True)
    sha256: Mapped[Digest] = mapped_column(index=True)
    bytes: Mapped[Count]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None]
    fit: Mapped[str] = mapped_column(String(8), default="whole", server_default="whole")
    ai: Mapped[str | None] = mapped_column(String(8))
    ai_label: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    thumbnail: Mapped[OptionalDigest] = mapped_column(index=True)
    poster: Mapped[OptionalDigest] = mapped_column(index=True)
    filmstrip: Mapped[OptionalDigest] = mapped_column(index=True)
    slide: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    expires_on: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(String(20))
    reason_zh: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    builtin: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"), index=True)
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    signed_at: Mapped[LaterInstant]
    unit: Mapped[Unit] = relationship(lazy="joined")
    renditions: Mapped[list["AssetRendition"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AssetRendition.id"
    )
    gaps: Mapped[list["AssetGap"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AssetGap.id"
    )

    @property
    def is_drawn(self) -> bool:
        """Whether it is drawn for each class, like slides and the waiting picture."""
        return self.slide is not None or self.builtin


class AssetGap(ConfigBase):
    """Why an asset has no rendition of a class: its screens show another class's."""

    __tablename__ = "asset_gaps"
    __table_args__ = (UniqueConstraint("asset_id", "cls"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    cls: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(20))
    reason_zh: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    found_at: Mapped[Instant]


class Photo(ConfigBase):
    """An evidence photo, re-encoded; `owner` is a public id.

    It is no asset: no screen shows it, and access follows from its owner.
    """

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("owner", "digest"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    owner: Mapped[str] = mapped_column(String(20))
    digest: Mapped[Digest] = mapped_column(index=True)
    bytes: Mapped[Count]
    width: Mapped[int]
    height: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[Instant]


class AssetRendition(ConfigBase):
    """An asset's file for a class of screens; `blocks`: digests of each 4 MiB."""

    __tablename__ = "asset_renditions"
    __table_args__ = (UniqueConstraint("asset_id", "cls"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    cls: Mapped[str] = mapped_column(String(40))
    digest: Mapped[Digest] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(String(60))
    bytes: Mapped[Count]
    width: Mapped[int]
    height: Mapped[int]
    duration_ms: Mapped[int | None]
    blocks: Mapped[list[Any]]
