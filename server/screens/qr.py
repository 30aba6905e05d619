"""QR codes, and the address with which a box enrols."""

import io
from urllib.parse import quote

import segno

from server.web.reading import player_address


def qr_svg(text: str) -> str:
    """A QR code as an SVG document that takes the size of its place."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=2, omitsize=True
    )
    return out.getvalue().decode()


def enrolment_address(key: str, serial: str) -> str:
    """Where a box's browser starts; what follows # never travels in a request line."""
    return f"{player_address()}#enrol={quote(key, '')}&serial={quote(serial, '')}"
