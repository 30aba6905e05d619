"""Makes the hundreds of apps of a test run cheap: what werkzeug compiles for a rule is kept.

A rule's URL builder is generated code that depends on the rule's text alone. A server compiles it
once; a run of tests would do so for every app, which took more time than the tests themselves.
"""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

_built: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}


class RememberedRule(Rule):
    """A rule that takes over the builder of an equal rule."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults or self.subdomain:
            return super()._compile_builder(append_unknown)
        key = (self.rule, append_unknown)
        if key not in _built:
            _built[key] = super()._compile_builder(append_unknown)
        return _built[key]


def remember_rules() -> None:
    """Have every app of this process use such rules."""
    Flask.url_rule_class = RememberedRule
