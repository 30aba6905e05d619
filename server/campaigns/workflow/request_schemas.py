"""Input of the JSON resources; the services check its meaning."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import FailFast, Field

from server.campaigns.overrides.picture import Picture, prepare
from server.campaigns.playlists.service import Entry
from server.campaigns.workflow.schemas import Kind
from server.content.assets.slides import SlideDraft
from server.foundation.core import Core
from server.foundation.rest.resources import Body, Paging

Id = Annotated[str, Field(max_length=64)]
Ids = Annotated[list[Id], Field(max_length=5_000), FailFast()]
Number = Annotated[float, Field(allow_inf_nan=False)]
Clock = Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]
Seconds = Annotated[float, Field(ge=1, le=7_200, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=120)]


class Chosen(Body):
    """The lists of a selector."""

    unit_ids: Ids = Field(default_factory=list)
    territory_ids: Ids = Field(default_factory=list)
    venue_kinds: Ids = Field(default_factory=list)
    venue_ids: Ids = Field(default_factory=list)
    screen_ids: Ids = Field(default_factory=list)
    tags: Ids = Field(default_factory=list)


class SelectorBody(Chosen):
    """A selection of screens; `except` excludes some."""

    all: bool = False
    left_out: Chosen | None = Field(None, alias="except")

    def stored(self) -> dict[str, Any]:
        """The fields as sent."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)


class PlaylistItemBody(Body):
    """One asset in its place."""

    asset_id: Id
    duration_s: Seconds | None = None


PlaylistItems = Annotated[list[PlaylistItemBody], FailFast()]


class PlaylistBody(Body):
    """A new playlist; without a unit it belongs to one's own."""

    name: Name
    items: PlaylistItems = Field(default_factory=list, max_length=500)
    unit_id: Id | None = None


class PlaylistChanges(Body):
    """The fields to change; `items` replaces the whole list."""

    name: Name = ""
    items: PlaylistItems = Field(default_factory=list, max_length=500)


class TargetBody(Body):
    """The target; filler has no value."""

    kind: Kind
    value: Number | None = None


class DaypartBody(Body):
    """A range of the clock on some weekdays (1 is Monday)."""

    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="to")
    calendar: Literal["all", "workdays", "holidays"] = "all"


class BaselineBody(Body):
    """Plays an hour before the campaign, with where the figure comes from."""

    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    source: str = Field(min_length=1, max_length=200)
    date: date


class CampaignChanges(Body):
    """The fields to change; those left out stay as they are.

    `items` in place of `playlist_id`: a new list of these assets, named as the campaign.
    """

    name: Name = ""
    playlist_id: Id = ""
    items: PlaylistItems = Field(default_factory=list, max_length=500)
    starts_on: date = date.min
    ends_on: date = date.min
    dayparts: list[DaypartBody] = Field(default_factory=list, max_length=50)
    target: TargetBody = Field(default_factory=lambda: TargetBody(kind="filler"))
    floor: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] | None = None
    tier: Annotated[int, Field(ge=1, le=5)] = 3
    min_gap_s: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)] | None = None
    baseline: BaselineBody | None = None
    public_interest: bool | None = None
    selector: SelectorBody = Field(default_factory=SelectorBody)

    def changes(self) -> dict[str, Any]:
        """The sent fields, by the names of a campaign's content."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"unit_id", "items"}}
        if "target" in sent:
            target = sent.pop("target")
            sent |= {"target_kind": target.kind, "target_value": target.value}
        if "dayparts" in sent:
            sent["dayparts"] = tuple(part.model_dump(by_alias=True) for part in self.dayparts)
        if "selector" in sent:
            sent["selector"] = self.selector.stored()
        if "baseline" in sent and self.baseline is not None:
            sent["baseline"] = self.baseline.model_dump(mode="json")
        if "floor" in sent:
            sent["floor"] = self.floor or 0.0
        return sent


def entries(items: list[PlaylistItemBody]) -> list[Entry]:
    """Places of a list as the service takes them."""
    return [
        Entry(item.asset_id, None if item.duration_s is None else round(item.duration_s * 1000))
        for item in items
    ]


class CampaignBody(CampaignChanges):
    """A new campaign; without a unit it belongs to one's own.

    It plays the list that `playlist_id` names, or a new one of `items`.
    """

    name: Name
    starts_on: date
    ends_on: date
    target: TargetBody
    selector: SelectorBody
    unit_id: Id | None = None


class CampaignQuery(Paging):
    """The filters of a list."""

    state: Literal["draft", "submitted", "approved", "live", "ended", "withdrawn"] | None = None
    unit_id: Id | None = None


class SubmitBody(Body):
    """Whether assets that aren't signed off go along."""

    include_assets: bool = False


class ApproveBody(Body):
    """The opinion of the signer."""

    opinion: str = Field("", max_length=500)


class RejectBody(Body):
    """The reason, for its authors."""

    reason: str = Field(min_length=1, max_length=500)


class BoostBody(Body):
    """A multiplier between two instants with offset."""

    factor: Annotated[float, Field(gt=1, le=1_000, allow_inf_nan=False)]
    begins: datetime = Field(alias="from")
    ends: datetime = Field(alias="until")
    reason: str = Field(min_length=1, max_length=500)


class SpotSlideBody(Body):
    """A slide made on the spot."""

    template: Id
    fields: dict[str, Any]
    duration_s: Seconds | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class ShownBody(Body):
    """The content: a slide made on the spot, or an asset."""

    slide: SpotSlideBody | None = None
    asset_id: Id | None = None
    selector: SelectorBody

    def picture(self, core: Core) -> Picture:
        """The content; a slide is drawn here."""
        slide = self.slide
        if slide is None:
            return prepare(core, self.asset_id, None)
        draft = SlideDraft(slide.template, slide.fields, slide.duration_s, slide.name)
        return prepare(core, self.asset_id, draft)


class UrgentBody(ShownBody):
    """This picture every so many seconds until then."""

    every_s: Annotated[float, Field(ge=1, le=3_600, allow_inf_nan=False)]
    until: datetime
    reason: str = Field(min_length=1, max_length=500)


class TakeoverBody(ShownBody):
    """Over everything; without `until` ten minutes from the approval."""

    until: datetime | None = None
    reason: str = Field("", max_length=500)
    label: str = Field("", max_length=120)
    emergency: bool = False
    drill: bool = False


class StopBody(Body):
    """The screens to stop, and the replacement."""

    selector: SelectorBody
    mode: Literal["safe", "black"]


class CalendarBody(Body):
    """The kind of a day; `ordinary` follows its weekday."""

    kind: Literal["holiday", "workday", "ordinary"]
    name: str = Field("", max_length=60)
