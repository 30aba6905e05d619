"""Verifies an export without a database: finds changed, missing and moved lines.

The lines are read once, in order, in constant memory, except 40 bytes per event of the current
boot.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Final

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import is_signed, key_id, public_key_of
from server.foundation.i18n import Sentence
from server.playlog.audit.verifier.line import Line, changed, covers, signed_text
from server.playlog.audit.verifier.scope import Scope, days_that_do_not_fit, scope_of
from server.playlog.audit.verifier.sequence import Order
from server.playlog.audit.verifier.sequence_rests import Rests
from server.playlog.model import hash_chain

FIRST_SEAL: Final = hashlib.sha256(b"anping export").hexdigest()
UNSEALED: Final = frozenset({"seal", "lines", "signature", "key"})
MOST_FINDINGS: Final = 1_000
"""Most findings that are listed; further ones are only counted."""
LONGEST: Final = 16 * 1024 * 1024
"""Longest line of a valid export, in bytes."""
EMPTY: Final = Sentence(
    "文件是空的：连范围说明都没有，不是完整的导出文件。",
    "missing: the file is empty; an export says at least what it is of",
)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a verification.

    `key`: the key that signed, taken from the file; the caller must compare it to the server's.
    `scope`: the scope record, None for exports from before there was one. `more`: the number of
    findings beyond MOST_FINDINGS. `signed`: batches with a valid signature by their screen's key.
    """

    lines: int
    findings: tuple[Sentence, ...]
    key: ec.EllipticCurvePublicKey | None = None
    scope: Scope | None = None
    more: int = 0
    signed: int = 0

    @property
    def key_id(self) -> str | None:
        """The id of the key that signed, computed from the key itself."""
        return None if self.key is None else key_id(self.key)


def verify(lines: Iterable[bytes]) -> Report:
    """Verify the lines of an export in file order."""
    reader = _Reader()
    findings = reader.findings(lines)
    listed = tuple(islice(findings, MOST_FINDINGS))
    more = sum(1 for _ in findings)
    last = reader.former
    key = public_key_of(last.content.get("key")) if last else None
    scope = scope_of(last.content) if last else None
    return Report(reader.count, listed, key, scope, more, reader.signed)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; a line longer than LONGEST bytes is split there."""
    while line := file.readline(LONGEST):
        yield line


def seal_of(before: str, line: Mapping[str, Any]) -> str:
    """SHA-256 over the previous seal and the line: sorted JSON without `UNSEALED` fields."""
    covered = {key: value for key, value in line.items() if key not in UNSEALED}
    text = written(covered, sort=True)
    return hashlib.sha256(before.encode() + text).hexdigest()


def written(line: Mapping[str, Any], *, sort: bool = False) -> bytes:
    """A line as JSON; falls back from orjson for integers of more than 64 bits."""
    try:
        return orjson.dumps(line, option=orjson.OPT_SORT_KEYS if sort else None)
    except TypeError:
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=sort).encode()


def last_text(seal: str, lines: int) -> str:
    """The text that the server signs: the last seal and the number of lines."""
    return f"{seal}|{lines}"


@dataclass
class _Reader:
    """Running state of a verification; `former` is the line with the highest number so far."""

    count: int = 0
    signed: int = 0
    former: Line | None = None
    order: Order = field(default_factory=Order)
    rests: Rests = field(default_factory=Rests)

    def findings(self, lines: Iterable[bytes]) -> Iterator[Sentence]:
        """The findings line by line, then those on the whole file."""
        for at, text in enumerate(lines, 1):
            if text.strip():
                self.count += 1
                yield from self._check(Line(at, text))
        yield from self.order.missing()
        if self.count == 0:
            yield EMPTY
        elif self.former is not None:
            yield from _ends(self.former)

    def _check(self, line: Line) -> Iterator[Sentence]:
        if line.number < 1:
            yield changed(line)
            return
        comes_next = line.number == self.order.highest + 1
        moved = yield from self.order.take(line)
        if not self._agrees(line, comes_next=comes_next):
            yield changed(line)
        elif comes_next and self._breaks(line):
            yield Sentence(
                f"第 {line.at} 行（{line.name}）之前缺少事件。",
                f"missing: events before line {line.at} ({line.name}) are not there",
            )
        if not moved:
            self._go_on_from(line)

    def _go_on_from(self, line: Line) -> None:
        if self.former is None or not self.former.is_followed_by(line):
            self.rests.clear()
        if line.seq is not None and isinstance(line.content.get("before"), str):
            self.rests.note(line.seq, line.content["before"])
        self.former = line

    def _agrees(self, line: Line, *, comes_next: bool) -> bool:
        """Whether a line matches its chain heads, its seal and its screen's signature."""
        try:
            if line.is_event and not _is_linked(line):
                return False
            if line.is_event and covers(line.content):
                self.signed += 1
                if not _is_signed_by_screen(line.content):
                    return False
            return not comes_next or self._is_sealed(line)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            return False

    def _is_sealed(self, line: Line) -> bool:
        before = FIRST_SEAL if self.former is None else str(self.former.content.get("seal"))
        return bool(line.content.get("seal") == seal_of(before, line.content))

    def _breaks(self, line: Line) -> bool:
        """Whether an event's head doesn't continue the boot's previous event."""
        former = self.former
        if former is None or not former.is_followed_by(line):
            return False
        before = line.content["before"]
        if former.content.get("head") == before:
            return False
        lost, seq = line.lost, former.seq
        if lost is None or seq is None or not lost[0] <= seq <= lost[1]:
            return True
        # Recovered plays precede the declaration; both start from the same head.
        return self.rests.differs(lost[0], before)


def _is_linked(line: Line) -> bool:
    """Whether the head after an event follows from the one before; the first from the boot's id."""
    content = line.content
    head = hash_chain.link(bytes.fromhex(content["before"]), line.link()).hex()
    starts = line.seq != 1 or content["before"] == hash_chain.start(str(content.get("boot"))).hex()
    return bool(head == content.get("head") and starts)


def _is_signed_by_screen(content: Mapping[str, Any]) -> bool:
    signed = content["signed"]
    return is_signed(public_key_of(signed["key"]), signed["signature"], signed_text(content))


def _ends(last: Line) -> Iterator[Sentence]:
    """Findings on the last line: its line count and the server's signature."""
    content = last.content
    if content.get("lines") != last.number:
        yield Sentence("末尾缺少若干行。", "missing: lines at the end are not there")
        return
    key = content.get("key")
    public = public_key_of(key)
    text = last_text(str(content.get("seal")), last.number)
    if not is_signed(public, content.get("signature"), text):
        yield Sentence("服务器签名不符。", "changed: the server's signature doesn't fit")
    elif public is not None and isinstance(key, dict) and key.get("kid") != key_id(public):
        yield Sentence(
            f"签名密钥自称 {key.get('kid')}，实为 {key_id(public)}。",
            f"changed: the key calls itself {key.get('kid')} and is {key_id(public)}",
        )
    yield from days_that_do_not_fit(content)
