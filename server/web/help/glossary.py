"""The glossary's words as pages explain them."""

from pathlib import Path
from typing import Final, NamedTuple

from server.foundation.i18n import Sentence

FILE: Final = Path(__file__).parent / "texts/words.md"


class Word(NamedTuple):
    """A word of the glossary: its name and its meaning."""

    name: Sentence
    meaning: Sentence


def read_words(text: str) -> dict[str, Word]:
    """The rows of a table, by the English name."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    found = {}
    for code, name, meaning, english in rows[2:]:
        found[code] = Word(Sentence(name, code), Sentence(meaning, english))
    return found


WORDS: Final = read_words(FILE.read_text(encoding="utf-8"))
