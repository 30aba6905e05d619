"""Schemas of all bodies, queries and answers, each under its class's name."""

import re
from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

Mode = Literal["validation", "serialization"]
Model = type[BaseModel]

PLACE: Final = "#/components/schemas/{model}"

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457: why a request was refused, in the reader's language.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:anping:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "what to do about it"},
        "code": {"type": "string", "description": "a word for programs"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901, into the request"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class Schemas:
    """References to the schemas of models, and the schemas themselves."""

    def __init__(self, models: Iterable[Model]) -> None:
        wanted: list[tuple[Model, Mode]] = [(model, "validation") for model in models]
        references, found = models_json_schema(wanted, ref_template=PLACE)
        self._references = {model: schema for (model, _), schema in references.items()}
        made = {name: _possible(schema) for name, schema in found.get("$defs", {}).items()}
        self.components: dict[str, Any] = {"Problem": PROBLEM, **made}

    def of(self, model: Model) -> dict[str, Any]:
        """A reference to a model's schema."""
        return self._references[model]

    def parameters(self, model: Model) -> list[dict[str, Any]]:
        """The fields of a query, as parameters."""
        schema = model.model_json_schema()
        needed = schema.get("required", ())
        return [
            {
                "in": "query",
                "name": name,
                "required": name in needed,
                "schema": _without_null(field),
            }
            for name, field in schema["properties"].items()
        ]


def _possible(schema: Any) -> Any:
    """A schema without defaults that the schema itself rejects: these mean "left as it is".

    OpenAPI 3.1 requires each default to be a valid value.
    """
    if isinstance(schema, list):
        return [_possible(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _possible(value) for name, value in schema.items()}
    if isinstance(kept.get("default"), str) and not _may_be_sent(kept, kept["default"]):
        del kept["default"]
    return kept


def _may_be_sent(schema: dict[str, Any], text: str) -> bool:
    pattern = schema.get("pattern")
    fits = not isinstance(pattern, str) or re.search(pattern, text) is not None
    shortest = schema.get("minLength", 0)
    return fits and (not isinstance(shortest, int) or len(text) >= shortest)


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is present or absent, never null."""
    kept = {name: value for name, value in field.items() if name not in {"title", "anyOf"}}
    if kept.get("default", 0) is None:
        del kept["default"]
    forms = [one for one in field.get("anyOf", ()) if one != {"type": "null"}]
    possible: dict[str, Any] = _possible(kept)
    return possible | (forms[0] if len(forms) == 1 else {"anyOf": forms} if forms else {})
