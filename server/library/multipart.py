"""Reads an upload form straight to disk, refusing early, yet letting the client hear why."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Request
from werkzeug.formparser import FormDataParser

from media.errors import MediaRefused
from media.limits import Limits
from server.errors import AnpingError, Invalid, fault
from server.library import texts
from server.library.arrival import Arrival, Received, as_problem
from server.library.room import full_in_words, require_room
from server.storable import check_fields

# Werkzeug holds its read buffer of 64 KiB against this too, so it has to be a good deal larger.
MOST_FIELD_BYTES = 512 * 1024
MOST_PARTS = 20
# A client that is still sending doesn't read: its upload is read on up to here, then answered.
MOST_DRAINED_BYTES = 512 * 1024 * 1024
DRAIN_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Form:
    """A file and the fields that came with it."""

    file: Received
    fields: Mapping[str, str]


@dataclass(frozen=True)
class LooseForm:
    """The fields of a form, and its file if one was chosen."""

    file: Received | None
    fields: Mapping[str, str]


@contextmanager
def received(request: Request, folder: Path, limits: Limits) -> Iterator[Form]:
    """The form's `file`, on disk for as long as the block runs. Raises Invalid, TooLarge."""
    with received_or_not(request, folder, limits) as form:
        if form.file is None:
            raise Invalid(texts.NO_FILE, faults=[fault("/file", texts.NO_FILE)])
        yield Form(form.file, form.fields)


@contextmanager
def received_or_not(request: Request, folder: Path, limits: Limits) -> Iterator[LooseForm]:
    """The same of a form whose file may be left out."""
    with ExitStack() as stack:
        try:
            with full_in_words():
                require_room(folder, request.content_length or 0)
                form = _read(request, stack, folder, limits)
        except AnpingError:
            drain(_rest(request))
            raise
        except MediaRefused as refused:
            drain(_rest(request))
            raise as_problem(refused) from refused
        yield form


def _read(request: Request, stack: ExitStack, folder: Path, limits: Limits) -> LooseForm:
    def arrive(**_headers: Any) -> Any:
        return stack.enter_context(Arrival(folder, limits))

    parser = FormDataParser(
        cast("Any", arrive), max_form_memory_size=MOST_FIELD_BYTES, max_form_parts=MOST_PARTS
    )
    _, fields, files = parser.parse(
        request.stream, request.mimetype, request.content_length, request.mimetype_params
    )
    # A part whose header can't be read comes without a name, whatever the types say.
    if any(name is None for name in fields):
        raise Invalid(texts.NAMELESS, faults=[fault("", texts.NAMELESS)])
    found = files.get("file")
    name = (found.filename or "") if found is not None else ""
    check_fields([("file", name), *fields.items(multi=True)])
    arrival: Any = found.stream if found is not None else None
    # A browser sends a field in which nothing was chosen as a file without name and content.
    if arrival is None or (not name and arrival.bytes == 0):
        return LooseForm(None, fields.to_dict())
    return LooseForm(arrival.complete(name), fields.to_dict())


def _rest(request: Request) -> Iterator[bytes]:
    return iter(partial(request.stream.read, DRAIN_CHUNK), b"")


def read_on(request: Request) -> None:
    """Read what is left of a form that is refused unread, or its sender hears nothing of that."""
    drain(_rest(request))


def drain(chunks: Iterable[bytes]) -> None:
    """Read on what is refused already: who still sends doesn't hear."""
    left = MOST_DRAINED_BYTES
    for chunk in chunks:
        left -= len(chunk)
        if left <= 0:
            return
