"""The body of a request with plays: at most 256 KiB, optionally gzipped."""

import zlib
from typing import Final

from server.foundation.errors import TooLarge
from server.foundation.i18n import Sentence
from server.playlog.model.batch import MalformedBatch

MOST_BYTES: Final = 256 * 1024
TOO_LARGE: Final = Sentence("一批播放记录不得超过 256 KiB。", "A batch has at most 256 KiB.")


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body as JSON text. Raises TooLarge, MalformedBatch."""
    content = _gunzip(body) if encoding.lower() == "gzip" else body
    if len(content) > MOST_BYTES:
        raise TooLarge(TOO_LARGE)
    return content


def _gunzip(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise MalformedBatch(Sentence("内容不是 gzip。", "the body is not gzip")) from error
    if not unpacker.eof and len(content) <= MOST_BYTES:
        raise MalformedBatch(Sentence("gzip 内容不完整。", "the gzip body ends early"))
    return content
