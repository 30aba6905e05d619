"""Uptime figures against cases that were worked out independently of this program."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.monitoring.availability.calculator_cli import answer

CASES = json.loads((Path(__file__).parent / "uptime.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_the_figures_are_what_the_contract_states(case: dict[str, Any]) -> None:
    assert json.loads(answer(json.dumps(case["case"]).encode())) == case["answer"]


def test_a_list_of_cases_is_answered_in_its_order() -> None:
    asked = json.dumps([case["case"] for case in CASES]).encode()

    assert json.loads(answer(asked)) == [case["answer"] for case in CASES]
