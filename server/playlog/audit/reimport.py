"""Re-imports a signed export after a restore, to recover plays that players no longer hold.

Only a complete export with this server's signature is accepted. Each event passes through the same
ingest as a player's batch, under its own boot and sequence number, so a repeated import adds
nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from server.foundation.core import Core
from server.foundation.crypto.signing import SignedBy
from server.foundation.errors import AnpingError, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.playlog.audit import tenure_recovery as regained
from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest import append
from server.playlog.ingest.reconcile import follow
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.batch import MAX_EVENTS, Batch, ClockNote
from server.playlog.model.hash_chain import start
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.play import Play
from server.playlog.store import batches, boots
from server.playlog.store.boots import Boot
from server.playlog.store.recovered_ranges import (
    LostRange,
    head_before,
    lost_ranges,
    range_around,
)
from server.playlog.store.transaction import Tx
from server.publishing.assignments.signing_keys import own_keys, withdrawn_kids

Line = Mapping[str, Any]
Events = list[Line]
COLUMNS: Final = (
    "segment", "cycle", "slot", "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip


class NotTaken(AnpingError):
    """The export failed verification; nothing was added."""

    title = Sentence("导出文件不可用", "The export can't be used")
    default_code = "export_refused"


@dataclass
class HandedIn:
    """Counts of an export's events by outcome; `problems` explains events that were not stored."""

    events: int = 0
    held: int = 0
    added: int = 0
    regained: int = 0
    otherwise: int = 0
    problems: list[Sentence] = field(default_factory=list)


def reimport_export(core: Core, parts: PlaylogRuntime, lines: Iterable[bytes]) -> HandedIn:
    """Ingest the events of an export that are not stored yet.

    Raises NotTaken, with nothing added, if the export fails verification; Busy if the store is.
    """
    kept = [line for line in lines if line.strip()]
    _check(core, kept)
    done = HandedIn()
    read = [one for line in kept if "boot" in (one := orjson.loads(line))]
    for (screen_id, boot), run in groupby(read, key=lambda one: (one["screen_id"], one["boot"])):
        _take_run(core, parts, screen_id, boot, list(run), done)
    return done


def _check(core: Core, lines: list[bytes]) -> None:
    report = verify(lines)
    if report.findings:
        first = report.findings[0]
        raise NotTaken(
            Sentence(
                f"导出文件未通过核验，未导入任何记录：{first.zh}",
                f"the export doesn't hold, nothing was added: {first.en}",
            )
        )
    if report.key_id in withdrawn_kids(core.settings):
        raise NotTaken(
            Sentence(
                f"导出文件由已作废的密钥签名（{report.key_id}），他人可能持有它，未导入任何记录。",
                f"the export was signed with a key that was withdrawn ({report.key_id}) and that "
                "somebody else may have, nothing was added.",
            )
        )
    if not _is_ours(core, report.key):
        raise NotTaken(
            Sentence(
                f"导出文件由其他服务器签名（{report.key_id}），未导入任何记录。",
                f"the export was signed by another server ({report.key_id}), nothing was added.",
            )
        )


def _is_ours(core: Core, key: EllipticCurvePublicKey | None) -> bool:
    """Whether it is the server's current or a former key, regardless of its id in the file."""
    return any(SignedBy(ours).fits(key) for ours in own_keys(core))


def _take_run(
    core: Core, parts: PlaylogRuntime, screen_id: str, boot: str, run: Events, done: HandedIn
) -> None:
    done.events += sum("lost" not in line for line in run)
    context = _context_of(parts, screen_id)
    if context is None:
        done.problems.append(
            Sentence(
                f"备份中没有显示屏 {screen_id}，其播放记录无处可记（{boot}）。",
                f"the backup has no screen {screen_id}: its plays have no place ({boot}).",
            )
        )
        return
    for piece in _pieces(sorted(run, key=_place)):
        problem = parts.commit(context, partial(_take_piece, boot=boot, piece=piece, done=done))
        if problem is not None:
            done.problems.append(problem)
            break
    for manifest in sorted({line["manifest"] for line in run if line.get("manifest")}):
        regained.recover_tenure(core, parts, context.screen_context.screen, manifest)
    done.otherwise += _judged_otherwise(parts, context.screen_context.screen, boot, run)


def _context_of(parts: PlaylogRuntime, screen_id: str) -> IngestContext | None:
    try:
        return parts.knowledge.ingest_context(number("screen", screen_id))
    except NotFound:
        return None


def _pieces(run: Events) -> Iterator[Events]:
    """Lost ranges by themselves, events in runs of one manifest and one clock."""
    piece: Events = []
    for line in run:
        if piece and (len(piece) == MAX_EVENTS or not _belongs(piece[-1], line)):
            yield piece
            piece = []
        piece.append(line)
    if piece:
        yield piece


def _place(line: Line) -> tuple[int, int]:
    """Sort key: the sequence number; a loss declaration precedes plays recovered from its range."""
    return (line["lost"][0], 0) if "lost" in line else (line["seq"], 1)


def _belongs(former: Line, line: Line) -> bool:
    if "lost" in former or "lost" in line or line["seq"] != former["seq"] + 1:
        return False
    return bool(former["manifest"] == line["manifest"] and former["clock"] == line["clock"])


def _take_piece(
    tx: Tx, context: IngestContext, boot: str, piece: Events, done: HandedIn
) -> Sentence | None:
    """Ingest one piece in one transaction; returns why it was refused, or None."""
    follow(tx, context)
    now = boots.find_boot(tx, context.screen_context.screen, boot)
    here = now or Boot(0, context.screen_context.screen, boot, 0, start(boot), 0, 0, None)
    if "lost" in piece[0]:
        return _declare(tx, context, here, piece[0])
    held = _held(tx, here, piece) if now else {}
    if any(held.get(line["seq"], _play(line)) != _play(line) for line in piece):
        return Sentence(
            f"{_name(piece[0])} 起的记录与库中内容不同，保留库中的。",
            f"events from {_name(piece[0])} on differ from those that are held, which stay.",
        )
    lost = lost_ranges(tx, here.id) if now else []
    missing = [line for line in piece if line["seq"] not in held]
    behind = [line for line in missing if line["seq"] <= here.upto]
    ahead = [line for line in missing if line["seq"] > here.upto]
    problem = _regain(tx, context, here, lost, behind) or _append(tx, context, here, ahead)
    if problem is None:
        done.held += len(held)
        done.regained += len(behind)
        done.added += len(ahead)
    return problem


def _append(tx: Tx, context: IngestContext, boot: Boot, events: Events) -> Sentence | None:
    """Append events that follow the boot's last stored one."""
    if not events:
        return None
    if events[0]["seq"] != boot.upto + 1 or events[0]["before"] != boot.head.hex():
        return _hole(boot.upto + 1, events[0])
    append.ingest(tx, context, as_batch(events))
    return None


def _regain(
    tx: Tx, context: IngestContext, boot: Boot, lost: list[LostRange], events: Events
) -> Sentence | None:
    """Add events of a range that the player has declared lost, next to the declaration."""
    for _, group in groupby(events, key=lambda line: range_around(lost, line["seq"])):
        part = list(group)
        head = head_before(tx, boot, part[0]["seq"], lost)
        if head is None or head.hex() != part[0]["before"]:
            return _hole(part[0]["seq"], part[0])
        beside = replace(boot, upto=part[0]["seq"] - 1, head=head)
        append.add_beside(tx, context, beside, as_batch(part))
    return None


def _declare(tx: Tx, context: IngestContext, boot: Boot, line: Line) -> Sentence | None:
    first, last, _ = line["lost"]
    if last <= boot.upto:
        return None
    if first > boot.upto + 1 or line["before"] != boot.head.hex():
        return _hole(boot.upto + 1, line)
    opened = boots.open_boot(tx, boot.screen, boot.boot, context.now_ms)
    append.declare_lost(tx, opened, [tuple(line["lost"])], context.now_ms)
    return None


def _held(tx: Tx, boot: Boot, piece: Events) -> dict[int, Play]:
    wanted = range(piece[0]["seq"], piece[-1]["seq"] + 1)
    rows = batches.whole_of_boot(tx, boot, wanted.start, wanted.stop - 1)
    return {play.seq: play for row in rows for play in row.plays(tx) if play.seq in wanted}


def _play(line: Line) -> Play:
    return Play(*(line[name] for name in Play.__struct_fields__))


def as_batch(events: Events) -> Batch:
    """Events of one boot, manifest and clock as a batch from a player."""
    assets = sorted({line["asset"] for line in events if line["asset"] is not None})
    places = {asset: index for index, asset in enumerate(assets)}
    first = events[0]
    columns: dict[str, Any] = {name: [line[name] for line in events] for name in COLUMNS}
    return Batch(
        boot=first["boot"],
        first=first["seq"],
        manifest=first["manifest"],
        clock=None if first["clock"] is None else ClockNote(**first["clock"]),
        assets=assets,
        asset=[places.get(line["asset"], len(assets)) for line in events],
        head=events[-1]["head"],
        **columns,
    )


def _judged_otherwise(parts: PlaylogRuntime, screen: int, boot: str, run: Events) -> int:
    """Number of events that counted at the time of the export and don't any more."""
    counted = {line["seq"] for line in run if line.get("verdict") == "counted"}
    if not counted:
        return 0
    found = parts.committer.submit(
        lambda tx: regained.verdicts(tx, screen, boot, min(counted), max(counted))
    )
    return sum(found.get(seq, "counted") != "counted" for seq in counted)


def _hole(seq: int, line: Line) -> Sentence:
    return Sentence(
        f"{_name(line)} 之前缺少第 {seq} 号起的记录：请先导入更早的导出文件，"
        "或等终端补传或申报后再导入一次。",
        f"what comes before {_name(line)}, from number {seq} on, isn't held: hand in an earlier "
        "export first, or again once the player has handed in or declared it.",
    )


def _name(line: Line) -> str:
    return f"{line['screen_id']} {line['boot']} {line.get('seq', line.get('lost'))}"
