"""Whatever is sent: no 5xx, no status, header or document that the description doesn't have."""

from pathlib import Path

import pytest

from tests.support.fuzzing import ADMIN_PASSWORD, furnish, fuzz, tokens
from tests.support.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.faults]
SECONDS = 15


def test_the_description_holds_for_requests_that_nobody_thought_of(tmp_path: Path) -> None:
    with serving(tmp_path, admin_password=ADMIN_PASSWORD) as server:
        people = tokens(server.base)
        furnish(server.base, people["admin"])
        outcomes = [fuzz(server, role, token, SECONDS) for role, token in people.items()]
        log = (server.folder / "err.txt").read_text(encoding="utf-8")

    assert [one.printed for one in outcomes if not one.passed] == []
    assert "request failed" not in log
