"""Tables of bus lines, venues and venues' contacts."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import Unit
from server.foundation.db.columns import ConfigBase, Instant, Key, Number


class Line(ConfigBase):
    """A bus line; first and last service are wall-clock times such as `06:10`.

    `code`: its number in the district's own lists, unique in the district.
    """

    __tablename__ = "lines"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(60), unique=True, index=True)
    name: Mapped[str] = mapped_column(String(120))
    depot: Mapped[str] = mapped_column(String(120), default="")
    first_service: Mapped[str | None] = mapped_column(String(5))
    last_service: Mapped[str | None] = mapped_column(String(5))
    vehicles: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[Instant]
    unit: Mapped[Unit] = relationship(lazy="joined")


class Venue(ConfigBase):
    """A place or a vehicle. `hours` maps ISO weekdays to pairs of wall-clock times."""

    __tablename__ = "venues"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    territory_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("lines.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(60), unique=True, index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    access: Mapped[str] = mapped_column(String(10), default="player")
    address: Mapped[str] = mapped_column(String(255), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    timezone: Mapped[str] = mapped_column(String(64))
    hours: Mapped[dict[str, Any]]
    closed_dates: Mapped[list[Any]] = mapped_column(default=list)
    extra_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    viewing_distance_m: Mapped[float | None]
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    vehicle: Mapped[str] = mapped_column(String(60), default="")
    depot: Mapped[str] = mapped_column(String(120), default="")
    own_share: Mapped[float] = mapped_column(default=0.0)
    takeover_policy: Mapped[str] = mapped_column(String(10), default="always")
    sound: Mapped[bool] = mapped_column(default=False)
    metered: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    pause_pin_hash: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[Instant]
    unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys=[unit_id])
    territory: Mapped[Unit | None] = relationship(lazy="joined", foreign_keys=[territory_unit_id])
    contacts: Mapped[list["VenueContact"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="VenueContact.id"
    )


class VenueContact(ConfigBase):
    """A person with an account in charge of the venue: it is one of his own venues."""

    __tablename__ = "venue_contacts"
    __table_args__ = (UniqueConstraint("venue_id", "user_id"), {"sqlite_autoincrement": True})
    id: Mapped[Key]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class PlaceChange(ConfigBase):
    """A counter of changes to the cached columns of units, lines, venues and screens.

    Incremented by SQLite triggers (migration 0032); a recreated table needs them again.
    """

    __tablename__ = "place_changes"
    __table_args__ = ()
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    number: Mapped[Instant]
