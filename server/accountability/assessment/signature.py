"""Signature of a pack: the text of its figures, its digest, and the server's signature."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import orjson

from server.foundation.crypto.signing import Signer, public_jwk

KIND: Final = "anping-assessment-pack"
VERSION: Final = 1
SIGNED: Final = ("kind", "version", "id", "frozen_at", "digest", "files")
"""The signed fields of a manifest; the figures are included by their digest."""


def canonical(document: Any) -> str:
    """JSON with sorted keys and without spaces, as UTF-8: the same document, the same text."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def digest_of(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def signed_text(manifest: dict[str, Any]) -> str:
    """The signed text: kind, pack, time of freezing, digest of the figures, and files."""
    return canonical({name: manifest[name] for name in SIGNED})


def signed_parts(
    pack_id: str, frozen_at: str, digest: str, files: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """The signed part of a manifest; `files` have `name`, `bytes` and `sha256`."""
    return {
        "kind": KIND,
        "version": VERSION,
        "id": pack_id,
        "frozen_at": frozen_at,
        "digest": digest,
        "files": list(files),
    }


def sign(signer: Signer, parts: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The signature, and the public key (a JWK) that checks it."""
    return signer.sign(signed_text(parts)), public_jwk(signer.key.public_key())
