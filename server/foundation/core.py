"""What every use case is given: settings, databases, clock, notices and the stores of files."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.storage.file_store import Store
from server.foundation.clock import Clock
from server.foundation.config import Settings
from server.foundation.crypto.signing import Signer
from server.foundation.db.group_transaction import Together
from server.foundation.db.session import Database
from server.foundation.event_bus import Events
from server.foundation.workers.leader_lock import ALONE, Alone, Lead

if TYPE_CHECKING:  # one process alone has no use for Redis
    from server.foundation.workers.relay import Relay


@dataclass(frozen=True)
class Core:
    """Built once by `server.app`; use cases take it as their first argument.

    `together` writes the configuration for callers who come at the same time.
    `store` has what is served, `originals` what was uploaded, as it came.
    `relay` is what other workers are told through, None where there is but one; `lead` says whether
    this one does the rounds.
    """

    settings: Settings
    config: Database
    plays: Database
    clock: Clock
    events: Events
    store: Store
    originals: Store
    signer: Signer
    together: Together
    relay: "Relay | None" = None
    lead: Lead | Alone = ALONE
