"""URL rules that compile their builders on first use.

Compiling all builders took three quarters of a start, and most are never used.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]
"""A rule's host and path by its values."""


class LateRule(Rule):
    """An ordinary rule; each of its two builders is compiled at its first use."""

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        compile_builder = super()._compile_builder
        compiled: Build | None = None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_builder(append_unknown)
            return compiled(rule, **values)

        return build
