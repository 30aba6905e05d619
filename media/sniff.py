"""Says what a file is by its content, never by its name, and refuses what is not let in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import magic

from media.boxes import is_iso_media
from media.refusals import refusal

Kind = Literal["image", "video"]

HEAD_BYTES = 64 * 1024

KINDS: dict[str, Kind] = {
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "image",
    "video/mp4": "video",
    "video/x-m4v": "video",
    "video/quicktime": "video",
    "video/3gpp": "video",
    "video/3gpp2": "video",
    "video/webm": "video",
    "video/x-matroska": "video",
}
REFUSED_EXACTLY = {
    "image/svg+xml": "unsupported_svg",
    "application/vnd.apple.mpegurl": "unsupported_playlist",
    "application/dash+xml": "unsupported_playlist",
    "application/pdf": "unsupported_document",
}
REFUSED_BY_START = {
    "audio/": "no_picture",
    "image/": "unsupported_picture",
    "text/": "unsupported_page",
    "application/xml": "unsupported_page",
    "application/json": "unsupported_page",
    "application/vnd.ms-": "unsupported_document",
    "application/msword": "unsupported_document",
    "application/x-tar": "unsupported_archive",
    "application/x-bzip2": "unsupported_archive",
    "application/x-xz": "unsupported_archive",
}
ARCHIVE_STARTS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
PLAYLIST_STARTS = (b"#EXTM3U", b"ffconcat", b"<MPD")


def sniff(path: Path) -> Kind:
    """Return whether the file is a picture or a clip of a kind that is let in.

    Raises MediaRefused. Only the first 64 KiB are looked at; the decoders decide later.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise refusal("empty")
    mime = magic.from_buffer(head, mime=True)
    if mime in KINDS:
        return KINDS[mime]
    if is_iso_media(head) and not mime.startswith(("image/", "audio/")):
        return "video"
    raise refusal(_reason(mime, head))


def _reason(mime: str, head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if any(start in text[:1024] for start in PLAYLIST_STARTS):
        return "unsupported_playlist"
    if b"<svg" in text[:4096]:
        return "unsupported_svg"
    if head.startswith(ARCHIVE_STARTS):
        return "unsupported_document" if b"[Content_Types].xml" in head else "unsupported_archive"
    if mime in REFUSED_EXACTLY:
        return REFUSED_EXACTLY[mime]
    for start, reason in REFUSED_BY_START.items():
        if mime.startswith(start):
            return reason
    return "unsupported"
