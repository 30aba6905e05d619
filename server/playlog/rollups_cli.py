"""The command `rollups verify`; returns lines and an exit code."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.playlog import upkeep
from server.playlog.audit.day_seals_check import check_seals
from server.playlog.audit.verifier.report import Answer
from server.playlog.ingest.runtime import parts_of_job
from server.playlog.rollups.compare import Difference, days_to_check
from server.playlog.store.snapshot import snapshot

AGREE = Sentence("汇总与播放记录一致。", "The roll-ups agree with the plays.")
SEALED: Final = Sentence("{days} 天的封存链相符。", "The chain of {days} sealed days fits.")
Compare = Callable[[Sequence[int]], list[Difference]]


def rollups_verify(
    core: Core, compare: Compare, *, rebuild: bool, heads: Sequence[str] = ()
) -> Answer:
    """Verify all roll-ups against the plays, and all sealed days against the batches.

    `compare` returns the differences on some days, corrected if `rebuild`. A broken seal can't be
    corrected; it is only reported. Each of `heads` (from printed reports) must be in the chain of
    days.
    """
    rolled = _verify_rollups(core, compare, rebuild=rebuild)
    seals = check_seals(core, heads)
    lines = tuple(f"{one.zh} {one.en}" for one in seals.findings)
    if not lines:
        lines = (f"{SEALED.zh.format(days=seals.days)} {SEALED.en.format(days=seals.days)}",)
    return Answer((*rolled.lines, *lines), 1 if seals.findings else rolled.code)


def _verify_rollups(core: Core, compare: Compare, *, rebuild: bool) -> Answer:
    found = _all_differences(core, compare)
    lines = tuple(_differences(found))
    if found and rebuild:
        with parts_of_job(core) as parts:
            upkeep.rebuild(core, parts)
        left = _all_differences(core, compare)
        lines, found = (*lines, f"已重建 rebuilt: {len(lines)}"), left
    if found:
        return Answer(lines, 1)
    return Answer((*lines, f"{AGREE.zh} {AGREE.en}"), 0)


def _all_differences(core: Core, compare: Compare) -> list[Difference]:
    with snapshot(core.plays) as tx:
        days = days_to_check(tx, Civil(core.settings.zone))
    return compare(days)


def _differences(found: Iterable[Difference]) -> Iterator[str]:
    for one in found:
        yield f"{one.table} {one.key}: {dict(one.booked)} != {dict(one.counted)}"
