"""Sends a made file: the same for ever, in parts if asked, kept by this reader only."""

from flask import Response, send_file

from server.core import Core
from server.errors import NotFound
from server.library.queries import type_of_file

FOR_EVER_S = 365 * 24 * 3600


def send_made_file(core: Core, digest: str) -> Response:
    """The file of a digest that the reader may see. Raises NotFound if it isn't in the store."""
    try:
        path = core.store.path(digest)
    except KeyError as error:
        raise NotFound from error
    with core.config.read() as session:
        media_type = type_of_file(session, digest)
    response = send_file(path, media_type, conditional=True, etag=digest, max_age=FOR_EVER_S)
    response.cache_control.public = False
    response.cache_control.private = True
    response.cache_control.immutable = True
    return response
