"""`/settings`: rules that hold for the whole district."""

from typing import Annotated

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.answers import answers
from server.district import answers as said
from server.district import queries, service
from server.extensions import core
from server.rest import Body, check_unchanged, tagged

bp = APIBlueprint("district", __name__, url_prefix="/api/v1", tag="Settings 设置")

Share = Annotated[float, Field(ge=0.01, le=1)]


class CoverageBody(Body):
    """The thresholds to change; those left out stay."""

    day_share: Share = 0.8
    venue_share: Share = 0.8


class SettingsBody(Body):
    """The groups to change; those left out stay."""

    coverage: CoverageBody = Field(default_factory=CoverageBody)


@bp.get("/settings")
@needs("reports.read")
@answers(said.Settings)
def get_settings() -> ResponseReturnValue:
    """What the district has set; reports are reckoned by it."""
    return _answer()


@bp.patch("/settings")
@needs("settings.manage")
@bp.input(SettingsBody)
@answers(said.Settings)
def change_settings(json_data: SettingsBody) -> ResponseReturnValue:
    """Change them for the whole district; reports follow at once."""
    changes = json_data.model_dump(exclude_unset=True)
    service.change(core(), actor(), changes, check_unchanged)
    return _answer()


def _answer() -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(queries.settings_document(session))
