"""Addresses of the pages' files, and the files themselves.

What deploy/build/pages.mjs made is used where it was made of just the sources that are there: it
is small, packed already and named by content, so that browsers keep it for good. Else, as while
somebody works on a script, the sources are served as they are.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from flask import Response, request, send_from_directory

from server.web.gzip_responses import packed

STATIC: Final = Path(__file__).parent / "static"
BUILT: Final = "vendor/built"
LIST: Final = "files.json"
YEAR_S: Final = 31_536_000
MINUTE_S: Final = 60
PACKED: Final = (("br", ".br"), ("gzip", ".gz"))
"""Content encodings and the suffixes of the compressed files, the smallest first."""
DIGITS: Final = 16


class BuiltFile(msgspec.Struct, frozen=True):
    """The bundle of an entry: its file name, and the chunks that it shares with others."""

    file: str
    parts: tuple[str, ...]


class BuiltList(msgspec.Struct, frozen=True):
    """All bundles, and the sources they were built from (by the first digits of their SHA-256)."""

    sources: dict[str, str]
    files: dict[str, BuiltFile]


def address(name: str) -> str:
    """The address of a file, changing with the file."""
    made = built().get(name)
    if made is not None:
        return f"/static/{BUILT}/{made.file}"
    path = STATIC / name
    version = int(path.stat().st_mtime) if path.exists() else 0
    return f"/static/{name}?v={version}"


def parts_of(name: str) -> Sequence[str]:
    """The addresses of what a script will ask for as soon as it is there."""
    made = built().get(name)
    return [] if made is None else [f"/static/{BUILT}/{part}" for part in made.parts]


@cache
def built(folder: Path = STATIC) -> dict[str, BuiltFile]:
    """Bundles by the name of their source; empty if there are none or a source has changed."""
    try:
        found = msgspec.json.decode((folder / BUILT / LIST).read_bytes(), type=BuiltList)
        changed = any(_digest(folder / name) != digest for name, digest in found.sources.items())
    except (OSError, msgspec.MsgspecError):
        return {}
    return {} if changed else found.files


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]


def sent(name: str) -> Response:
    """A file of the pages; kept by browsers for good where its address changes with it."""
    if name.startswith(f"{BUILT}/"):
        return _sent_as_made(name)
    kept_s = YEAR_S if "v" in request.args else MINUTE_S
    return packed(send_from_directory(STATIC, name, max_age=kept_s), STATIC / name)


def _sent_as_made(name: str) -> Response:
    """Named by its content, it needs no other mark, and few words around it."""
    for encoding, suffix in PACKED if "Range" not in request.headers else ():
        packed_file = f"{name}{suffix}"
        if request.accept_encodings[encoding] > 0 and (STATIC / packed_file).is_file():
            response = send_from_directory(
                STATIC, packed_file, max_age=YEAR_S, etag=False, conditional=False
            )
            response.content_encoding = encoding
            response.mimetype = "text/css" if name.endswith(".css") else "text/javascript"
            break
    else:
        response = send_from_directory(STATIC, name, max_age=YEAR_S, etag=False)
    for needless in ("Content-Disposition", "Expires", "Last-Modified"):
        response.headers.pop(needless, None)
    response.vary.add("Accept-Encoding")
    response.cache_control.immutable = True
    # Opened by itself it may load nothing; the page that uses it has a policy of its own.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
