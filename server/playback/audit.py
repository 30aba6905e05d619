"""Checks an export of plays without a database: what was changed, is missing or was moved."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.playback import chain
from server.texts import Sentence

FIRST_SEAL: Final = hashlib.sha256(b"anping export").hexdigest()
UNSEALED: Final = frozenset({"seal", "lines", "signature", "key"})
LINK: Final = (
    "seq", "manifest", "segment", "cycle", "slot", "asset",
    "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What the check came to; `key_id` names the key that signed, to compare with the server's."""

    lines: int
    findings: tuple[Sentence, ...]
    key_id: str | None = None


class _Line:
    """One line where it stands (`at`, from 1), and as it says itself."""

    def __init__(self, at: int, text: bytes) -> None:
        self.at = at
        self.content = _parsed(text)

    @property
    def number(self) -> int:
        """Where it should stand; 0 if it doesn't say."""
        number = self.content.get("line")
        return number if isinstance(number, int) else 0

    @property
    def name(self) -> str:
        """How the line is called in a finding."""
        what = self.content.get("seq", self.content.get("lost"))
        return f"{self.content.get('screen_id')} {self.content.get('boot')} {what}"


def verify(lines: Iterable[bytes]) -> Report:
    """Check the lines of an export as they stand in the file."""
    found = [_Line(at, text) for at, text in enumerate(lines, 1) if text.strip()]
    unread = [line for line in found if line.number < 1]
    read = [line for line in found if line.number >= 1]
    findings = [
        *(_changed(line) for line in unread),
        *_order(read),
        *_contents(read),
        *_ends(read),
    ]
    key = read[-1].content.get("key") if read else None
    key_id = key.get("kid") if isinstance(key, dict) else None
    return Report(len(found), tuple(findings), key_id)


def seal_of(before: str, line: Mapping[str, Any]) -> str:
    """SHA-256 over the seal before and the line (sorted JSON, without what only the last has)."""
    covered = {key: value for key, value in line.items() if key not in UNSEALED}
    text = written(covered, sort=True)
    return hashlib.sha256(before.encode() + text).hexdigest()


def written(line: Mapping[str, Any], *, sort: bool = False) -> bytes:
    """A line as JSON. What a play claims may be a number that is too long for orjson."""
    try:
        return orjson.dumps(line, option=orjson.OPT_SORT_KEYS if sort else None)
    except TypeError:
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=sort).encode()


def last_text(seal: str, lines: int) -> str:
    """What the server signs: the last seal and the number of lines."""
    return f"{seal}|{lines}"


def _order(lines: Sequence[_Line]) -> Iterator[Sentence]:
    """Lines that stand elsewhere than they should, and those that aren't there."""
    highest = 0
    for line in lines:
        if line.number <= highest:
            yield Sentence(
                f"第 {line.at} 行（{line.name}）被移动或重复。",
                f"line {line.at} ({line.name}) was moved or stands there twice",
            )
        highest = max(highest, line.number)
    present = {line.number for line in lines}
    for start, end in _gaps(present, highest):
        yield Sentence(
            f"缺少第 {start} 至 {end} 行。", f"missing: lines {start} to {end} are not there"
        )


def _gaps(present: set[int], highest: int) -> Iterator[tuple[int, int]]:
    before = 0
    for number in [*sorted(present), highest + 1]:
        if number > before + 1:
            yield before + 1, number - 1
        before = number


def _contents(lines: Sequence[_Line]) -> Iterator[Sentence]:
    """Lines that aren't what their heads and seals say, and breaks in the chain of a boot."""
    ordered = sorted(lines, key=lambda line: line.number)
    former: _Line | None = None
    rests: dict[object, object] = {}  # by seq, the head on which each event of the boot rests
    for line in ordered:
        follows = former is not None and _follows(former, line)
        rests = rests if follows else {}
        if not _agrees(line, former):
            yield _changed(line)
        elif former is not None and follows and _breaks(former, line, rests):
            yield Sentence(
                f"第 {line.at} 行（{line.name}）之前缺少事件。",
                f"missing: events before line {line.at} ({line.name}) are not there",
            )
        rests[line.content.get("seq")] = line.content.get("before")
        former = line


def _agrees(line: _Line, former: _Line | None) -> bool:
    content = line.content
    try:
        head = chain.link(bytes.fromhex(content["before"]), _link(content)).hex()
    except (KeyError, TypeError, ValueError):
        return False
    seal_before = FIRST_SEAL if line.number == 1 else _seal_before(line, former)
    sealed = seal_before is None or content.get("seal") == seal_of(seal_before, content)
    return head == content.get("head") and sealed and _starts_right(content)


def _starts_right(content: Mapping[str, Any]) -> bool:
    """The first event of a boot stands on the hash of the boot's name."""
    if content.get("seq") != 1:
        return True
    return bool(content["before"] == chain.start(str(content.get("boot"))).hex())


def _seal_before(line: _Line, former: _Line | None) -> str | None:
    """The seal that a line builds on, None if that line is missing."""
    if former is None or former.number != line.number - 1:
        return None
    return str(former.content.get("seal"))


def _link(content: Mapping[str, Any]) -> tuple[object, ...]:
    if "lost" in content:
        return ("lost", *content["lost"])
    return tuple(content[name] for name in LINK)


def _follows(former: _Line, line: _Line) -> bool:
    a, b = former.content, line.content
    return (a.get("screen_id"), a.get("boot")) == (b.get("screen_id"), b.get("boot"))


def _breaks(former: _Line, line: _Line, rests: Mapping[object, object]) -> bool:
    before = line.content.get("before")
    if former.content.get("head") == before:
        return False
    lost, seq = line.content.get("lost"), former.content.get("seq")
    if lost is None or not isinstance(seq, int) or not lost[0] <= seq <= lost[1]:
        return True
    # Plays that came after all stand beside the declaration: both rest on the same head.
    return lost[0] in rests and rests[lost[0]] != before


def _ends(lines: Sequence[_Line]) -> Iterator[Sentence]:
    """The last line says how many there are, signed by the server."""
    if not lines:
        return
    last = max(lines, key=lambda line: line.number)
    content = last.content
    if content.get("lines") != last.number:
        yield Sentence("末尾缺少若干行。", "missing: lines at the end are not there")
    elif not _is_signed(content):
        yield Sentence("服务器签名不符。", "changed: the server's signature doesn't fit")


def _is_signed(content: Mapping[str, Any]) -> bool:
    try:
        raw = _from_base64url(content["signature"])
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(_from_base64url(content["key"]["x"]), "big"),
            int.from_bytes(_from_base64url(content["key"]["y"]), "big"),
            ec.SECP256R1(),
        )
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        text = last_text(content["seal"], content["lines"]).encode()
        numbers.public_key().verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, KeyError, TypeError, ValueError, binascii.Error):
        return False
    return True


def _from_base64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _changed(line: _Line) -> Sentence:
    return Sentence(
        f"第 {line.at} 行（{line.name}）被改动。", f"changed: line {line.at} ({line.name})"
    )


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(text)
        if isinstance(content, dict) and isinstance(content.get("start_ms"), float):
            content = json.loads(text)  # orjson rounds numbers of more than 64 bits
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}
