"""Quarantined plays of the demo: from a possible copy, and of an unknown plan."""

from collections.abc import Mapping
from typing import Final

from playlists.wire.manifest import decode
from server.foundation.core import Core
from server.foundation.durations import HOUR_MS
from server.foundation.public_ids import number
from server.operations.demo.past import Hand, Past
from server.playlog.ingest import service
from server.playlog.ingest.runtime import PlaylogRuntime
from server.simulator.player.disk import Credential, Disk
from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Json

COPIED, FOREIGN = "7e11a5e5c0b1ed00", "f0e1d2c3b4a59687"
FEW: Final = 40
ELSEWHERE: Final = "0" * 64
"""The digest of a plan that this server never made."""


def raise_doubts(
    core: Core, parts: PlaylogRuntime, link: PostLink, disks: Mapping[str, Disk]
) -> None:
    """Deliver an hour of plays twice: by a suspected boot, and by one with another plan."""
    playing = [
        (disk.credential, disk.current)
        for disk in disks.values()
        if disk.current is not None and disk.credential is not None
    ]
    until_ms = core.clock.now_ms() - HOUR_MS
    for (credential, plan), boot in zip(playing[2:], (COPIED, FOREIGN), strict=False):
        if boot == COPIED:
            service.suspect_boot(core, parts, number("screen", credential.screen), boot)
        begin_ms = until_ms - 10 * HOUR_MS
        past = Past(boot, plan.digest, decode(plan.text), begin_ms, until_ms)
        past.hand_in(_hand(link, credential, foreign=boot == FOREIGN), FEW)


def _hand(link: PostLink, credential: Credential, *, foreign: bool) -> Hand:
    def hand(batch: Json) -> Json:
        sent = {**batch, "manifest": ELSEWHERE} if foreign else batch
        answer: Json = link.send(credential.token, "plays", sent)
        return answer

    return hand
