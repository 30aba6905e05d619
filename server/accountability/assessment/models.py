"""Tables of assessment packs: the request, the figures as made, and their files."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.campaigns.models import LaterInstant
from server.foundation.db.columns import ConfigBase, Digest, Instant, Key, Number

PackId = Annotated[
    int,
    mapped_column(
        Number,
        ForeignKey("assessment_packs.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
]


class AssessmentPack(ConfigBase):
    """Figures of some units on the days from_on..to_on; once `ready` it never changes.

    `state` is `making`, `ready` or `failed`. `figures` is the canonical JSON text whose SHA-256
    is `digest`; `signature` is the server's over what `sealing.signed_text` makes of both, by
    `key` (a public JWK). They are there once it is ready.
    """

    __tablename__ = "assessment_packs"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="lasts"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[Instant]
    frozen_at: Mapped[LaterInstant]
    figures: Mapped[str | None] = mapped_column(Text, deferred=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(100))
    key: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class PackUnit(ConfigBase):
    """A unit of a pack, in the order in which they were asked for.

    `outcomes`: the figures that were entered for it by hand, null for none.
    """

    __tablename__ = "assessment_pack_units"
    __table_args__ = ()
    pack_id: Mapped[PackId]
    unit_id: Mapped[int] = mapped_column(
        Number, ForeignKey("units.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int]
    outcomes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class PackFile(ConfigBase):
    """A file as it was made: `kind` is `xlsx` or `pdf`, `name` its file name."""

    __tablename__ = "assessment_pack_files"
    __table_args__ = ()
    pack_id: Mapped[PackId]
    unit_id: Mapped[int] = mapped_column(
        Number, ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[Digest]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
