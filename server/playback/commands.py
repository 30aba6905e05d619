"""What `rollups verify` does; the answer is lines and an exit code."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from server.core import Core
from server.playback import keeping
from server.playback.audit_answer import Answer
from server.playback.parts import parts_of_job
from server.playback.reading import snapshot
from server.playback.verifying import Difference, days_with_plays
from server.texts import Sentence

AGREE = Sentence("汇总与播放记录一致。", "The roll-ups agree with the plays.")
Look = Callable[[Sequence[int]], list[Difference]]


def rollups_verify(core: Core, look: Look, *, rebuild: bool) -> Answer:
    """Hold all roll-ups against the plays; put right what differs if asked to.

    `look` finds what differs on some days.
    """
    found = _look_at_all(core, look)
    lines = tuple(_differences(found))
    if found and rebuild:
        with parts_of_job(core) as parts:
            keeping.rebuild(core, parts)
        left = _look_at_all(core, look)
        lines, found = (*lines, f"已重建 rebuilt: {len(lines)}"), left
    if found:
        return Answer(lines, 1)
    return Answer((*lines, f"{AGREE.zh} {AGREE.en}"), 0)


def _look_at_all(core: Core, look: Look) -> list[Difference]:
    with snapshot(core.plays) as tx:
        days = days_with_plays(tx)
    return look(days)


def _differences(found: Iterable[Difference]) -> Iterator[str]:
    for one in found:
        yield f"{one.table} {one.key}: {dict(one.booked)} != {dict(one.counted)}"
