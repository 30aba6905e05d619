"""The texts of templates count as people do (see `server.foundation.counted_texts`), and are
looked up once."""

from collections.abc import Callable
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context

from server.foundation.counted_texts import CountedMarkup
from server.foundation.rest.problems import language

MOST_CACHED: Final = 8_192
"""More than there are texts in all templates and both languages."""


def counted_gettext(inner: Callable[..., str]) -> Callable[..., str]:
    """Jinja's `gettext` of sentences that count.

    A long list asks for the same few texts in each row: they are remembered.
    """
    cache: dict[tuple[str, str, bool], str] = {}

    def counted(context: Context, text: str, **values: Any) -> str:
        return CountedMarkup(inner(context, text, **values))

    @pass_context
    def gettext(context: Context, text: str, **values: Any) -> str:
        if values:
            return counted(context, text, **values)
        key = (text, language(), context.eval_ctx.autoescape)
        found = cache.get(key)
        if found is None:
            if len(cache) >= MOST_CACHED:
                cache.clear()
            found = cache[key] = counted(context, text)
        return found

    return gettext
