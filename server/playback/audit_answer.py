"""What `audit verify` answers: lines and an exit code.

Auditors run it where no server is: it needs click, cryptography, msgspec and orjson alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from server.playback.audit import verify
from server.texts import Sentence

HOLDS = Sentence("完整，未发现改动。", "It holds: nothing was changed, is missing or was moved.")


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines to print, and 0 if all is well, else 1."""

    lines: tuple[str, ...]
    code: int


def audit_verify(lines: Iterable[bytes]) -> Answer:
    """Check an export; needs no database."""
    report = verify(lines)
    findings = [f"{one.zh} {one.en}" for one in report.findings]
    if findings:
        return Answer(tuple(findings), 1)
    signed = f" (kid {report.key_id})" if report.key_id else ""
    return Answer((f"{HOLDS.zh} {HOLDS.en} {report.lines}{signed}",), 0)
