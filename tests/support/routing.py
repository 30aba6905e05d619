"""Makes the hundreds of apps of a test run cheap: what werkzeug compiles for a rule is kept.

A rule's parts and its URL builders depend on the rule's text alone. A server compiles them once;
a run of tests would do so for every app, which took more time than the tests themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]


@dataclass(frozen=True)
class Compiled:
    """What werkzeug knows of a rule after compiling it; nothing of it changes afterwards."""

    parts: tuple[RulePart, ...]
    trace: tuple[tuple[bool, str], ...]
    converters: dict[str, BaseConverter]
    builder: Builder
    builder_of_unknown: Builder


_compiled: dict[tuple[str, bool | None], Compiled] = {}


class RememberedRule(Rule):
    """A rule that takes over what was compiled for an equal rule."""

    def compile(self) -> None:
        """Compile what no rule of this text was compiled for before."""
        if self.defaults or self.subdomain or self.host:
            super().compile()
            return
        key = (self.rule, self.merge_slashes)
        if key in _compiled:
            self._take_over(_compiled[key])
            return
        super().compile()
        _compiled[key] = self._as_compiled()

    def _take_over(self, known: Compiled) -> None:
        self._parts = list(known.parts)
        self._trace = list(known.trace)
        self._converters = dict(known.converters)
        self.arguments = set(known.converters)
        self._build = known.builder.__get__(self, None)
        self._build_unknown = known.builder_of_unknown.__get__(self, None)

    def _as_compiled(self) -> Compiled:
        return Compiled(
            parts=tuple(self._parts),
            trace=tuple(self._trace),
            converters=dict(self._converters),
            builder=self._build.__func__,  # type: ignore[attr-defined] # bound by compile
            builder_of_unknown=self._build_unknown.__func__,  # type: ignore[attr-defined] # likewise
        )


def remember_rules() -> None:
    """Have every app of this process use such rules."""
    Flask.url_rule_class = RememberedRule
