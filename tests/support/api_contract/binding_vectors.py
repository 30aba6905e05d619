"""Worked binding statements: `python -m tests.support.api_contract.binding_vectors` writes the
contract's file.

Made from docs/protocol.md 1 with nothing of the server's or the player's, by keys that are thrown
away: run it only to add cases, as every signature changes.
"""

import base64
import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

FILE: Final = Path(__file__).parents[2] / "contracts" / "binding.json"
ABOUT: Final = (
    "protocol.md 1, binding again: what a player that asked so and has these pins does with each "
    "token answer (detail = that of its incident binding_refused; screen and pins after it)"
)
NONCE, OTHER_NONCE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "_" * 42 + "8"
Key = tuple[str, ec.EllipticCurvePrivateKey]


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(key: Key) -> dict[str, str]:
    numbers = key[1].public_key().public_numbers()
    x, y = (url64(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y))
    return {"kid": key[0], "kty": "EC", "crv": "P-256", "x": x, "y": y}


def signed(text: str, key: Key) -> dict[str, str]:
    r, s = decode_dss_signature(key[1].sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return {"statement": text, "kid": key[0], "signature": url64(raw)}


def written(fields: dict[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def made() -> dict[str, Any]:
    """All cases, with fresh keys."""
    k1, k2, recovery, evil = (
        (kid, ec.generate_private_key(ec.SECP256R1())) for kid in ("k1", "k2", "recovery", "evil")
    )
    statement = {"format": 1, "screen": "s_12", "former": "s_9", "nonce": NONCE}
    statement |= {"keys": [jwk(k1), jwk(recovery)], "issued_at": 1767225600000}
    rotated = {**statement, "keys": [jwk(k2), jwk(recovery)]}
    good = signed(written(statement), k1)
    cases: list[dict[str, Any]] = []

    def case(name: str, binding: Any, detail: str | None = None, **more: Any) -> None:
        answer = {"access_token": "t", "token_type": "Bearer", "screen_id": "s_12"}
        answer |= {"keys": [jwk(evil)], **({} if binding == "absent" else {"binding": binding})}
        verdict = (
            {"detail": detail} if detail else {"screen": "s_12", "pins_after": ["k1", "recovery"]}
        )
        cases.append({"name": name, "answer": answer, **verdict, **more})

    def refused(name: str, change: dict[str, Any], detail: str) -> None:
        case(name, signed(written({**statement, **change}), k1), detail)

    case("a good statement", good)
    case("a statement by the recovery key", signed(written(statement), recovery))
    case(
        "other keys, brought by the former one",
        signed(written(rotated), k1),
        pins_after=["k2", "recovery"],
    )
    case("the same screen again", signed(written({**statement, "screen": "s_9"}), k1), screen="s_9")
    cases[-1]["answer"]["screen_id"] = "s_9"
    case(
        "spaces, another order and a field that isn't known",
        signed(json.dumps({"more": "字", **dict(reversed(statement.items()))}), k1),
    )
    case("no statement", "absent", "no_statement")
    case("null for a statement", None, "no_statement")
    case("a list for a statement", [good], "no_statement")
    case("a text that is no JSON", signed("{", k1), "no_statement")
    case(
        "an order in place of a statement",
        signed(written({"format": 1, "screen": "s_9", "version": 3}), k1),
        "no_statement",
    )
    refused("another format", {"format": 2}, "no_statement")
    refused("no keys", {"keys": []}, "no_statement")
    refused("a key that is none", {"keys": [{"kid": "k1"}]}, "no_statement")
    refused("a time that is none", {"issued_at": "now"}, "no_statement")
    case("a key that isn't pinned", signed(written(rotated), k2), "unknown_key")
    case(
        "an attacker's keys",
        signed(written({**statement, "keys": [jwk(evil)]}), evil),
        "unknown_key",
    )
    case("no kid", {**good, "kid": None}, "unknown_key")
    case(
        "an attacker's signature under a pinned kid",
        {**signed(written(statement), evil), "kid": "k1"},
        "bad_signature",
    )
    case("the signature of the other pinned key", {**good, "kid": "recovery"}, "bad_signature")
    case(
        "a text that was altered",
        {**good, "statement": good["statement"].replace("s_12", "s_13")},
        "bad_signature",
    )
    case(
        "a text with a space more", {**good, "statement": good["statement"] + " "}, "bad_signature"
    )
    case("no signature", {**good, "signature": None}, "bad_signature")
    case("a signature that is no base64url", {**good, "signature": "§"}, "bad_signature")
    case("half a signature", {**good, "signature": good["signature"][:43]}, "bad_signature")
    refused("a statement that was played back", {"nonce": OTHER_NONCE}, "other_nonce")
    refused("no nonce", {"nonce": ""}, "other_nonce")
    refused("another player's statement", {"former": "s_10"}, "other_screen")
    case("another screen than the token's", good, "other_screen")
    cases[-1]["answer"]["screen_id"] = "s_13"
    return {
        "about": ABOUT,
        "asked": {"screen": "s_9", "nonce": NONCE},
        "pinned": [jwk(k1), jwk(recovery)],
        "cases": cases,
    }


if __name__ == "__main__":
    text = json.dumps(made(), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
