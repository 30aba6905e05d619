"""Request bodies of venues: types and sizes; `validation` checks the values."""

from typing import Annotated, Any, Literal

from pydantic import FailFast, Field, StringConstraints

from server.foundation.rest.resources import Body, Paging
from server.foundation.rest.validation_errors import entries_at_most
from server.inventory.venues.fields.coordinates import Coord, Point, to_wgs84

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(max_length=120)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Time = Annotated[str, StringConstraints(max_length=5)]
Day = Annotated[str, StringConstraints(max_length=10)]
Ranges = Annotated[list[Annotated[list[Time], Field(max_length=2)]], Field(max_length=24)]
Hours = Annotated[dict[Day, Ranges], Field(max_length=7), entries_at_most(7)]
Access = Literal["player", "manual", "none"]
Policy = Literal["always", "emergency", "never"]
Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,8}$")]


class Contact(Body):
    """The contact at the venue."""

    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)


class Metered(Body):
    """Paid networks: media are downloaded on these networks, or on any in these hours."""

    networks: list[Tag] = Field(default_factory=list, max_length=20)
    hours: Hours | Ranges | None = None


class VenueFields(Body):
    """Fields common to a new venue and a change."""

    code: Code | None = None
    unit_id: Id | None = None
    territory_unit_id: Id | None = None
    line_id: Id | None = None
    access: Access = "player"
    address: str = Field("", max_length=255)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    coord: Coord = "wgs84"
    timezone: str = Field("", min_length=1, max_length=64)
    hours: Hours = Field(default_factory=dict)
    closed_dates: Annotated[list[Day], FailFast()] = Field(default_factory=list, max_length=1000)
    extra_hours: Annotated[dict[Day, Ranges], entries_at_most(1000)] = Field(
        default_factory=dict, max_length=1000
    )
    viewing_distance_m: float | None = Field(None, gt=0, le=1000)
    contact: Contact = Field(default_factory=Contact)
    contact_user_ids: list[Id] = Field(default_factory=list, max_length=50)
    vehicle: str = Field("", max_length=60)
    depot: Text = ""
    own_share: float = Field(0.0, ge=0, le=1)
    takeover_policy: Policy = "always"
    sound: bool = False
    metered: Metered | None = None
    pause_pin: Pin | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=50)

    def sent(self) -> dict[str, Any]:
        """The sent fields by their names in VenueDraft, in WGS-84."""
        values = self.model_dump(exclude_unset=True, exclude={"coord", "contact"})
        if "contact" in self.model_fields_set:
            contact = self.contact.model_dump(exclude_unset=True)
            values |= {f"contact_{name}": text for name, text in contact.items()}
        if values.get("lat") is not None and values.get("lon") is not None:
            point = to_wgs84(Point(values["lat"], values["lon"]), self.coord)
            values |= {"lat": round(point.lat, 7), "lon": round(point.lon, 7)}
        return values


class VenueBody(VenueFields):
    """A new venue; hours left out are the usual ones of its kind."""

    name: str = Field(min_length=1, max_length=120)
    kind: str = Field(max_length=20)


class VenueChanges(VenueFields):
    """The fields to change; those left out stay as they are."""

    name: str = Field("", min_length=1, max_length=120)
    kind: str = Field("", max_length=20)
    unit_id: Id = ""


class VenueFilter(Paging):
    """Filter of venues; a unit or territory includes everything below it."""

    unit_id: Id | None = None
    territory_unit_id: Id | None = None
    line_id: Id | None = None
    kind: str | None = None
    access: Access | None = None
    located: bool | None = None
    tag: Tag | None = None
    q: str | None = Field(None, max_length=60)


class LineBody(Body):
    """A bus line; times such as `06:10`."""

    name: str = Field(min_length=1, max_length=120)
    code: Code | None = None
    unit_id: Id | None = None
    depot: Text = ""
    first_service: Time | None = None
    last_service: Time | None = None
    vehicles: Annotated[list[Tag], FailFast()] = Field(default_factory=list, max_length=1000)


class LineChanges(LineBody):
    """The fields to change; those left out stay as they are."""

    name: str = Field("", min_length=1, max_length=120)
    unit_id: Id = ""
