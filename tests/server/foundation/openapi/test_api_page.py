"""The worked examples of docs/api.md are what the server answers."""

import json
import re
from pathlib import Path

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World

PAGE = Path(__file__).parents[4] / "docs" / "api.md"
EXAMPLE = re.compile(r"^`(GET|POST) (\S+)`(?: `(.+)`)?:\n\n```json\n(.+)\n```$", re.MULTILINE)
EXAMPLES = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "body", "answer"), EXAMPLES)
def test_a_worked_example(world: World, method: str, path: str, body: str, answer: str) -> None:
    admin = sign_in(world, "admin")

    response = admin.client.open(
        path, method=method, data=body.encode(), content_type="application/json"
    )

    assert response.get_json(force=True) == json.loads(answer)


def test_there_are_some() -> None:
    assert len(EXAMPLES) >= 4
