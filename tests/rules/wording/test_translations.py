"""Every Chinese sentence of the pages has its English one, and no English one is left over."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

WEB = Path(__file__).parents[3] / "server/web"


def sentences_in_templates() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in WEB.glob("templates/**/*.html")]
    found = {text for page in texts for text in re.findall(r"_\('([^']+)'\)", page)}
    menu = (WEB / "navigation.py").read_text(encoding="utf-8")
    return found | set(re.findall(r'_\("([^"]+)"\)', menu))


def test_pages_are_complete_in_english() -> None:
    path = WEB / "translations/en/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        catalogue = {str(row.id): str(row.string) for row in read_po(file) if row.id}

    assert sentences_in_templates() == set(catalogue)
    assert [text for text, english in catalogue.items() if not english.strip()] == []
