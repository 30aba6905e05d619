"""What `rollups verify` does; the answer is lines and an exit code."""

from collections.abc import Iterable, Iterator

from server.core import Core
from server.playback import keeping
from server.playback.audit_answer import Answer
from server.playback.parts import make_playback
from server.playback.verifying import Difference
from server.texts import Sentence

AGREE = Sentence("汇总与播放记录一致。", "The roll-ups agree with the plays.")


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
