"""What a route answers, said beside the view: the API's description is made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

View = TypeVar("View", bound=Callable[..., Any])
Item = TypeVar("Item")

JSON: Final = "application/json"

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _leave_room(schema: dict[str, Any]) -> None:
    schema.pop("additionalProperties", None)


class Answered(BaseModel):
    """An answer's document. Strict here, so that a test finds fields that nobody described;
    the description leaves room for new ones."""

    # Built when the description is asked for, not at every start: they are three hundred.
    model_config = ConfigDict(extra="forbid", json_schema_extra=_leave_room, defer_build=True)


class Listed(Answered, Generic[Item]):
    """One page of a list; `next` is the cursor of the page after it."""

    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class Said:
    """One answer of a view: its status, what it holds, as which media type, with what headers."""

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
    said = Said(status, model, description, media_type, headers)

    def mark(view: View) -> View:
        vars(view)["answers"] = (*answers_of(view), said)
        return view

    return mark


def refuses(*statuses: int) -> Callable[[View], View]:
    """The view may refuse with these statuses too, beside those of every route of its kind."""

    def mark(view: View) -> View:
        vars(view)["refuses"] = (*vars(view).get("refuses", ()), *statuses)
        return view

    return mark


def changes_nothing(view: View) -> View:
    """A POST that only works something out: to repeat it is harmless."""
    vars(view)["changes_nothing"] = True
    return view


def answers_of(view: Callable[..., Any]) -> tuple[Said, ...]:
    """What the view says that it answers."""
    return tuple(vars(view).get("answers", ()))


def takes_key(method: str, path: str, view: Callable[..., Any]) -> bool:
    """Whether an Idempotency-Key is heeded: with people's POSTs that change something.

    What players send is harmless twice by itself.
    """
    marks = vars(view)
    person = marks.get("guard", "open") not in {"open", "screen_only"}
    unsafe = method == "POST" and not marks.get("changes_nothing")
    return unsafe and person and path.startswith("/api/v1/")
