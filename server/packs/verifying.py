"""Checks a pack without a database: its figures, its files and the server's signature.

Auditors run it where no server is: it needs click, cryptography and orjson alone.
"""

import base64
import binascii
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.packs import sealing
from server.signing import key_id
from server.texts import Sentence

MANIFEST: Final = "manifest.json"
MOST_BYTES: Final = 500_000_000
HOLDS: Final = Sentence(
    "完整：数字、文件与签名相符。", "It holds: figures, files and signature fit."
)
NO_MANIFEST: Final = Sentence(
    "没有找到 manifest.json，或它不是考核材料的清单。",
    "There is no manifest.json of an assessment pack.",
)
FIGURES: Final = Sentence("数字被改动：与摘要不符。", "changed: the figures don't fit their digest")
SIGNATURE: Final = Sentence(
    "摘要、文件清单或签名被改动：签名不符。",
    "changed: the signature doesn't fit the digest and the list of files",
)
FILE: Final = Sentence(
    "{name} 被改动，或不属于这份材料。", "changed: {name} isn't a file of this pack"
)

Named = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check came to. `key_id` names the key that signed, to compare with the server's."""

    findings: tuple[Sentence, ...]
    pack: str | None = None
    digest: str | None = None
    key_id: str | None = None
    files: int = 0


def verify(given: Iterable[Named]) -> Verdict:
    """Check a manifest and files of its pack, by name; a zip stands for what is in it."""
    files = list(_opened(given))
    manifest = next((found for _, content in files if (found := _manifest(content))), None)
    if manifest is None:
        return Verdict((NO_MANIFEST,))
    others = [(name, content) for name, content in files if not _manifest(content)]
    findings = (*_of_manifest(manifest), *_of_files(manifest, others))
    signed_by = _public_key(manifest)
    return Verdict(
        findings,
        str(manifest["id"]),
        str(manifest["digest"]),
        key_id(signed_by) if signed_by else None,
        len(others),
    )


def _opened(given: Iterable[Named]) -> Iterator[Named]:
    for name, content in given:
        if not name.endswith(".zip"):
            yield name, content
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for entry in archive.infolist():
                    if entry.file_size <= MOST_BYTES:
                        yield entry.filename, archive.read(entry)
        except (zipfile.BadZipFile, RuntimeError):
            yield name, content


def _manifest(content: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.get("kind") != sealing.KIND:
        return None
    whole = {"figures", "key", "signature", *sealing.SIGNED} <= found.keys()
    return found if whole else None


def _of_manifest(manifest: Mapping[str, Any]) -> Iterator[Sentence]:
    if sealing.digest_of(sealing.canonical(manifest["figures"])) != manifest["digest"]:
        yield FIGURES
    if not _is_signed(dict(manifest)):
        yield SIGNATURE


def _of_files(manifest: Mapping[str, Any], files: Iterable[Named]) -> Iterator[Sentence]:
    listed = manifest["files"] if isinstance(manifest["files"], list) else []
    known = {one.get("sha256") for one in listed if isinstance(one, dict)}
    for name, content in files:
        if hashlib.sha256(content).hexdigest() not in known:
            yield Sentence(FILE.zh.format(name=name), FILE.en.format(name=name))


def _is_signed(manifest: dict[str, Any]) -> bool:
    key = _public_key(manifest)
    try:
        raw = _from_base64url(manifest["signature"])
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        text = sealing.signed_text(manifest).encode()
        if key is not None:
            key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TypeError, ValueError, AttributeError, binascii.Error):
        return False
    return key is not None


def _public_key(manifest: Mapping[str, Any]) -> ec.EllipticCurvePublicKey | None:
    try:
        x, y = (
            int.from_bytes(_from_base64url(manifest["key"][name]), "big") for name in ("x", "y")
        )
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        return None


def _from_base64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
