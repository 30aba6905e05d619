"""No class that a page uses was cut out of the styles, nor written without being in any."""

import re
from pathlib import Path

WEB = Path(__file__).parents[4] / "server/web"
TABLER = Path(__file__).parents[4] / "node_modules/@tabler/core/dist/css/tabler.min.css"
# What a script gives an element, by itself or through elements.js.
MADE = re.compile(r'(?:className = |button\(|(?:element|notice)\(\s*"\w+", |\blist\()"([^"]*)"')
CLASS = re.compile(r"\.((?:[A-Za-z_]|\\.)(?:[\w-]|\\.)*)")
# Class names for scripts and tests, without styles of their own.
ANIMATION = re.compile(r"animation: *[\w-]+ ([\d.]+)s [\w-]+ (\w+)")
LONGEST_MOVE_S = 5.0
WORDLESS = {"form-problem", "page-heading", "messages", "language", "top-actions", "numbers"}


def classes_of_sheet(path: Path) -> set[str]:
    text = re.sub(r"url\([^)]*\)", "", path.read_text(encoding="utf-8"))
    return {name.replace("\\", "") for name in CLASS.findall(text)}


def classes_in_pages() -> set[str]:
    found: set[str] = set()
    for path in WEB.glob("templates/**/*.html"):
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            found |= set(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value).split())
    for path in WEB.glob("static/console/*.js"):
        for value in MADE.findall(path.read_text(encoding="utf-8")):
            found |= set(value.split())
    return found


def test_every_class_of_tabler_that_a_page_uses_is_in_the_cut_styles() -> None:
    used = classes_in_pages()
    kept = classes_of_sheet(WEB / "static/vendor/tabler.css")

    assert (used & classes_of_sheet(TABLER)) - kept == set()
    assert {"btn", "btn-primary", "form-control", "visually-hidden"} <= kept


def test_no_page_uses_a_class_that_is_nowhere() -> None:
    defined = classes_of_sheet(WEB / "static/vendor/tabler.css")
    for sheet in (WEB / "static/console").glob("*.css"):
        defined |= classes_of_sheet(sheet)

    assert classes_in_pages() - defined - WORDLESS == set()


def test_the_cut_styles_are_small() -> None:
    assert (WEB / "static/vendor/tabler.css").stat().st_size < 64 * 1024


def test_nothing_moves_by_itself_for_longer_than_five_seconds() -> None:
    """WCAG 2.2.2 asks for a way to stop what does; it costs a tenth of a processor, too."""
    sheets = [path.read_text("utf-8") for path in (WEB / "static/console").glob("*.css")]
    moves = [found for sheet in sheets for found in ANIMATION.findall(sheet)]

    assert moves, "no animation is read from the styles any more"
    assert {times for _, times in moves} <= set("123456789")
    assert max(float(seconds) * int(times) for seconds, times in moves) < LONGEST_MOVE_S


def light_of(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((light_of(one), light_of(other)))
    return (light + 0.05) / (dark + 0.05)


def test_in_the_dark_the_plays_of_an_hour_differ_by_lightness_alone() -> None:
    sheet = (WEB / "static/console/console.css").read_text(encoding="utf-8")
    dark = sheet[sheet.index("prefers-color-scheme: dark") :]
    this, other, filler = (
        re.search(rf"--slot-{name}: (#[0-9a-f]{{6}})", dark)[1]  # type: ignore[index] # or it fails
        for name in ("this", "other", "filler")
    )

    assert contrast(this, other) >= 3
    assert contrast(other, filler) >= 3
