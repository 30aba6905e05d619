"""Which function does which kind of job, and which come round by the clock.

To add one: a function in the feature's `tasks.py`, a line in KINDS, and where it comes round by
the clock a line in LINES (times are the district's). A test finds kinds that nobody runs.
"""

from typing import Final

from server.jobs.kinds import Kind, Kinds
from server.jobs.periodic import Daily, Periodic
from server.jobs.tasks import forget_jobs

KINDS: Final[Kinds] = {
    "forget_jobs": Kind(forget_jobs),
}

LINES: Final[tuple[Periodic, ...]] = (Daily("forget_jobs", 4, 10),)
