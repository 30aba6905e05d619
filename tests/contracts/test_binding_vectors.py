"""Statements of a new binding against the cases that the player is held to as well."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.simulator.player.binding_statement import asking_of, judge_binding
from server.simulator.player.disk import Credential

VECTORS = json.loads((Path(__file__).parent / "binding.json").read_text(encoding="utf-8"))
CASES = VECTORS["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_new_binding_is_adopted_or_refused_as_the_contract_states(case: dict[str, Any]) -> None:
    judged = judge_binding(case["answer"], VECTORS["asked"], VECTORS["pinned"])

    assert judged.doubt == case.get("detail")
    credential = judged.credential
    assert (credential and credential.screen) == case.get("screen")
    assert (credential and [key["kid"] for key in credential.keys]) == case.get("pins_after")


def test_without_pins_nothing_is_accepted() -> None:
    assert judge_binding(CASES[0]["answer"], VECTORS["asked"], []).doubt == "unknown_key"


def test_each_asking_has_a_nonce_of_its_own_and_names_screen_and_pins() -> None:
    credential = Credential("t", "s_9", VECTORS["pinned"])

    one, other = asking_of(credential), asking_of(credential)

    assert one["nonce"] != other["nonce"]
    assert len(one["nonce"]) == 43
    assert (one["screen"], one["kids"]) == ("s_9", ["k1", "recovery"])
