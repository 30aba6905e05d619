"""What `audit verify` and `rollups verify` do; the answer is lines and an exit code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.core import Core
from server.playback import keeping
from server.playback.audit import verify
from server.playback.parts import make_playback
from server.playback.verifying import Difference
from server.texts import Sentence

HOLDS = Sentence("完整，未发现改动。", "It holds: nothing was changed, is missing or was moved.")
AGREE = Sentence("汇总与播放记录一致。", "The roll-ups agree with the plays.")


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


def rollups_verify(core: Core, *, rebuild: bool) -> Answer:
    """Hold all roll-ups against the plays; put right what differs if asked to."""
    parts = make_playback(core)
    found = keeping.verify(core, parts)
    lines = tuple(_differences(found))
    if found and rebuild:
        keeping.rebuild(core, parts)
        left = keeping.verify(core, parts)
        lines, found = (*lines, f"已重建 rebuilt: {len(lines)}"), left
    parts.committer.close()
    if found:
        return Answer(lines, 1)
    return Answer((*lines, f"{AGREE.zh} {AGREE.en}"), 0)


def _differences(found: Iterable[Difference]) -> Iterator[str]:
    for one in found:
        yield f"{one.table} {one.key}: {dict(one.booked)} != {dict(one.counted)}"
