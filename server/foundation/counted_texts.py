"""English counts: "1 screen" for "{n} screens" with n = 1; pages write 1,234."""

import re
from itertools import count
from typing import Any, Final, Self

from markupsafe import Markup

NOUNS: Final = (
    "acknowledgements|blocks|boxes|campaigns|cards|characters|checks|days|faults|fields|files|hours|"
    "incidents|items|letters|lines|minutes|months|pages|photos|places|players|plays|problems|"
    "records|rows|screens|seconds|tries|units|vehicles|venues|weeks"
)
VERBS: Final = {
    "are": "is",
    "aren't": "isn't",
    "were": "was",
    "weren't": "wasn't",
    "have": "has",
    "haven't": "hasn't",
    "don't": "doesn't",
}
PLURAL: Final = re.compile(
    rf"\{{(?P<name>\w+)\}}(?P<between> (?:more |new |open |random |spot |working )*)"
    rf"(?P<noun>{NOUNS})\b(?: (?P<verb>{'|'.join(VERBS)})\b)?"
)

UNNAMED: Final = re.compile(r"(?<!\{)\{\}(?!\})")


class Counted(str):
    """A sentence whose nouns agree with its numbers when formatted."""

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> str:
        """As `str.format`."""
        return agreeing(self, args, values).format(*args, **values)


def thousands(value: Any) -> Any:
    """A whole number as pages print it, with commas; anything else as it is."""
    return f"{value:,}" if type(value) is int else value


class CountedMarkup(Markup):
    """The same for templates, with escaped numbers and thousands separators."""

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> Self:
        """As `Markup.format`."""
        text = Markup(agreeing(self, args, values))  # noqa: S704 # the sentence itself is ours
        shown = {name: thousands(value) for name, value in values.items()}
        return type(self)(text.format(*map(thousands, args), **shown))


def agreeing(sentence: str, args: tuple[Any, ...], values: dict[str, Any]) -> str:
    """The sentence with its nouns, and the verbs after them, agreeing with their numbers."""
    places = count()
    numbered = UNNAMED.sub(lambda _: f"{{{next(places)}}}", str(sentence))

    def agree(found: re.Match[str]) -> str:
        name = found["name"]
        figure = args[int(name)] if name.isdigit() else values.get(name)
        return singular(found) if str(figure) == "1" else found[0]

    return PLURAL.sub(agree, numbered)


def singular(found: re.Match[str]) -> str:
    """The singular form of a match."""
    noun = "box" if found["noun"] == "boxes" else found["noun"].removesuffix("s")
    verb = f" {VERBS[found['verb']]}" if found["verb"] else ""
    return f"{{{found['name']}}}{found['between']}{noun}{verb}"
