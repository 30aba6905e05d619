"""`/campaigns/{id}/remaining`: the impact of a withdrawal, for its confirmation."""

from dataclasses import asdict

from apiflask import APIBlueprint

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import answers
from server.playlog.ingest.flask_extension import playback
from server.reporting.control.remaining import remaining_today
from server.reporting.delivery import schemas

bp = APIBlueprint("remaining", __name__, url_prefix="/api/v1", tag="Reports 报表")


@bp.get("/campaigns/<campaign_id>/remaining")
@needs("read")
@answers(schemas.RemainingPlays)
def remaining_plays(campaign_id: str) -> dict[str, int]:
    """A campaign's screens, venues, and plays to come today: what would not be without it."""
    return asdict(remaining_today(core(), playback(), actor(), campaign_id))
