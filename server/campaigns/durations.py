"""Numbers and lengths of time as text, and sentences with them."""

from fractions import Fraction

from server.foundation.durations import MINUTE_MS
from server.foundation.i18n import Sentence


def length(ms: int) -> Sentence:
    """Minutes and seconds: 65 分 20 秒; below two minutes in seconds alone."""
    if ms < 2 * MINUTE_MS:
        text = figure(Fraction(ms, 1000))
        return Sentence(f"{text} 秒", f"{text} s")
    minutes, rest = divmod(ms, MINUTE_MS)
    if rest == 0:
        return Sentence(f"{minutes} 分钟", f"{minutes} min")
    text = figure(Fraction(rest, 1000))
    return Sentence(f"{minutes} 分 {text} 秒", f"{minutes} min {text} s")


def figure(value: Fraction | float) -> str:
    """A number without needless noughts, to the thousandth: 12, 92.3."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def fill(zh: str, en: str, **values: Sentence | str | int) -> Sentence:
    """A sentence with its values, each in its language."""

    def words(language: str) -> dict[str, str]:
        return {
            name: value.in_language(language) if isinstance(value, Sentence) else str(value)
            for name, value in values.items()
        }

    return Sentence(zh.format(**words("zh")), en.format(**words("en")))
