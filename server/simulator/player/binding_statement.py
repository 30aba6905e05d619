"""Verifies that a new binding is signed by a pinned key (twin of statement.js)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from server.simulator.player.disk import Credential
from server.simulator.player.verify import is_count, is_key, is_signed, object_in, pinned_key
from server.simulator.wire.protocol import Json

Doubt = Literal["no_statement", "unknown_key", "bad_signature", "other_nonce", "other_screen"]
NONCE_BYTES: Final = 32


@dataclass(frozen=True)
class Judged:
    """`doubt` is None if the credential may be adopted, as its content was signed."""

    credential: Credential | None
    doubt: Doubt | None


def asking_of(credential: Credential) -> Json:
    """The request of a player with pins: a fresh nonce each time."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    kids = [key["kid"] for key in credential.keys]
    return {"screen": credential.screen, "nonce": nonce, "kids": kids}


def judge_binding(
    answer: Mapping[str, Any], asked: Mapping[str, Any], pinned: Sequence[Mapping[str, Any]]
) -> Judged:
    """Judge a token answer by the pins, in the order fixed by the protocol."""
    found = answer.get("binding")
    binding = found if isinstance(found, Mapping) else {}
    statement = parse_statement(binding.get("statement"))
    if statement is None:
        return Judged(None, "no_statement")
    key = pinned_key(pinned, binding)
    if key is None:
        return Judged(None, "unknown_key")
    if not is_signed(key, binding.get("signature"), binding["statement"]):
        return Judged(None, "bad_signature")
    if statement["nonce"] != asked["nonce"]:
        return Judged(None, "other_nonce")
    if (statement["former"], statement["screen"]) != (asked["screen"], answer.get("screen_id")):
        return Judged(None, "other_screen")
    return Judged(
        Credential(answer["access_token"], statement["screen"], list(statement["keys"])), None
    )


def vouched_for(signed: object, credential: Credential) -> Mapping[str, Any] | None:
    """The statement signed by a pinned key for this screen; None for anything else."""
    found = signed if isinstance(signed, Mapping) else {}
    statement = object_in(found.get("statement"))
    key = pinned_key(credential.keys, found)
    if statement is None or statement.get("screen") != credential.screen or key is None:
        return None
    return statement if is_signed(key, found.get("signature"), found["statement"]) else None


def ordered(
    command: Mapping[str, Any], credential: Credential, now_ms: float
) -> Mapping[str, Any] | None:
    """The parameters of a command, if a pinned key has signed it and it hasn't expired.

    Else None.
    """
    statement = vouched_for(command.get("signed"), credential)
    if statement is None or statement.get("command") != command.get("id"):
        return None
    until = statement.get("expires_at")
    good = is_count(until) and float(until or 0) > now_ms
    return statement.get("args") if good else None


def parse_statement(text: object) -> Mapping[str, Any] | None:
    """The fields of a statement's text; None if it is malformed."""
    statement = object_in(text)
    whole = (
        statement is not None
        and statement.get("format") == 1
        and all(isinstance(statement.get(name), str) for name in ("screen", "former", "nonce"))
        and isinstance(statement.get("keys"), list)
        and bool(statement["keys"])
        and all(map(is_key, statement["keys"]))
        and is_count(statement.get("issued_at"))
    )
    return statement if whole else None
