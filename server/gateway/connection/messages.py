"""Messages of players as in docs/protocol.md: parsed completely, or refused with the reason.

Unknown fields are ignored. Used for the socket (parsed JSON) and HTTP (bytes).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from server.foundation.errors import AnpingError, Fault
from server.foundation.i18n import Sentence
from server.foundation.rest.storable_text import STORABLE
from server.foundation.rest.struct_errors import issue_of

PROTOCOL: Final = 1
LARGEST: Final = 2**53 - 1
MOST_BYTES: Final = 256 * 1024

Text = Annotated[str, msgspec.Meta(max_length=500, pattern=STORABLE)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=STORABLE)]
Word = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,64}$")]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Whole = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Size = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Number = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]  # refuses NaN and infinity


class Malformed(AnpingError):
    """The message violates docs/protocol.md; nothing was changed."""

    status = 400
    title = Sentence("消息格式有误", "Malformed message")
    default_code = "malformed"

    def __init__(self, reason: Sentence, pointer: str = "") -> None:
        detail = Sentence(f"消息格式有误：{reason.zh}", f"malformed message: {reason.en}")
        super().__init__(detail, faults=[Fault(pointer, reason)])


class Hello(msgspec.Struct, frozen=True):
    """The auth of a connection to `/screen`."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    boot: Id
    version: Count | None = None
    player: Text = ""
    protocol: int = PROTOCOL


class ClockQuestion(msgspec.Struct, frozen=True):
    """`t0` is the player's time; it is returned unread."""

    t0: Number


class Switched(msgspec.Struct, frozen=True):
    """This manifest is on air since `at` (server ms)."""

    version: Count
    manifest: Digest
    at: Number


class OnAir(msgspec.Struct, frozen=True):
    """The content on screen; outside the plan there is only an asset."""

    manifest: Digest | None = None
    segment: Whole | None = None
    cycle: Whole | None = None
    slot: Whole | None = None
    asset: Digest | None = None


class ClockState(msgspec.Struct, frozen=True):
    """Server minus monotonic time and its uncertainty, ms; empty if never synced."""

    offset_ms: Number | None = None
    uncertainty_ms: Number | None = None


class Storage(msgspec.Struct, frozen=True):
    """Bytes as the browser estimates them."""

    used: Number | None = None
    quota: Number | None = None
    persisted: bool | None = None


class Incident(msgspec.Struct, frozen=True):
    """A fault reported by the player, with its count since the last report."""

    code: Word
    detail: Annotated[str, msgspec.Meta(max_length=2000, pattern=STORABLE)] | None = None
    count: Count = 1


class Dimensions(msgspec.Struct, frozen=True):
    """Pixels of the stage."""

    width: Size
    height: Size


class Position(msgspec.Struct, frozen=True):
    """A vehicle's position, WGS-84."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy_m: Number | None = None


State = Literal["pairing", "preparing", "playing", "takeover", "off_hours", "fallback", "stalled"]


class Beat(msgspec.Struct, frozen=True):
    """A player's heartbeat."""

    boot: Id
    state: State
    at_mono_ms: Number | None = None
    version: Count | None = None
    on_air: OnAir | None = None
    visible: bool | None = None
    clock: ClockState | None = None
    backlog: Count = 0
    storage: Storage | None = None
    secure: bool | None = None
    incidents: Annotated[tuple[Incident, ...], msgspec.Meta(max_length=100)] = ()
    player: Text = ""
    gave_up: Text = ""
    browser: Text = ""
    size: Dimensions | None = None
    position: Position | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The acknowledgement of an assignment."""

    version: Count | None
    state: Literal["accepted", "refused"]
    reason: Word | None = None


Message = TypeVar("Message", bound=msgspec.Struct)


def read(form: type[Message], payload: object) -> Message:
    """A message from parsed JSON of a socket. Raises Malformed."""
    try:
        return msgspec.convert(payload, form)
    except (msgspec.ValidationError, UnicodeError, RecursionError) as error:
        raise Malformed(*issue_of(error)) from error


def read_body(form: type[Message], body: bytes) -> Message:
    """A message from a request's body. Raises Malformed."""
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(*issue_of(error)) from error


def refusal(error: AnpingError, language: str = "en") -> Mapping[str, Any]:
    """The error answer to a socket message."""
    facts: dict[str, Any] = {"code": error.code, "detail": error.detail.in_language(language)}
    if error.retry_after_s is not None:
        facts["retry_after_ms"] = 1000 * error.retry_after_s
    return {"error": facts}
