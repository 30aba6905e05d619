"""Screens that hand in plays: manifests, batches, and a store to take them in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from playlists.manifest import decode
from server.db.session import Database
from server.playback.batch import read_batch
from server.playback.civil import Civil
from server.playback.committer import Committer
from server.playback.intake import Known, Taken
from server.playback.plans import Plan, Plans
from server.playback.reception import receive
from server.playback.standing import Place, Standing, Tenure
from tests.support.clock import HandClock

CIVIL = Civil(ZoneInfo("Asia/Shanghai"))
BANK = Place(venue=1, unit=1, territory=0, venue_kind="bank", line=0)


@dataclass
class Desk:
    """Takes in batches of one screen through the real store, with what it is told to know."""

    committer: Committer
    clock: HandClock
    standing: Standing
    plans: dict[str, Plan | None] = field(default_factory=dict)

    @property
    def known(self) -> Known:
        """What a transaction is given."""
        return Known(self.standing, Plans(self.plans), CIVIL, self.clock.now_ms())

    def take(self, payload: Any) -> Taken:
        """Hand in a batch; plans that are asked for and unknown are none of the server's."""
        batch = read_batch(payload)
        if batch.manifest is not None:
            self.plans.setdefault(batch.manifest, None)
        known = self.known
        return self.committer.submit(lambda tx: receive(tx, known, batch))

    def tell(self, *tenures: Tenure, **changes: Any) -> None:
        """Let the server know other tenures, takeovers or places from now on."""
        self.standing = replace(self.standing, tenures=tenures, **changes)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows straight from the store."""
        return self.committer.submit(lambda tx: tx.rows(query, values))


def make_desk(
    database: Database,
    clock: HandClock,
    *,
    screen: int = 9,
    enrolled_ms: int = 0,
    tenures: Sequence[Tenure] = (),
    place: Place = BANK,
) -> Desk:
    """A screen and a committer of its own that commits at once."""
    standing = Standing(screen, enrolled_ms, place, tuple(tenures))
    return Desk(Committer(database), clock, standing)


def verdicts_of(desk: Desk, boot: str) -> dict[int, tuple[str, str | None]]:
    """Verdict and reason of each play of a boot, by seq, as the raw log tells."""
    from server.playback.rawlog import plays_of_boot

    screen = desk.standing.screen
    found = desk.committer.submit(lambda tx: plays_of_boot(tx, screen, boot))
    return {one.play.seq: (str(one.verdict), one.reason) for one in found}


def plan_of(text: str) -> Plan:
    """A plan from its manifest's text."""
    return Plan(decode(text))
