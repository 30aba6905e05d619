"""Sentences in the language of the current request."""

from collections.abc import Mapping

from server.foundation.counted_texts import Counted
from server.foundation.i18n import Sentence
from server.foundation.rest.problems import language

WEEKDAYS = (
    (1, Sentence("周一", "Mon")),
    (2, Sentence("周二", "Tue")),
    (3, Sentence("周三", "Wed")),
    (4, Sentence("周四", "Thu")),
    (5, Sentence("周五", "Fri")),
    (6, Sentence("周六", "Sat")),
    (7, Sentence("周日", "Sun")),
)

Choice = tuple[str, str]
"""A form value, and its label."""


def translate(sentence: Sentence) -> str:
    """A sentence in this request's language."""
    return Counted(sentence.in_language(language()))


def weekdays() -> list[tuple[int, str]]:
    """ISO weekdays with their names."""
    return [(day, translate(name)) for day, name in WEEKDAYS]


def state_words(states: Mapping[str, tuple[Sentence, str]]) -> dict[str, dict[str, str]]:
    """Names and colours of states, for templates."""
    return {
        "state_names": {state: translate(name) for state, (name, _) in states.items()},
        "tones": {state: tone for state, (_, tone) in states.items()},
    }
