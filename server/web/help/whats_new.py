"""The changes of each version that people notice, in both languages: `texts/news-*.md`."""

from typing import Final, NamedTuple

from server.foundation.i18n import Sentence
from server.web.help.topics import FOLDER, read_parts


class Release(NamedTuple):
    """A version, its date, one sentence, and what people see of it."""

    version: str
    date: str
    summary: Sentence
    changes: tuple[Sentence, ...]


def _releases() -> tuple[Release, ...]:
    zh, en = (
        read_parts((FOLDER / f"news-{name}.md").read_text(encoding="utf-8"))
        for name in ("zh", "en")
    )
    return tuple(
        Release(
            version,
            part.title,
            Sentence(part.purpose, en[version].purpose),
            tuple(map(Sentence, part.steps, en[version].steps)),
        )
        for version, part in zh.items()
    )


RELEASES: Final = _releases()
"""The newest first."""
