"""Assignments against the cases that the player is held to as well."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.simulator.player.verify import TrustState, judge

VECTORS = json.loads((Path(__file__).parent / "assignment.json").read_text(encoding="utf-8"))
CASES = VECTORS["cases"]


def believer(**changes: Any) -> TrustState:
    state = {**VECTORS["state"], **changes}
    return TrustState(state["screen"], state["accepted"], state["pinned"], state["now"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_assignment_is_accepted_or_refused_as_the_contract_states(case: dict[str, Any]) -> None:
    judgement = judge(case["message"], believer())

    assert judgement.reason == case.get("detail")
    assert (judgement.reason is None) == (case["verdict"] == "accepted")


def test_new_keys_replace_the_pins() -> None:
    case = next(case for case in CASES if "pins_after" in case)

    order = judge(case["message"], believer()).order

    assert order is not None
    assert [key["kid"] for key in order["keys"]] == case["pins_after"]


def test_the_first_assignment_after_pairing_is_accepted_whatever_its_version() -> None:
    assert judge(CASES[0]["message"], believer(accepted=None)).reason is None


def test_a_takeover_with_a_malformed_asset_makes_the_whole_assignment_malformed() -> None:
    order = json.loads(CASES[1]["message"]["assignment"])
    order["takeover"]["asset"]["digest"] = "../etc"

    judgement = judge({**CASES[1]["message"], "assignment": json.dumps(order)}, believer())

    assert judgement.reason == "malformed"
