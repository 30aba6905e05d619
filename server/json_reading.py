"""Reads JSON of strangers: refuses what Python's own reader lets through or dies of."""

import re
from typing import Any, Final

import orjson
from flask.json.provider import DefaultJSONProvider

# An escaped NUL, which PostgreSQL takes in no text; `\\u0000` is a backslash and no NUL.
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class StrictJson(DefaultJSONProvider):
    """Nesting beyond 1,024 levels, NaN, half characters and NUL are errors of the request."""

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """The value. Raises ValueError, which becomes a 400."""
        data = s.encode("utf-8", "surrogatepass") if isinstance(s, str) else s
        if _NUL.search(data):
            text = "NUL in a text"
            raise ValueError(text)
        return orjson.loads(data)
