"""What the API's description holds, ready to be sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.foundation.openapi.examples import EXAMPLES
from server.foundation.public_ids import LETTERS

DAY = "2026-12-24"
IDS = {f"{kind}_id": f"{letter}_1" for kind, letter in LETTERS.items()}
IDS |= {"key_id": "e_1", "day": DAY, "list_name": "tools", "boot": "9f3c2a7be1d04c55"}


@dataclass(frozen=True)
class Example:
    """A request that the description gives; ids in its address end in 1."""

    name: str
    method: str
    path: str
    body: Any


def examples(spec: dict[str, Any]) -> Iterator[Example]:
    """All of them, in an order in which each finds what it needs."""
    found = {
        operation["operationId"]: (method, path)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    }
    for name, body in EXAMPLES.items():
        method, path = found[name]
        yield Example(name, method.upper(), path.format_map(IDS), body)
