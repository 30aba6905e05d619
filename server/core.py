"""What every use case is given: settings, databases, clock, notices and the stores of files."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.store import Store
from server.clock import Clock
from server.config import Settings
from server.db.session import Database
from server.db.together import Together
from server.events import Events
from server.signing import Signer
from server.workers.lead import ALONE, Alone, Lead

if TYPE_CHECKING:  # one process alone has no use for Redis
    from server.workers.relay import Relay


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
