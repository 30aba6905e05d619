"""The shapes of a chart. Places are shares of the drawing in per cent, from its upper left: so a
drawing takes any width, and lines and hatching keep their widths."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

HATCH: Final = "hatch-pending"
"""The pattern of what isn't settled, which the page's frame defines once."""
_RECT: Final = Markup('<rect class="{}" x="{}%" y="{}%" width="{}%" height="{}%"{}></rect>')
_LINE: Final = Markup('<line class="{}" x1="{}%" y1="{}%" x2="{}%" y2="{}%"></line>')
_DOT: Final = Markup('<circle class="{}" cx="{}%" cy="{}%" r="3"></circle>')
_LINK: Final = Markup('<a href="{}" tabindex="-1">{}</a>')
_GROUP: Final = Markup("<g>{}</g>")
_TITLE: Final = Markup("<title>{}</title>")


def per_cent(share: float) -> str:
    """A place or a length as the drawing has it; two digits are finer than any glass."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


def rect(tone: str, x: float, y: float, width: float, height: float) -> Markup:
    """A filled part; `pending` is hatched, so that it differs without colours too."""
    fill = Markup(' fill="url(#{})"').format(HATCH) if tone == "t-pending" else ""
    places = (per_cent(one) for one in (x, y, width, height))
    return _RECT.format(tone, *places, fill)


def line(tone: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """A line from one place to another."""
    return _LINE.format(tone, *(per_cent(one) for one in (x1, y1, x2, y2)))


def dot(tone: str, x: float, y: float) -> Markup:
    """A point of a curve."""
    return _DOT.format(tone, per_cent(x), per_cent(y))


def titled(shapes: Iterable[Markup], title: str, href: str | None = None) -> Markup:
    """Shapes with a tooltip, as a link if there is an `href`.

    Keys and readers use the table beside the drawing, which has the same links.
    """
    inner = _TITLE.format(title) + Markup("").join(shapes)
    return _LINK.format(href, inner) if href else _GROUP.format(inner)


def joined(shapes: Iterable[Markup]) -> Markup:
    """Shapes one over the other, the last on top."""
    return Markup("").join(shapes)
