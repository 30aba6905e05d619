"""Work of campaigns that comes round by the clock."""

from server.campaigns.sweep import advance
from server.core import Core
from server.jobs.models import Job


def advance_campaigns(core: Core, _job: Job) -> None:
    """Campaigns go live and end, takeovers run out."""
    advance(core)
