"""Pages, long answers, scripts and styles go over the line packed by gzip if that is taken."""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Response, request

PACKED: Final = frozenset({".css", ".js", ".svg"})
LEAST_BYTES: Final = 1024
LEAST: Final = {"text/html": LEAST_BYTES, "application/json": 8 * LEAST_BYTES}
"""From so many bytes on an answer of a kind is packed."""
KEPT: Final = 256
FAST: Final = 1
"""A long page of rows becomes a tenth at this level, in a millisecond or two."""
THOROUGH: Final = 6
"""A page of usual length is a seventh smaller at this level, in the same time."""
USUAL_BYTES: Final = 96 * LEAST_BYTES


def packed(response: Response, path: Path) -> Response:
    """The answer with a static file, packed where that is worth it and taken."""
    if (
        path.suffix in PACKED
        and _is_taken(response, LEAST_BYTES)
        and "Range" not in request.headers
    ):
        content = _content(path, path.stat().st_mtime_ns)
        response.close()  # the file
        response.direct_passthrough = False
        response.set_data(content)
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
        tag, _ = response.get_etag()
        if tag is not None:
            response.set_etag(tag, weak=True)
    return response


def packed_answer(response: Response) -> Response:
    """A page, whose token is masked (server/accounts/auth/token_masking.py), or a long answer of
    the API.

    Answers that hold secrets are short. One of the reading process comes packed already.
    """
    least = None if response.content_encoding else LEAST.get(response.mimetype or "")
    if least is not None and not response.is_streamed and _is_taken(response, least):
        content = response.get_data()
        level = THOROUGH if len(content) <= USUAL_BYTES else FAST
        response.set_data(gzip.compress(content, level, mtime=0))
        response.content_encoding = "gzip"
    return response


def _is_taken(response: Response, least: int) -> bool:
    is_worth_it = (response.content_length or 0) >= least and response.status_code != 304
    if is_worth_it:
        response.vary.add("Accept-Encoding")
    return is_worth_it and request.accept_encodings["gzip"] > 0


@lru_cache(KEPT)
def _content(path: Path, _changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
