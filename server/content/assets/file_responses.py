"""Serves renditions: immutable, with range requests, cached privately."""

from dataclasses import dataclass
from typing import IO, cast

from flask import Response, request, send_file
from werkzeug.wsgi import FileWrapper

from media.storage.file_store import Store
from server.content.queries import type_of_file
from server.foundation.core import Core
from server.foundation.errors import NotFound

FOR_EVER_S = 365 * 24 * 3600
PIECE = 1024 * 1024


def send_made_file(core: Core, digest: str) -> Response:
    """The file of a digest that the reader may see. Raises NotFound if it isn't stored."""
    with core.config.read() as session:
        media_type = type_of_file(session, digest)
    try:
        path = core.store.local(digest)
        if path is None:
            response = _from_afar(core.store, digest, media_type)
        else:
            response = send_file(path, media_type, conditional=True, etag=digest)
    except KeyError as error:
        raise NotFound from error
    response.cache_control.max_age = FOR_EVER_S
    response.cache_control.no_cache = None
    response.cache_control.public = False
    response.cache_control.private = True
    response.cache_control.immutable = True
    return response


def _from_afar(store: Store, digest: str, media_type: str) -> Response:
    """A file that is fetched in pieces while it is sent, as far as requested."""
    size = store.size(digest)
    pieces = FileWrapper(cast("IO[bytes]", _Pieces(store, digest, size)), PIECE)
    response = Response(pieces, mimetype=media_type, direct_passthrough=True)
    response.content_length = size
    response.set_etag(digest)
    return response.make_conditional(request, accept_ranges=True, complete_length=size)  # type: ignore[return-value] # it answers itself


@dataclass
class _Pieces:
    """The part of the file interface that werkzeug needs to send ranges."""

    store: Store
    digest: str
    size: int
    at: int = 0

    def read(self, count: int) -> bytes:
        left = min(count, self.size - self.at)
        piece = self.store.part(self.digest, self.at, left) if left > 0 else b""
        self.at += len(piece)
        return piece

    def seekable(self) -> bool:
        return True

    def seek(self, at: int) -> None:
        self.at = at

    def tell(self) -> int:
        return self.at
