"""Worked commands: `python -m tests.support.api_contract.command_vectors` writes the contract's
file.

Made from docs/protocol.md 4 with nothing of the server's or the player's, by keys that are thrown
away: run it only to add cases, as every signature changes.
"""

import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.api_contract.binding_vectors import jwk, signed, written

FILE: Final = Path(__file__).parents[2] / "contracts" / "command.json"
ABOUT: Final = (
    "protocol.md 4, commands: what a player of this screen with these pins shows of each command "
    "at an instant (args of the statement; null: it is refused, bad_signature)"
)
SCREEN, AT_MS = "s_9", 1767225600000
ARGS: Final = {"name": "大厅屏", "number": "屏号 9"}


def made() -> dict[str, Any]:
    """All cases, with fresh keys."""
    k1, recovery, evil = (
        (kid, ec.generate_private_key(ec.SECP256R1())) for kid in ("k1", "recovery", "evil")
    )
    statement = {"format": 1, "screen": SCREEN, "command": "c_7", "name": "identify", "args": ARGS}
    statement |= {"expires_at": AT_MS + 60_000, "issued_at": AT_MS}
    good = signed(written(statement), k1)
    cases: list[dict[str, Any]] = []

    def case(about: str, proof: Any, shown: dict[str, str] | None = None, **more: Any) -> None:
        command = {"id": "c_7", "name": "identify", "args": ARGS, "signed": proof} | more
        cases.append({"name": about, "command": command, "at": AT_MS, "shown": shown})

    def refused(name: str, **changes: Any) -> None:
        case(name, signed(written({**statement, **changes}), k1))

    case("a good one", good, ARGS)
    case("one by the recovery key", signed(written(statement), recovery), ARGS)
    case("other words beside it than were signed", good, ARGS, args={"name": "转账 138"})
    case("a field that isn't known", signed(written({**statement, "more": "字"}), k1), ARGS)
    case("no statement", None)
    case("a text for one", good["statement"])
    case("a list", [good])
    case("no JSON", signed("{", k1))
    case("an order in its place", signed(written({"format": 1, "screen": SCREEN}), k1))
    case("an attacker's key", signed(written({**statement, "args": {"name": "转账"}}), evil))
    case(
        "an attacker's signature under a pinned kid",
        {**signed(written(statement), evil), "kid": "k1"},
    )
    case(
        "words that were altered", {**good, "statement": good["statement"].replace("大厅", "转账")}
    )
    case("no signature", {**good, "signature": None})
    case("no kid", {**good, "kid": None})
    case("another command's", good, id="c_8")
    refused("another screen's", screen="s_10")
    refused("one that is over", expires_at=AT_MS)
    refused("one without an end", expires_at=None)
    refused("a word for its end", expires_at="never")
    return {"about": ABOUT, "screen": SCREEN, "pinned": [jwk(k1), jwk(recovery)], "cases": cases}


if __name__ == "__main__":
    text = json.dumps(made(), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
