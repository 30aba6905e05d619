"""The texts of templates count as people do (see `server.foundation.counted_texts`), and are
looked up once."""

from collections.abc import Callable
from typing import Any, Final

from jinja2 import pass_context
from jinja2.runtime import Context

from server.foundation.counted_texts import CountedMarkup
from server.foundation.rest.problems import language

MOST_KNOWN: Final = 8_192
"""More than there are texts in all templates and both languages."""


def counted_gettext(inner: Callable[..., str]) -> Callable[..., str]:
    """Jinja's `gettext` of sentences that count; Chinese has nothing to agree.

    A long list asks for the same few texts in each row: they are remembered.
    """
    known: dict[tuple[str, str, bool], str] = {}

    def counted(context: Context, text: str, tongue: str, **values: Any) -> str:
        found = inner(context, text, **values)
        return CountedMarkup(found) if tongue == "en" else found

    @pass_context
    def gettext(context: Context, text: str, **values: Any) -> str:
        tongue = language()
        if values:
            return counted(context, text, tongue, **values)
        key = (text, tongue, context.eval_ctx.autoescape)
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_KNOWN:
                known.clear()
            found = known[key] = counted(context, text, tongue)
        return found

    return gettext
