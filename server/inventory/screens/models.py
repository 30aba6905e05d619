"""Tables of screens and their boxes, pairings, screen tokens and enrolment keys."""

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import Unit
from server.foundation.db.columns import ConfigBase, Digest, Instant, Key, Number
from server.inventory.venues.models import Venue

LaterInstant = Annotated[int | None, mapped_column(BigInteger)]


class Screen(ConfigBase):
    """One display with one player; `enrolled_at` is null until a player was first bound.

    `awaited_since`: its box was removed and the next one with its serial may enrol.
    """

    __tablename__ = "screens"
    id: Mapped[Key]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    serial: Mapped[str | None] = mapped_column(String(120), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    pixel_pitch_mm: Mapped[float | None]
    rendition_class: Mapped[str] = mapped_column(String(40))
    tags: Mapped[list[Any]] = mapped_column(default=list)
    public_key: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    player: Mapped[str] = mapped_column(String(40), default="", index=True)
    created_at: Mapped[Instant]
    enrolled_at: Mapped[LaterInstant]
    revoked_at: Mapped[LaterInstant]
    retired_at: Mapped[LaterInstant]
    awaited_since: Mapped[LaterInstant]
    venue: Mapped[Venue] = relationship(lazy="joined")


class ScreenPause(ConfigBase):
    """A declared pause [from_at, until_at): the screen is off, even within its hours.

    `user_id` is null if the venue's contact declared it by PIN, without account.
    """

    __tablename__ = "screen_pauses"
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"), index=True)
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ScreenCode(ConfigBase):
    """The code of a screen's page for people at the venue; both are null while it is revoked.

    The code itself is stored, as stickers are reprinted and players display it
    (docs/decisions/0026). It is looked up by its hash.
    """

    __tablename__ = "screen_codes"
    __table_args__ = ()
    screen_id: Mapped[int] = mapped_column(
        Number, ForeignKey("screens.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str | None] = mapped_column(String(32))
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_at: Mapped[Instant]


class ScreenToken(ConfigBase):
    """A player's bearer token and its cookie for files; only hashes are stored.

    A void token keeps its row, so that its box gets `revoked`, or `moved` if it belongs to another
    screen by now.
    """

    __tablename__ = "screen_tokens"
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    files_hash: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[Instant]
    revoked_at: Mapped[LaterInstant]
    moved_to: Mapped[int | None] = mapped_column(ForeignKey("screens.id"))
    screen: Mapped[Screen] = relationship(lazy="joined", foreign_keys=[screen_id])


class Pairing(ConfigBase):
    """A player's pairing request; `screen_id` is set when a person enters the code.

    `box_hash`: of the box that has fetched its token, which may repeat that after a lost answer.
    """

    __tablename__ = "pairings"
    id: Mapped[Key]
    device_hash: Mapped[Digest] = mapped_column(unique=True)
    user_code: Mapped[str] = mapped_column(String(8), unique=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    player: Mapped[str] = mapped_column(String(40))
    hint: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(45), index=True)
    public_key: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    box_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    screen_id: Mapped[int | None] = mapped_column(
        ForeignKey("screens.id", ondelete="CASCADE"), index=True
    )


class EnrolmentKey(ConfigBase):
    """Lets many players of one unit bind without a code each; only its hash is stored."""

    __tablename__ = "enrolment_keys"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    venue_kind: Mapped[str] = mapped_column(String(20))
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[LaterInstant]
    unit: Mapped[Unit] = relationship(lazy="joined")


class ScreenBox(ConfigBase):
    """A screen's box in [from_at, until_at); the one without an end is the current one.

    `how`: by `code`, by `key`, or `earlier` than this history. `ended`: `replaced`, `revoked` or
    `retired`. `box_hash`: of the box's own secret.
    """

    __tablename__ = "screen_boxes"
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"), index=True)
    serial: Mapped[str | None] = mapped_column(String(120), index=True)
    player: Mapped[str] = mapped_column(String(40), default="")
    box_hash: Mapped[str | None] = mapped_column(String(64))
    how: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment_keys.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    from_at: Mapped[Instant]
    until_at: Mapped[LaterInstant]
    ended: Mapped[str | None] = mapped_column(String(10))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class RefusedEnrolment(ConfigBase):
    """A player refused with a valid key, as the serial is reserved for its screen.

    `address`: of the last attempt; `settled_at`: when a person decided on it.
    """

    __tablename__ = "refused_enrolments"
    __table_args__ = (UniqueConstraint("screen_id", "serial"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id", ondelete="CASCADE"))
    key_id: Mapped[int] = mapped_column(ForeignKey("enrolment_keys.id"))
    serial: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(45))
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]
    tries: Mapped[int]
    settled_at: Mapped[LaterInstant]
    screen: Mapped[Screen] = relationship(lazy="joined")
    key: Mapped[EnrolmentKey] = relationship(lazy="joined")
