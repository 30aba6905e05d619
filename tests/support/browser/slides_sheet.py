"""Takes the contact sheets of all slides in docs: `make slides-sheet`."""

import io
from typing import Any

from PIL import Image

from media.slides import engine
from media.slides.checks.url_allowlist import is_page
from tests.support.processes.server import ROOT

PICTURES = ROOT / "docs/pictures"
LARGEST_BYTES = 150_000  # as tests/rules/docs/test_readme.py asks of every picture
WIDTH, GAP = 1400, 20
GROUND = (226, 228, 232)
PAGE = "https://fz.example.gov.cn/"
ROWS = (
    ((1920, 1080), (1080, 1920)),
    ((1024, 768), (1080, 1080), (1080, 1440)),
    ((960, 160), (512, 128)),
)


def main() -> None:
    """One sheet for each kind of slide, every shape on it."""
    for template in engine.templates():
        name = template["name"]
        content = _encoded(sheet(name))
        path = PICTURES / f"slides-{name.replace('_', '-')}.webp"
        path.write_bytes(content)
        print(f"{path.relative_to(ROOT)}: {len(content) // 1024} KB")


def sheet(name: str) -> Image.Image:
    """All shapes of one example, in rows as wide as the sheet."""
    rows = [_row(name, sizes) for sizes in ROWS]
    high = sum(row.height + GAP for row in rows) + GAP
    made = Image.new("RGB", (WIDTH, high), GROUND)
    top = GAP
    for row in rows:
        made.paste(row, (GAP, top))
        top += row.height + GAP
    return made


def _row(name: str, sizes: tuple[tuple[int, int], ...]) -> Image.Image:
    """Pictures of one height beside each other, from edge to edge."""
    room = WIDTH - GAP * (len(sizes) + 1)
    high = round(room / sum(width / height for width, height in sizes))
    made = Image.new("RGB", (WIDTH - 2 * GAP, high), GROUND)
    left = 0
    for width, height in sizes:
        picture = engine.drawn(name, _fields(name), width, height).image
        wide = round(high * width / height)
        made.paste(picture.resize((wide, high), Image.Resampling.LANCZOS), (left, 0))
        left += wide + GAP
    return made


def _fields(name: str) -> dict[str, Any]:
    """The example; the hotline card shows its code as well."""
    code = {"page": PAGE, "owner": "区反电信网络诈骗中心"} if name == "hotlines" else {}
    assert is_page(PAGE)
    return engine.example(name) | code


def _encoded(picture: Image.Image) -> bytes:
    """As WebP, as fine as the room allows."""
    for quality in (90, 82, 75, 68, 60, 50):
        sink = io.BytesIO()
        picture.save(sink, "WEBP", quality=quality, method=6)
        if sink.tell() <= LARGEST_BYTES:
            break
    return sink.getvalue()


if __name__ == "__main__":
    main()
