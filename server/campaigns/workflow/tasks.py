"""Work of campaigns that comes round by the clock."""

from server.campaigns.workflow.state_clock import advance
from server.foundation.core import Core
from server.foundation.jobs.models import Job


def advance_campaigns(core: Core, _job: Job) -> None:
    """Campaigns go live and end, takeovers run out."""
    advance(core)
