"""Checks a pack without a database: its figures, its files and the server's signature.

Auditors run it where no server is: it needs click, cryptography, msgspec and orjson alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from server.accountability.assessment import signature as sealing
from server.accountability.assessment.files.reader import Found, Named, Unread, opened
from server.foundation.crypto.signing import is_signed, key_id, public_key_of
from server.foundation.i18n import Sentence

__all__ = ["HOLDS", "MANIFEST", "Named", "Verdict", "verify"]

MANIFEST: Final = "manifest.json"
HOLDS: Final = Sentence(
    "完整：数字、文件与签名相符。", "It holds: figures, files and signature fit."
)
NO_MANIFEST: Final = Sentence(
    "没有找到 manifest.json，或它不是考核材料的清单。",
    "There is no manifest.json of an assessment pack.",
)
SEVERAL: Final = Sentence(
    "有不止一份考核材料清单，只能有一份 manifest.json。",
    "there is more than one manifest of an assessment pack: only one can be right",
)
FIGURES: Final = Sentence("数字被改动：与摘要不符。", "changed: the figures don't fit their digest")
SIGNATURE: Final = Sentence(
    "摘要、文件清单或签名被改动：签名不符。",
    "changed: the signature doesn't fit the digest and the list of files",
)
CALLED: Final = Sentence(
    "签名密钥的编号不是它自己的。", "changed: the key isn't the one it is called"
)
FILE: Final = Sentence(
    "{name} 被改动，或不属于这份材料。", "changed: {name} isn't a file of this pack"
)
OTHER_NAME: Final = Sentence(
    "{name} 的内容是 {other}：文件名被改动或调换。",
    "changed: {name} has the content of {other}: renamed or swapped",
)
TWICE: Final = Sentence("{name} 出现不止一次。", "{name} is there more than once")
MISSING: Final = Sentence("缺少 {name}。", "missing: {name} is not there")
UNREAD: Final = {
    Unread.TOO_LARGE: Sentence(
        "{name} 超过 500 MB，未核验。", "{name} is larger than 500 MB and was not checked"
    ),
    Unread.BROKEN: Sentence("{name} 无法读取。", "{name} can't be read"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of the check. `key` is the key that signed, even if the manifest names another."""

    findings: tuple[Sentence, ...]
    pack: str | None = None
    digest: str | None = None
    key: EllipticCurvePublicKey | None = None
    files: int = 0

    @property
    def key_id(self) -> str | None:
        """The id of the key that signed, to compare with the server's."""
        return None if self.key is None else key_id(self.key)


def verify(given: Iterable[Named]) -> Verdict:
    """Check a manifest and files of its pack, by name; a zip must be whole."""
    files = list(opened(given))
    manifests = [one for one in files if _manifest(one.content)]
    others = [one for one in files if one not in manifests]
    named = [one for one in manifests if one.name == MANIFEST or not one.zipped]
    if not named:
        return Verdict((NO_MANIFEST,))
    manifest = _manifest(named[0].content) or {}
    key = public_key_of(manifest["key"])
    findings = (
        *([SEVERAL] if len(manifests) > 1 else []),
        *_of_manifest(manifest, key),
        *_of_files(_listed(manifest), others),
        *_missing(_listed(manifest), files),
    )
    return Verdict(findings, str(manifest["id"]), str(manifest["digest"]), key, len(others))


def _manifest(content: bytes | None) -> dict[str, Any] | None:
    try:
        found = orjson.loads(content or b"")
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.get("kind") != sealing.KIND:
        return None
    whole = {"figures", "key", "signature", *sealing.SIGNED} <= found.keys()
    return found if whole else None


def _of_manifest(
    manifest: dict[str, Any], key: EllipticCurvePublicKey | None
) -> Iterator[Sentence]:
    if sealing.digest_of(sealing.canonical(manifest["figures"])) != manifest["digest"]:
        yield FIGURES
    if not is_signed(key, manifest["signature"], sealing.signed_text(manifest)):
        yield SIGNATURE
    elif key is not None and manifest["key"].get("kid") != key_id(key):
        yield CALLED


def _listed(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The files of the pack: their digests by name."""
    files = manifest["files"] if isinstance(manifest["files"], list) else []
    return {str(one.get("name")): str(one.get("sha256")) for one in files if isinstance(one, dict)}


def _of_files(listed: Mapping[str, str], files: Sequence[Found]) -> Iterator[Sentence]:
    names = {digest: name for name, digest in listed.items()}
    for one in files:
        if one.unread is not None:
            yield UNREAD[one.unread].filled(name=one.name)
        elif listed.get(one.name) != one.sha256:
            other = names.get(one.sha256)
            text = FILE if other is None else OTHER_NAME
            yield text.filled(name=one.name, other=other)
    present = Counter(one.name for one in files)
    for name in (name for name, times in present.items() if times > 1):
        yield TWICE.filled(name=name)


def _missing(listed: Iterable[str], files: Sequence[Found]) -> Iterator[Sentence]:
    """A zip has all files of its pack; of those given one by one, some are enough."""
    present = {one.name for one in files}
    if any(one.zipped for one in files):
        for name in listed:
            if name not in present:
                yield MISSING.filled(name=name)
