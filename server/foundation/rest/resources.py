"""The common form of JSON resources: bodies, lists with cursors, instants, ETags."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from typing import Annotated, Any, ParamSpec, TypeVar

import orjson
from flask import Request, Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.exceptions import UnsupportedMediaType

from server.foundation.errors import (
    AnpingError,
    Invalid,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problem_texts import sentence_of
from server.foundation.rest.strict_json import BadJson, NulInText, refuse_many_parts
from server.foundation.rest.validation_errors import UnusableValue

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row")
# Dates with a day or an offset added must still be valid.
FIRST_YEAR = 1971
LAST_YEAR = 9000
CHANGED = Sentence(
    "您读取之后内容已被他人修改，请刷新后重试。",
    "Someone changed it since you read it: reload and try again.",
)
UNREAD = Sentence(
    "审批须说明读到的是哪一版：请先读取，再把它的 ETag 放进 If-Match。",
    "A verdict is on what was read: read it first, and send its ETag as If-Match.",
)
MOST_NAMES = 200
TOO_MANY_NAMES = Sentence(
    "字段过多，请只写接口说明里的。", "Too many names: use the described ones."
)
Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 1, 1))]
"""A date that may be queried."""


# Forms of other sites could send these without preflight; players may send them.
LENIENT_PATHS = ("/api/v1/player/",)


class NotJson(AnpingError):
    """The body isn't valid JSON."""

    status = 400
    title = Sentence("JSON 格式有误", "Not JSON")
    default_code = "bad_json"


class ApiRequest(Request):
    """A request whose missing body reads as `{}`, for actions without parameters."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body, which must be declared as JSON. Raises NotJson, UnsupportedMediaType."""
        lenient = self.is_json or self.path.startswith(LENIENT_PATHS)
        if not lenient and self.get_data():
            raise UnsupportedMediaType
        try:
            refuse_many_parts(self.get_data())
        except BadJson as error:
            raise NotJson.at("", error.detail) from error
        return super().get_json(force, silent, cache)

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Called by Flask if the body isn't JSON."""
        if not self.get_data():
            return {}
        if isinstance(e, NulInText):
            raise Invalid.at("", e.detail)
        detail = e.detail if isinstance(e, BadJson) else sentence_of(400)
        raise NotJson.at("", detail)


class Body(BaseModel):
    """A request body; unknown names are refused, so that typos don't go unnoticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_many_names(cls, value: Any) -> Any:
        """Each unknown name is an error of its own: of thousands only one is reported."""
        if isinstance(value, dict) and len(value) > MOST_NAMES:
            raise UnusableValue(TOO_MANY_NAMES)
        return value


def long_body(view: Callable[P, R]) -> Callable[P, R]:
    """This route accepts larger JSON (`security_headers.LONG_JSON`), with thousands of ids."""
    view.long_body = True  # type: ignore[attr-defined] # a mark on a function, as `guard` is
    return view


class Paging(BaseModel):
    """The query parameters of every list."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern=r"^\d{1,15}$")


def page(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[int],
    paging: Paging,
    render: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    """One page of a list, newest first: `{"items": [...], "next": cursor | null}`."""
    if paging.cursor is not None:
        query = query.where(key < int(paging.cursor))
    rows = session.scalars(query.order_by(key.desc()).limit(paging.limit + 1)).all()
    kept = rows[: paging.limit]
    more = len(rows) > paging.limit
    return {
        "items": [render(row) for row in kept],
        "next": str(getattr(kept[-1], key.key)) if more else None,
    }


def listed(
    query: Select[Any],
    key: InstrumentedAttribute[int],
    paging: Paging,
    render: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    """The page in a session of its own, where nothing else is read."""
    with core().config.read() as session:
        return page(session, query, key, paging, render)


def listed_with_parts(
    query: Select[Any],
    key: InstrumentedAttribute[int],
    paging: Paging,
    render: Callable[[Session, Any, tzinfo], dict[str, Any]],
) -> dict[str, Any]:
    """The same where serializers read more than the row."""
    with core().config.read() as session:
        return page(session, query, key, paging, lambda row: render(session, row, district_zone()))


def complete(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A complete list on one page."""
    return {"items": list(items), "next": None}


def iso(instant_ms: int | None, zone: tzinfo) -> str | None:
    """ISO 8601 with offset, with milliseconds if there are any."""
    if instant_ms is None:
        return None
    moment = datetime.fromtimestamp(instant_ms / 1000, zone)
    return moment.isoformat(timespec="milliseconds" if instant_ms % 1000 else "seconds")


def instant_ms(value: datetime, pointer: str) -> int:
    """Milliseconds UTC of an instant with offset; without one it is refused."""
    if value.tzinfo is None:
        detail = Sentence(
            "时间需带时区偏移，例如 2026-11-24T08:00:00+08:00。",
            "Give the time with its offset, for example 2026-11-24T08:00:00+08:00.",
        )
        raise Invalid.at(pointer, detail)
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        detail = Sentence("年份超出范围。", "The year is out of range.")
        raise Invalid.at(pointer, detail)
    return round(value.timestamp() * 1000)


def in_district_time(
    render: Callable[[Row, tzinfo], dict[str, Any]],
) -> Callable[[Row], dict[str, Any]]:
    """A serializer that takes the row alone, as `page` and `check_unchanged_by` call it."""

    def rendered(row: Row) -> dict[str, Any]:
        return render(row, district_zone())

    return rendered


def day_of_path(text: str) -> date:
    """The day in an address. Raises NotFound for a text that is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


def tagged(
    document: dict[str, Any], status: int = 200, *, tag_of: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """A JSON answer with its ETag; 304 for a GET whose client has it. `tag_of`: see `answered`."""
    response = answered(document, status, tag_of=tag_of)
    return response.make_conditional(request) if request.method == "GET" else response


def answered(
    document: dict[str, Any], status: int = 200, *, tag_of: dict[str, Any] | None = None
) -> Response:
    """A JSON answer with an ETag; `tag_of`: what the tag is computed from, if not the document."""
    response = Response(orjson.dumps(document), status, mimetype="application/json")
    response.set_etag(etag_of(document if tag_of is None else tag_of))
    return response


def tag_reading(response: Response) -> Response:
    """Add an ETag to every JSON answer to GET, so that repeated reads are cheap."""
    plain = response.status_code == 200 and response.mimetype == "application/json"
    if not plain or response.is_streamed or request.method not in {"GET", "HEAD"}:
        return response
    if not request.path.startswith("/api/v1/") or "ETag" in response.headers:
        return response
    response.add_etag()
    response.make_conditional(request)
    return response


def etag_of(document: dict[str, Any]) -> str:
    """A tag that depends on the document alone, on every server."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def check_unchanged(document: dict[str, Any]) -> None:
    """Refuse an update from an outdated version (If-Match). Raises PreconditionFailed."""
    wanted = request.if_match
    if wanted and not wanted.contains(etag_of(document)):
        raise PreconditionFailed(CHANGED)


def check_unchanged_by(render: Callable[[Row], dict[str, Any]]) -> Callable[[Row], None]:
    """The same as a precondition, which a use case calls with the row that it is to change."""

    def check(row: Row) -> None:
        check_unchanged(render(row))

    return check


def require_read(document: dict[str, Any]) -> None:
    """Require that a decision names the version that was read (If-Match, not `*`).

    Raises PreconditionRequired without one, PreconditionFailed if it is outdated.
    """
    tags = request.if_match.as_set(include_weak=True)  # compressing proxies weaken tags
    if not tags:
        raise PreconditionRequired(UNREAD)
    if etag_of(document) not in {tag.removeprefix("W/").strip('"') for tag in tags}:
        raise PreconditionFailed(CHANGED)


def district_zone() -> tzinfo:
    """The time zone of instants in the API."""
    return core().settings.zone
