"""Determines a file's type by its content, never by its name, and rejects all others."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import magic

from media.inspection.containers import reader_for
from media.rejection_reasons import refusal

Kind = Literal["image", "video", "document"]

HEAD_BYTES = 64 * 1024

PICTURES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff"}
    | {"image/bmp", "image/x-ms-bmp", "image/avif", "image/heic", "image/heif"}
    | {"image/heic-sequence", "image/heif-sequence"}
)
DOCUMENTS = frozenset(
    {"application/pdf", "application/vnd.openxmlformats-officedocument.presentationml.presentation"}
)
REFUSED_EXACTLY = {
    "image/svg+xml": "unsupported_svg",
    "application/vnd.apple.mpegurl": "unsupported_playlist",
    "application/dash+xml": "unsupported_playlist",
    "application/encrypted": "encrypted",
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
    """Return whether the file is an accepted kind of picture, clip or document.

    Raises MediaRefused. Only the first 64 KiB are read; the decoders decide later.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise refusal("empty")
    mime = magic.from_buffer(head, mime=True)
    if mime in PICTURES:
        return "image"
    if mime in DOCUMENTS or _is_slides(head):
        return "document"
    if reader_for(head) is not None and not mime.startswith(("image/", "audio/")):
        return "video"
    raise refusal(_reason(mime, head))


def _is_slides(head: bytes) -> bool:
    """A PPTX with its parts in an order that libmagic doesn't recognize."""
    return head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in head and b"ppt/" in head


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
