"""A hash of the inputs of a build: the same in every process."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import orjson

# Raised when the planner makes other loops or plans from the same inputs.
EDITION: Final = 3


def name_of(*inputs: object) -> str:
    """SHA-256 over the canonical form of the inputs."""
    return hashlib.sha256(orjson.dumps([EDITION, canonical(inputs)])).hexdigest()


def canonical(value: object) -> Any:
    """The value as JSON, without any order that depends on the process."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, Mapping):
        return sorted(([canonical(key), canonical(part)] for key, part in value.items()), key=str)
    if isinstance(value, Set):
        return sorted((canonical(part) for part in value), key=str)
    return value.isoformat() if isinstance(value, date) else [canonical(p) for p in _parts(value)]


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, Fraction):
        return (value.numerator, value.denominator)
    if is_dataclass(value):
        return [getattr(value, one.name) for one in fields(value)]
    text = f"no canonical form for {type(value).__name__}"
    raise TypeError(text)
