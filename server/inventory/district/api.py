"""`/settings`: rules that hold for the whole district."""

from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, check_unchanged, tagged
from server.foundation.rest.responses import answers
from server.foundation.rest.validation_errors import entries_at_most
from server.inventory.district import queries, schemas, service

bp = APIBlueprint("district", __name__, url_prefix="/api/v1", tag="Settings 设置")

Share = Annotated[float, Field(ge=0.01, le=1)]
# The use case checks the bounds, with texts in minutes and hours.
Grace = Annotated[int, Field(json_schema_extra={"minimum": 60, "maximum": 86_400})]
Per100 = Annotated[int, Field(ge=1, le=90)]


class CoverageBody(Body):
    """The thresholds to change; those left out stay."""

    day_share: Share = 0.8
    venue_share: Share = 0.8


class UptimeBody(Body):
    """The uptime rules to change; those left out stay, also within the graces by kind.

    A grace shorter than two heartbeats would mark screens as down between them, one longer than a
    day would mark none.
    """

    grace_s: Annotated[dict[str, Grace], entries_at_most(100)] = Field(
        default_factory=dict, max_length=100
    )
    target_pct: Annotated[float, Field(ge=1, le=100)] = 95
    engine_stop_minutes: Annotated[int, Field(ge=0, le=120)] = 20


class AlertsBody(Body):
    """The alert thresholds to change; those left out stay.

    The bounds exclude thresholds that flag normal events (a late heartbeat, a bus starting up) or
    nothing at all. A change takes effect at the next detection round, within half a minute, for
    floors within an hour.
    """

    raise_minutes: Annotated[int, Field(ge=2, le=240)] = 10
    clear_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    impaired_failed_pct: Per100 = 10
    flapping_begins_pct: Annotated[int, Field(ge=10, le=100)] = 30
    flapping_ends_pct: Annotated[int, Field(ge=5, le=95)] = 15
    upstream_screens: Annotated[int, Field(ge=2, le=500)] = 5
    upstream_pct: Annotated[int, Field(ge=5, le=90)] = 30
    upstream_wait_minutes: Annotated[int, Field(ge=0, le=60)] = 10
    floor_missed_hours: Annotated[int, Field(ge=1, le=12)] = 2
    old_plan_hours: Annotated[int, Field(ge=1, le=168)] = 24
    clock_unsure_s: Annotated[float, Field(ge=0.2, le=60)] = 2
    storage_pct: Annotated[int, Field(ge=50, le=99)] = 80
    escalate_venue_minutes: Annotated[int, Field(ge=10, le=1_440)] = 60
    escalate_unit_workdays: Annotated[int, Field(ge=1, le=10)] = 1
    escalate_district_days: Annotated[int, Field(ge=1, le=30)] = 3


class PlayerBody(Body):
    """How screens get a new release of the player."""

    updates: Literal["rings", "at_once", "by_hand"] = "rings"


class AddressBody(Body):
    """The public address: scheme, host and optional port; null or empty for none.

    The server's own `ANPING_PUBLIC_URL` takes precedence; with it nothing can be set here.
    """

    public_url: Annotated[str | None, Field(max_length=300)] = None


class GuideBody(Body):
    """Whether the overview hides the first steps."""

    hidden: bool = False


class SettingsBody(Body):
    """The groups to change; those left out stay."""

    coverage: CoverageBody = Field(default_factory=CoverageBody)
    uptime: UptimeBody = Field(default_factory=UptimeBody)
    alerts: AlertsBody = Field(default_factory=AlertsBody)
    player: PlayerBody = Field(default_factory=PlayerBody)
    address: AddressBody = Field(default_factory=AddressBody)
    guide: GuideBody = Field(default_factory=GuideBody)


@bp.get("/settings")
@needs("reports.read")
@answers(schemas.Settings)
def get_settings() -> ResponseReturnValue:
    """The district's settings, which apply to reports and alerts."""
    return _answer()


@bp.patch("/settings")
@needs("incidents.acknowledge")
@bp.input(SettingsBody)
@answers(schemas.Settings)
def change_settings(json_data: SettingsBody) -> ResponseReturnValue:
    """Change the settings of the district; reports follow at once, alerts at the next round.

    `alerts` needs the permission for incidents of the whole district, all else that of its
    administrator.
    """
    changes = json_data.model_dump(exclude_unset=True)
    service.change(core(), actor(), changes, check_unchanged)
    return _answer()


def _answer() -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(queries.settings_document(session))
