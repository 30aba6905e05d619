"""Downloads, and answers with their processing time."""

import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, Final, NamedTuple, ParamSpec

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel

from server.foundation.civil_time import Civil
from server.foundation.errors import existing
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import answers
from server.foundation.spreadsheets.writer import Table, as_csv, as_xlsx

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
File = tuple[str, Table]
P = ParamSpec("P")


class Form(NamedTuple):
    """How a table is written, and how that is described."""

    write: Callable[[Table], bytes]
    media_type: str
    description: str
    words: str


FORMS: Final = {
    "csv": Form(as_csv, "text/csv; charset=utf-8", "UTF-8 with a byte order mark", "a csv file"),
    "xlsx": Form(as_xlsx, XLSX, "An Excel workbook", "an Excel workbook"),
}


def sheet_file(content: bytes, kind: str, name: str, began: float) -> Response:
    """A file download, with the time since `began`."""
    response = attachment(content, kind, name)
    response.headers["Server-Timing"] = timing(began)
    return response


def attachment(content: Any, kind: str, name: str) -> Response:
    """A file for people to keep, from bytes or pieces of it."""
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def private_jpeg(content: bytes | None, kept_s: int) -> Response:
    """A picture that only the person's browser may keep. Raises NotFound where there is none."""
    response = Response(existing(content), mimetype="image/jpeg")
    response.cache_control.private = True
    response.cache_control.max_age = kept_s
    return response


def timed(
    model: type[BaseModel],
) -> Callable[[Callable[P, Mapping[str, Any]]], Callable[P, Response]]:
    """The view answers 200 with a document of `model`, and the time that this took."""

    def wire(view: Callable[P, Mapping[str, Any]]) -> Callable[P, Response]:
        @answers(model, headers=("Server-Timing",))
        @wraps(view)
        def measured(*args: P.args, **kwargs: P.kwargs) -> Response:
            began = time.perf_counter()
            response = jsonify(view(*args, **kwargs))
            response.headers["Server-Timing"] = timing(began)
            return response

        return measured

    return wire


def today() -> date:
    """The district's civil day."""
    return date.fromordinal(Civil(core().settings.zone).day_of(core().clock.now_ms()))


def timing(began: float) -> str:
    """The value of `Server-Timing`."""
    return f"total;dur={1000 * (time.perf_counter() - began):.1f}"


def table_files(
    bp: APIBlueprint, guard: Callable[[Any], Any], query: type[BaseModel], *paths: str, name: str
) -> Callable[[Callable[[Any], File]], None]:
    """Routes of a table as a file beside its JSON: `<path>.csv` and `<path>.xlsx`.

    The function makes name (without its ending) and table of a file; `name` begins the names of
    the views, which are `<name>_csv` and `<name>_xlsx`.
    """

    def wire(make: Callable[[Any], File]) -> None:
        for ending, form in FORMS.items():
            view = _view(make, ending, form)
            guarded = guard(bp.input(query, location="query")(view))
            for path in paths:
                bp.get(f"{path}.{ending}", endpoint=f"{name}_{ending}")(guarded)

    return wire


def _view(make: Callable[[Any], File], ending: str, form: Form) -> Callable[..., Response]:
    def view(query_data: Any) -> Response:
        began = time.perf_counter()
        name, table = make(query_data)
        return sheet_file(form.write(table), form.media_type, f"{name}.{ending}", began)

    view.__doc__ = f"The same as {form.words}."
    kind = form.media_type.partition(";")[0]
    return answers(None, 200, form.description, media_type=kind)(view)
