"""The described routes, with the metadata declared by their views."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from apiflask import APIFlask
from pydantic import BaseModel

from server.foundation.rest.responses import ResponseSpec, answers_of, takes_key

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UPLOADS: Final = frozenset({"upload_asset", "replace_asset", "upload_spot_photo"})
# RFC 8628 posts a form.
BY_HAND: Final = frozenset({"fetch_token"})
PREFIXES: Final = ("/api/v1/", "/files/", "/manifests/")
# Without If-Match: the object they delete can't be read by GET.
UNREAD: Final = frozenset({"sign_out", "append_to_upload", "forget_upload"})
# Decisions on an object that was read before: approve, reject, cut short.
VERDICTS: Final = frozenset(
    {
        "approve_asset",
        "reject_asset",
        "approve_campaign",
        "reject_campaign",
        "approve_takeover",
        "reject_takeover",
        "approve_exemption",
        "reject_exemption",
        "end_exemption",
        "approve_attestation",
        "reject_attestation",
        "end_attestation",
    }
)


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]
    endpoint: str
    tag: str

    @property
    def name(self) -> str:
        """The view's own name."""
        return self.endpoint.rpartition(".")[2]

    @property
    def guard(self) -> str:
        """The guard: `open`, `signed_in`, `screen_only`, or an action of the permission table."""
        return str(vars(self.view).get("guard", "open"))

    @property
    def for_people(self) -> bool:
        """Whether it needs a person's account."""
        return self.guard not in {"open", "screen_only"}

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD"} and not vars(self.view).get("changes_nothing")

    @property
    def takes_key(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return takes_key(self.method, self.path, self.view)

    @property
    def takes_if_match(self) -> bool:
        """Whether it refuses changes made from an outdated version."""
        changes = self.method in {"PUT", "PATCH", "DELETE"} and self.name not in UNREAD
        return changes or self.name in VERDICTS

    @property
    def needs_if_match(self) -> bool:
        """Whether it is a decision, which requires the version that was read."""
        return self.name in VERDICTS and not self.name.startswith("end_")

    @cached_property
    def body(self) -> type[BaseModel] | None:
        """The model of its JSON body."""
        return self._spec.get("body")

    @cached_property
    def query(self) -> list[type[BaseModel]]:
        """The models of its query."""
        return [model for model, location in self._spec.get("args") or () if location == "query"]

    @property
    def responses(self) -> tuple[ResponseSpec, ...]:
        """Its successful answers."""
        return answers_of(self.view)

    @property
    def also_refuses(self) -> tuple[int, ...]:
        """Statuses that are specific to this view."""
        return tuple(vars(self.view).get("refuses", ()))

    @property
    def words(self) -> tuple[str, str]:
        """Summary and description, from the docstring."""
        summary, _, more = inspect.cleandoc(self.view.__doc__ or "").partition("\n")
        return summary.rstrip("."), more.strip()

    @property
    def _spec(self) -> dict[str, Any]:
        found: dict[str, Any] = vars(self.view).get("_spec", {})
        return found


def routes_of(app: APIFlask) -> list[Route]:
    """All described routes, by address."""
    return sorted(_routes(app), key=lambda route: (route.path, METHODS.index(route.method)))


def models_of(routes: Iterable[Route]) -> list[type[BaseModel]]:
    """The distinct models of bodies and answers."""
    found: dict[type[BaseModel], None] = {}
    for route in routes:
        found |= dict.fromkeys([route.body] if route.body else [])
        found |= dict.fromkeys(
            response.model for response in route.responses if response.model is not None
        )
    return list(found)


def _routes(app: APIFlask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(PREFIXES):
            continue
        path = rule.rule.replace("<", "{").replace(">", "}")
        view = app.view_functions[rule.endpoint]
        blueprint = app.blueprints[rule.endpoint.partition(".")[0]]
        tag = str(getattr(blueprint, "tag", ""))
        names = tuple(sorted(rule.arguments, key=path.index))
        given = rule.methods or set()
        for method in METHODS:
            if method in given and not (method == "HEAD" and "GET" in given):
                yield Route(method, path, names, view, rule.endpoint, tag)
