"""Strict JSON parsing of requests, and fast serialization of answers.

Refuses input that Python's own parser accepts or crashes on.
"""

import json
import re
from array import array
from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from typing import Any, Final

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider
from werkzeug.sansio.response import Response as AnyResponse

from server.foundation.i18n import Sentence
from server.foundation.rest.storable_text import NUL
from server.foundation.runtime.blocking import run_blocking
from server.foundation.runtime.yielding import wait_for_a_turn

# An escaped NUL, which PostgreSQL accepts in no text; `\\u0000` is a backslash, not NUL.
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
ESCAPED_NUL: Final = rb"\u0000"
"""Searched for first: 75 KB without it take the pattern 2 ms."""
MOST_LEVELS: Final = 100
MOST_PARTS: Final = 30_000
"""Brackets and commas; no accepted body has half of that."""
APART_BYTES: Final = 16 * 1024
"""Larger bodies are parsed outside the loop."""
# A string, terminated or not: possessive, so that nothing is scanned twice.
_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_PARTS: Final = (b"[", b"{", b",")
TOO_DEEP: Final = Sentence(
    f"JSON 嵌套超过 {MOST_LEVELS} 层，请减少层数。",
    f"The JSON is nested over {MOST_LEVELS} levels deep: use fewer.",
)
TOO_MANY: Final = Sentence(
    f"JSON 超过 {MOST_PARTS} 项，请分几次提交。",
    f"The JSON has over {MOST_PARTS} parts: send it in several requests.",
)
AS_FLASK: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class BadJson(ValueError):
    """The text isn't acceptable JSON; `detail` is the reason."""

    def __init__(self, detail: Sentence) -> None:
        super().__init__(detail.en)
        self.detail = detail


class NulInText(BadJson):
    """Valid JSON, but a text with NUL can't be stored."""


class StrictJson(DefaultJSONProvider):
    """Deep nesting, NaN, lone surrogates, NUL and repeated names are errors of the request.

    Answers are serialized by orjson: a report of 3,500 screens in 3 ms, 30 ms by Python's own.
    """

    ensure_ascii = False

    def response(self, *args: Any, **kwargs: Any) -> AnyResponse:
        """An answer with the value, its names in insertion order."""
        value = self._prepare_response_obj(args, kwargs)
        try:
            content = orjson.dumps(value, default=self.default, option=AS_FLASK)
        except orjson.JSONEncodeError:  # integers of more than 64 bits, in plays as sent
            return super().response(*args, **kwargs)
        return Response(content, mimetype=self.mimetype)

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """The value. Raises BadJson, which becomes 400, and NulInText, which becomes 422."""
        data = s.encode("utf-8", "surrogatepass") if isinstance(s, str) else s
        if len(data) <= APART_BYTES:
            return _read(data)
        value = run_blocking(partial(_read, data))
        wait_for_a_turn()
        return value


def refuse_many_parts(data: bytes) -> None:
    """Raise BadJson for a body with more parts than any valid one."""
    if sum(map(data.count, _PARTS)) > MOST_PARTS:
        raise BadJson(TOO_MANY)


def _read(data: bytes) -> Any:
    """The cost is judged on the bytes, before anything is parsed."""
    if ESCAPED_NUL in data and _NUL.search(data):
        raise NulInText(NUL)
    if is_too_deep(data):
        raise BadJson(TOO_DEEP)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadJson(_where(data, error)) from error
    if data.count(b":") > 1:
        json.loads(data, object_pairs_hook=_once)
    return value


def _where(data: bytes, error: orjson.JSONDecodeError) -> Sentence:
    try:
        data.decode()
    except UnicodeDecodeError:
        return Sentence(
            "内容不是 UTF-8，请改用 UTF-8 编码。", "The body isn't UTF-8: send it as UTF-8."
        )
    return Sentence(
        f"JSON 第 {error.lineno} 行第 {error.colno} 列有误，请检查引号、逗号、括号和数字。",
        f"The JSON is wrong at line {error.lineno}, column {error.colno}: "
        "check quotes, commas, brackets and numbers.",
    )


def is_too_deep(data: bytes) -> bool:
    """Whether brackets are nested deeper than `MOST_LEVELS`, judged before parsing."""
    if data.count(b"[") + data.count(b"{") <= MOST_LEVELS:
        return False
    steps = array("b", _TEXT.sub(b"", data).translate(_STEPS, _NO_BRACKETS))
    return max(accumulate(steps), default=0) > MOST_LEVELS


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadJson(
                Sentence(
                    f"“{name[:60]}”出现了两次，请只保留一个。",
                    f"`{name[:60]}` stands there twice: keep one of them.",
                )
            )
        found[name] = value
    return found
