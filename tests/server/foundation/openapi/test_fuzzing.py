"""Whatever is sent: no 5xx, no status, header or document that the description doesn't have.

The short form: a web worker alone, one round over the limits as administrator, and random requests
as an officer. The examples are in test_examples.py; `make fuzz` has both people do all of it, on a
whole server.
"""

import pytest

from tests.support.api_contract.fuzzing import Outcome, furnish, fuzz, tokens
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.slow, pytest.mark.faults, *LONG_ON_POSTGRES, pytest.mark.long]

FEW_S, MORE_S = (9, 5), (90, 50)


def both(base: str, people: dict[str, str], seconds: tuple[int, int]) -> list[Outcome]:
    return [
        fuzz(base, "admin", people["admin"], seconds[0], "coverage,fuzzing"),
        fuzz(base, "publicity", people["publicity"], seconds[1], "fuzzing"),
    ]


def are_empty(outcomes: list[Outcome]) -> bool:
    return all("No test cases" in one.printed for one in outcomes)


def test_the_description_holds_for_requests_that_nobody_thought_of(world: World) -> None:
    with web_worker(world) as worker:
        sign_in(world, "admin", username="admin")
        make_asset(world)
        make_screen(world)
        people = tokens(worker.base, PASSWORD)
        furnish(worker.base, people["admin"])
        outcomes = both(worker.base, people, FEW_S)
        if are_empty(outcomes):  # all that time went into reading the description
            outcomes = both(worker.base, people, MORE_S)
        log = (world.core.settings.data / "worker.log").read_text(encoding="utf-8")

    refused = [one for one in outcomes if not one.passed]
    for one in refused:
        print(one.printed)  # whole, as an assertion would cut it short
    assert [one.role for one in refused] == []
    assert not are_empty(outcomes)
    assert "request_failed" not in log
