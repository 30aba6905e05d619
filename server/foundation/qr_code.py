"""QR codes."""

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code as an SVG document that takes the size of its place."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=2, omitsize=True
    )
    return out.getvalue().decode()
