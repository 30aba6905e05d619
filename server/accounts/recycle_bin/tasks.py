"""The bin is emptied by the clock."""

from server.accounts.recycle_bin.service import take_out
from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue


def empty_bin(core: Core, _job: Job) -> None:
    """Remove items older than thirty days, and their files unless others refer to them."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        for digest in sorted(take_out(session, now_ms)):
            enqueue(session, "forget_file", digest, now_ms)
