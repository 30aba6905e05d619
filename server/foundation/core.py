"""The dependencies of every use case: settings, databases, clock, events, file stores."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.storage.file_store import Store
from server.foundation.clock import Clock
from server.foundation.config import Settings
from server.foundation.crypto.signing import Signer
from server.foundation.db.group_transaction import GroupWriter
from server.foundation.db.session import Database
from server.foundation.event_bus import Events
from server.foundation.workers.leader_lock import ALONE, Alone, Lead

if TYPE_CHECKING:  # without several workers Redis is not needed
    from server.foundation.workers.relay import Relay


@dataclass(frozen=True)
class Core:
    """Built once by `server.app`; the first argument of use cases.

    `group_writer` groups configuration writes of concurrent callers. `store` has the served
    files, `originals` the uploads as received. `relay` connects workers, None for a single one;
    `lead`: whether this worker is the leader.
    """

    settings: Settings
    config: Database
    plays: Database
    clock: Clock
    events: Events
    store: Store
    originals: Store
    signer: Signer
    group_writer: GroupWriter
    relay: "Relay | None" = None
    lead: Lead | Alone = ALONE
