"""Streams an upload form to disk, rejecting early but still delivering the error."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from media.errors import MediaRefused
from media.limits import Limits
from server.content import messages
from server.content.uploads.incoming_file import Arrival, Received, as_problem
from server.foundation.errors import AnpingError, Invalid
from server.foundation.rest.storable_text import check_fields
from server.foundation.storage.disk_space import full_in_words, require_room

# Werkzeug counts its read buffer of 64 KiB towards this, so it must be much larger.
MOST_FIELD_BYTES = 512 * 1024
MOST_PARTS = 20
# A client that is sending doesn't read: its upload is drained up to here, then answered.
MOST_DRAINED_BYTES = 512 * 1024 * 1024
DRAIN_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Form:
    """A file and the form's other fields."""

    file: Received
    fields: Mapping[str, str]


@dataclass(frozen=True)
class LooseForm:
    """The fields of a form, and its file if one was chosen, or its rejection."""

    file: Received | None
    fields: Mapping[str, str]
    refused: AnpingError | None = None


class Patient(Arrival):
    """Consumes a rejected file to its end without storing it, so that later fields are parsed."""

    refused: MediaRefused | None = None

    def write(self, chunk: bytes) -> int:
        """Write the next bytes."""
        if self.refused is None:
            try:
                return super().write(chunk)
            except MediaRefused as refused:
                self.refused = refused
        return len(chunk)

    def complete(self, name: str) -> Received:
        """The upload is complete."""
        if self.refused is not None:
            raise self.refused
        return super().complete(name)


class Dropped:
    """Discards a file's content."""

    def write(self, chunk: bytes) -> int:
        """Write the next bytes."""
        return len(chunk)

    def seek(self, position: int) -> int:
        """Called by a form parser at the end of a file."""
        return position


@contextmanager
def received(request: Request, folder: Path, limits: Limits) -> Iterator[Form]:
    """The form's `file`, on disk for the duration of the block. Raises Invalid, TooLarge."""
    with _arrived(request, folder, limits, Arrival) as form:
        if form.refused is not None:
            raise form.refused
        if form.file is None:
            raise Invalid.at("/file", messages.NO_FILE)
        yield Form(form.file, form.fields)


@contextmanager
def received_or_not(request: Request, folder: Path, limits: Limits) -> Iterator[LooseForm]:
    """As `received`, for an optional file; a rejected one doesn't affect the other fields."""
    with _arrived(request, folder, limits, Patient) as form:
        yield form


@contextmanager
def _arrived(
    request: Request, folder: Path, limits: Limits, kind: type[Arrival]
) -> Iterator[LooseForm]:
    with ExitStack() as stack:
        try:
            with full_in_words():
                require_room(folder, request.content_length or 0)
                form = _read(request, stack, partial(kind, folder, limits))
        except AnpingError:
            drain(_rest(request))
            raise
        except MediaRefused as refused:
            drain(_rest(request))
            raise as_problem(refused) from refused
        yield form


def _read(request: Request, stack: ExitStack, begin: Callable[[], Arrival]) -> LooseForm:
    fields, files = _parsed(request, lambda **_headers: stack.enter_context(begin()))
    # A part with an unreadable header has no name, whatever the types declare.
    if any(name is None for name in fields):
        raise Invalid.at("", messages.NAMELESS)
    found = files.get("file")
    name = (found.filename or "") if found is not None else ""
    check_fields([("file", name), *fields.items(multi=True)])
    arrival: Any = found.stream if found is not None else None
    # A browser sends an empty file field as a file without name and content.
    if arrival is None or (not name and arrival.bytes == 0):
        return LooseForm(None, fields.to_dict())
    try:
        return LooseForm(arrival.complete(name), fields.to_dict())
    except MediaRefused as refused:
        return LooseForm(None, fields.to_dict(), as_problem(refused))


def _parsed(request: Request, arrive: Callable[..., Any]) -> tuple[Any, Any]:
    parser = FormDataParser(
        cast("Any", arrive), max_form_memory_size=MOST_FIELD_BYTES, max_form_parts=MOST_PARTS
    )
    return parser.parse(
        request.stream, request.mimetype, request.content_length, request.mimetype_params
    )[1:]


def fields_alone(request: Request) -> Mapping[str, str]:
    """The text fields of a form that is rejected unread; its files are discarded."""
    if (request.content_length or 0) > MOST_DRAINED_BYTES:
        return {}
    try:
        fields, _ = _parsed(request, lambda **_headers: Dropped())
    except HTTPException:  # more fields than any page of ours has
        return {}
    return {name: text for name, text in fields.items() if name is not None}


def _rest(request: Request) -> Iterator[bytes]:
    return iter(partial(request.stream.read, DRAIN_CHUNK), b"")


def read_on(request: Request) -> None:
    """Drain the rest of a rejected form, as its sender would otherwise not get the answer."""
    drain(_rest(request))


def drain(chunks: Iterable[bytes]) -> None:
    """Drain a rejected body, as clients that are sending don't read."""
    left = MOST_DRAINED_BYTES
    for chunk in chunks:
        left -= len(chunk)
        if left <= 0:
            return
