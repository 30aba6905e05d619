"""Makes the thousands of apps of a test run cheap: routes are compiled once for equal apps.

A server registers its routes once in its life. A run of tests would do so for each app, which took
more time than the tests themselves, and left most of the garbage collector's work.

The compiled routes of a blueprint are kept from the first app, and given to the next one all at
once if the blueprint has nothing but routes; apps that have the same routes in the same order share
werkzeug's tables, and any other app gets its own.
"""

import copy
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.blueprints import BlueprintSetupState
from flask.sansio.blueprints import Blueprint
from werkzeug.routing import Map, Rule
from werkzeug.routing.matcher import StateMachineMatcher
from werkzeug.routing.rules import RuleFactory

View = Callable[..., Any]


@dataclass(frozen=True)
class CachedRoute:
    """What a blueprint's route became: a rule, its number among different ones, and its view."""

    rule: Rule
    number: int
    view: View


@dataclass(frozen=True)
class Routes:
    """All that a blueprint gave to the first app that took it in."""

    rules: list[Rule]
    numbers: list[int]
    views: dict[str, View]


@dataclass(frozen=True)
class Tables:
    """What werkzeug makes of rules; nothing of it changes afterwards."""

    matcher: StateMachineMatcher
    by_endpoint: dict[Any, list[Rule]]


_routes: dict[Hashable, CachedRoute] = {}
_blueprints: dict[Blueprint, Routes] = {}
_numbers: dict[Hashable, int] = {}
_tables: dict[Hashable, Tables] = {}
_ONE_AT_A_TIME = threading.Lock()


class SharedMap(Map):
    """Rules that are put into tables when one is looked up, unless an equal map has done so."""

    def __init__(self, rules: Iterable[RuleFactory] | None = None, **options: Any) -> None:
        self.rules: list[Rule] = []
        self.order: list[int] = []
        super().__init__(rules, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take rules in that serve no map yet."""
        for rule in rulefactory.get_rules(self):
            self.take(rule, _numbers.setdefault(_form(rule), len(_numbers)))

    def take(self, rule: Rule, number: int) -> None:
        """Take in a rule as it was before any map had it; what the tables hold is a copy."""
        self.rules.append(rule)
        self.order.append(number)
        self._remap = True

    def take_all(self, rules: list[Rule], numbers: list[int]) -> None:
        """Take in several such."""
        self.rules += rules
        self.order += numbers
        self._remap = True

    def update(self) -> None:
        """Ensure the tables, as werkzeug asks before any lookup."""
        if self._remap:
            with _ONE_AT_A_TIME:  # the first requests of an app may come side by side
                self._ensure()

    def _ensure(self) -> None:
        if not self._remap:
            return
        like = (self.host_matching, self.default_subdomain, self.strict_slashes, self.merge_slashes)
        tables = _tables.get((like, tuple(self.order)))
        if tables is None:
            tables = _tables[like, tuple(self.order)] = self._made()
        self._matcher, self._rules_by_endpoint = tables.matcher, tables.by_endpoint
        self._remap = False

    def _made(self) -> Tables:
        self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
        for rule in copy.deepcopy(self.rules):
            super().add(rule)
        super().update()
        return Tables(self._matcher, self._rules_by_endpoint)


def share_routes() -> None:
    """Have every app of this process do so."""
    original = BlueprintSetupState.add_url_rule

    def add_url_rule(
        state: BlueprintSetupState,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        **options: Any,
    ) -> None:
        place = (state.blueprint, state.name_prefix, state.name, state.url_prefix, state.subdomain)
        key = (*place, rule, endpoint, view_func, *map(_hashable, options.items()))
        cached = _routes.get(key)
        if cached is None or not _is_taken_over(cached, state.app):
            original(state, rule, endpoint, view_func, **options)
            _routes[key] = _newest(state.app)

    BlueprintSetupState.add_url_rule = add_url_rule  # type: ignore[method-assign] # all blueprints'
    Flask.url_map_class = SharedMap
    _share_blueprints()


def _share_blueprints() -> None:
    original = Blueprint.register

    def register(blueprint: Blueprint, app: Any, options: dict[str, Any]) -> None:
        cached = None if options else _blueprints.get(blueprint)
        if cached is not None and _is_new(blueprint, cached, app):
            app.blueprints[blueprint.name] = blueprint
            app.view_functions.update(cached.views)
            app.url_map.take_all(cached.rules, cached.numbers)
            blueprint._merge_blueprint_funcs(app, blueprint.name)
            return
        before = len(app.url_map.rules)
        original(blueprint, app, options)
        made = _made_since(app, before)
        if not options and _is_routes_alone(blueprint, made):
            _blueprints[blueprint] = made

    Blueprint.register = register  # type: ignore[method-assign] # all blueprints'


def _is_new(blueprint: Blueprint, cached: Routes, app: Any) -> bool:
    """False where Flask has to judge a second registration."""
    taken: dict[str, View] = app.view_functions
    return blueprint.name not in app.blueprints and taken.keys().isdisjoint(cached.views)


def _is_routes_alone(blueprint: Blueprint, made: Routes) -> bool:
    """Each route is one thing put off until the blueprint is taken in; others would have to run."""
    if blueprint.has_static_folder or blueprint._blueprints or blueprint.cli.commands:
        return False
    return len(made.rules) == len(blueprint.deferred_functions)


def _made_since(app: Any, before: int) -> Routes:
    rules: list[Rule] = app.url_map.rules[before:]
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in rules}
    return Routes(rules, app.url_map.order[before:], views)


def _is_taken_over(cached: CachedRoute, app: Any) -> bool:
    """False if the app has another view of this name, of which Flask is to complain."""
    if app.view_functions.setdefault(cached.rule.endpoint, cached.view) is not cached.view:
        return False
    app.url_map.take(cached.rule, cached.number)
    return True


def _newest(app: Any) -> CachedRoute:
    rule = app.url_map.rules[-1]
    return CachedRoute(rule, app.url_map.order[-1], app.view_functions[rule.endpoint])


def _form(rule: Rule) -> Hashable:
    """All properties that distinguish a rule."""
    return tuple(map(_hashable, sorted(vars(rule).items())))


def _hashable(named: tuple[str, Any]) -> Hashable:
    name, value = named
    if isinstance(value, dict):
        return name, tuple(sorted(value.items()))
    if isinstance(value, set):
        return name, frozenset(value)
    return name, tuple(value) if isinstance(value, list) else value
