"""Webhook bodies: JSON with `{{names}}` in its strings, which are filled in and escaped."""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from server.foundation.i18n import Sentence
from server.monitoring.notifications.channels.registry import Outgoing

DEFAULT: Final = '{"msgtype": "text", "text": {"content": "{{title}}\\n{{text}}"}}'
"""The body for robots of 企业微信, 政务微信 and 钉钉."""
NAMES: Final = frozenset(
    {
        "title", "text", "kind", "code", "place", "unit", "count", "since", "url", "token",
        "contact_name", "contact_phone",
    }
)  # fmt: skip
_NAME: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
NO_JSON: Final = Sentence(
    "模板应为 JSON，例如 " + DEFAULT, "The template has to be JSON, such as " + DEFAULT
)


def fault_of(template: str) -> Sentence | None:
    """The fault of a template; None if it is valid."""
    try:
        filled(template, Outgoing("", "", ""))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        # Nested deeper than JSON can be written, so not a template either.
        return NO_JSON
    unknown = sorted(set(_NAME.findall(template)) - NAMES)
    if unknown:
        allowed = "、".join(sorted(NAMES))
        return Sentence(
            f"模板中的 {{{{{unknown[0]}}}}} 不能用，可用的有：{allowed}。",
            f"{{{{{unknown[0]}}}}} isn't known; there are: {', '.join(sorted(NAMES))}.",
        )
    return None


def filled(template: str, message: Outgoing) -> bytes:
    """The body of a message: the template with names in its strings replaced by values."""
    values = {
        **message.fields, "title": message.title, "text": message.text, "token": message.token
    }  # fmt: skip
    return orjson.dumps(_filled(orjson.loads(template), values))


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, str):
        return _NAME.sub(lambda found: str(values.get(found[1], "")), part)
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if isinstance(part, dict):
        return {name: _filled(one, values) for name, one in part.items()}
    return part
