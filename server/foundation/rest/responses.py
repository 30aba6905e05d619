"""Declares the answers of routes beside their views, for the API's description."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from server.foundation.public_ids import public
from server.foundation.rest.resources import iso

View = TypeVar("View", bound=Callable[..., Any])
Item = TypeVar("Item")

JSON: Final = "application/json"


@dataclass(frozen=True)
class PublicId:
    """The row's number, shown with the letter of its kind."""

    kind: str

    def show(self, value: int, _zone: tzinfo | None) -> str:
        """`PublicId("screen")` shows 9 as `s_9`."""
        return public(self.kind, value)


class _Milliseconds:
    def show(self, value: int, zone: tzinfo | None) -> str:
        return str(iso(value, zone or UTC))


class _Date:
    def show(self, value: date, _zone: tzinfo | None) -> str:
        return value.isoformat()


Instant = Annotated[str, _Milliseconds(), Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, _Date(), Field(json_schema_extra={"format": "date"})]
AssetId = Annotated[str, PublicId("asset")]
CampaignId = Annotated[str, PublicId("campaign")]
KeyId = Annotated[str, PublicId("enrolment_key")]
LineId = Annotated[str, PublicId("line")]
ScreenId = Annotated[str, PublicId("screen")]
UnitId = Annotated[str, PublicId("unit")]
UserId = Annotated[str, PublicId("user")]
VenueId = Annotated[str, PublicId("venue")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _leave_room(schema: dict[str, Any]) -> None:
    schema.pop("additionalProperties", None)


class Answered(BaseModel):
    """The document of an answer.

    Strict here, so that tests find undescribed fields; the description permits further ones.
    """

    # Built on demand, not at every start: there are three hundred.
    model_config = ConfigDict(extra="forbid", json_schema_extra=_leave_room, defer_build=True)


class Listed(Answered, Generic[Item]):
    """One page of a list; `next` is the cursor of the next page."""

    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class ResponseSpec:
    """One answer of a view: status, model, media type and headers."""

    status: int
    model: type[BaseModel] | None
    description: str
    media_type: str
    headers: tuple[str, ...]


def answers(
    model: type[BaseModel] | None,
    status: int = 200,
    description: str = "",
    *,
    media_type: str = JSON,
    headers: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """The view answers `status` with a document of `model` (None: no body, or not JSON)."""
    response = ResponseSpec(status, model, description, media_type, headers)

    def mark(view: View) -> View:
        vars(view)["answers"] = (*answers_of(view), response)
        return view

    return mark


def refuses(*statuses: int) -> Callable[[View], View]:
    """The view may also refuse with these statuses, besides those of all routes of its kind."""

    def mark(view: View) -> View:
        vars(view)["refuses"] = (*vars(view).get("refuses", ()), *statuses)
        return view

    return mark


def changes_nothing(view: View) -> View:
    """A POST without side effects, which may be repeated."""
    vars(view)["changes_nothing"] = True
    return view


def answers_of(view: Callable[..., Any]) -> tuple[ResponseSpec, ...]:
    """The declared answers of a view."""
    return tuple(vars(view).get("answers", ()))


def takes_key(method: str, path: str, view: Callable[..., Any]) -> bool:
    """Whether an Idempotency-Key is supported: for POSTs of people that change something.

    Messages of players are idempotent by themselves.
    """
    marks = vars(view)
    person = marks.get("guard", "open") not in {"open", "screen_only"}
    unsafe = method == "POST" and not marks.get("changes_nothing")
    return unsafe and person and path.startswith("/api/v1/")
