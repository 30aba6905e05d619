"""What every use case is given: settings, databases, clock, notices and the stores of files."""

from dataclasses import dataclass

from media.store import Store
from server.clock import Clock
from server.config import Settings
from server.db.session import Database
from server.events import Events
from server.signing import Signer


@dataclass(frozen=True)
class Core:
    """Built once by `server.app`; use cases take it as their first argument.

    `store` has what is served, `originals` what was uploaded, as it came.
    """

    settings: Settings
    config: Database
    plays: Database
    clock: Clock
    events: Events
    store: Store
    originals: Store
    signer: Signer
