"""No class that a page uses was cut out of the styles, nor written without being in any."""

import re
from pathlib import Path

WEB = Path(__file__).parents[3] / "server/web"
TABLER = Path(__file__).parents[3] / "node_modules/@tabler/core/dist/css/tabler.min.css"
CLASS = re.compile(r"\.((?:[A-Za-z_]|\\.)(?:[\w-]|\\.)*)")
# Words for scripts and tests, without looks of their own.
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
        for value in re.findall(r'className = "([^"]*)"', path.read_text(encoding="utf-8")):
            found |= set(value.split())
    return found


def test_every_class_of_tabler_that_a_page_uses_is_in_the_cut_styles() -> None:
    used = classes_in_pages()
    kept = classes_of_sheet(WEB / "static/vendor/tabler.css")

    assert (used & classes_of_sheet(TABLER)) - kept == set()
    assert {"btn", "btn-primary", "form-control", "visually-hidden"} <= kept


def test_no_page_uses_a_class_that_is_nowhere() -> None:
    known = classes_of_sheet(WEB / "static/vendor/tabler.css")
    for sheet in ("console", "enrol"):
        known |= classes_of_sheet(WEB / f"static/console/{sheet}.css")

    assert classes_in_pages() - known - WORDLESS == set()


def test_the_cut_styles_are_small() -> None:
    assert (WEB / "static/vendor/tabler.css").stat().st_size < 64 * 1024
