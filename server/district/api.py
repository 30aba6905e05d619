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
Grace = Annotated[int, Field(ge=60, le=86_400)]


class CoverageBody(Body):
    """The thresholds to change; those left out stay."""

    day_share: Share = 0.8
    venue_share: Share = 0.8


class UptimeBody(Body):
    """The rules of uptime to change; those left out stay, each kind's grace too.

    A grace shorter than two beats would call screens down between them, one longer than a day
    would call none down.
    """

    grace_s: dict[str, Grace] = Field(default_factory=dict, max_length=100)
    target_pct: Annotated[float, Field(ge=1, le=100)] = 95
    engine_stop_minutes: Annotated[int, Field(ge=0, le=120)] = 20


class SettingsBody(Body):
    """The groups to change; those left out stay."""

    coverage: CoverageBody = Field(default_factory=CoverageBody)
    uptime: UptimeBody = Field(default_factory=UptimeBody)


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
