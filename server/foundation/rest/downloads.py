"""Downloads, and answers with their processing time."""

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask import Response, jsonify

from server.foundation.civil_time import Civil
from server.foundation.rest.flask_extensions import core
from server.foundation.spreadsheets.writer import Table

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Writer = Callable[[Table], bytes]


def sheet_file(content: bytes, kind: str, name: str, began: float) -> Response:
    """A file download, with the time since `began`."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Server-Timing"] = timing(began)
    return response


def timed(document: Mapping[str, Any], began: float) -> Response:
    """A serialized JSON answer, with the time since `began`."""
    response = jsonify(document)
    response.headers["Server-Timing"] = timing(began)
    return response


def today() -> date:
    """The district's civil day."""
    return date.fromordinal(Civil(core().settings.zone).day_of(core().clock.now_ms()))


def timing(began: float) -> str:
    """The value of `Server-Timing`."""
    return f"total;dur={1000 * (time.perf_counter() - began):.1f}"
