"""Tables of playlists, campaigns with versions and boosts, reviews, takeovers and stops."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.foundation.db.columns import ConfigBase, Instant, Key, Number

LaterInstant = Annotated[int | None, mapped_column(BigInteger)]


class Playlist(ConfigBase):
    """An ordered list of assets; `editors` are the numbers of all people who wrote it."""

    __tablename__ = "playlists"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(120))
    editors: Mapped[list[Any]]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    items: Mapped[list["PlaylistItem"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="PlaylistItem.position"
    )


class PlaylistItem(ConfigBase):
    """One asset in its place; no duration means the asset's own."""

    __tablename__ = "playlist_items"
    id: Mapped[Key]
    playlist_id: Mapped[int] = mapped_column(
        ForeignKey("playlists.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    duration_ms: Mapped[int | None]


class Campaign(ConfigBase):
    """The identity referenced by plays and reports; its versions have the content.

    `rounds` counts submissions: the reviews of one round belong to one submitted content.
    """

    __tablename__ = "campaigns"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(12), index=True)
    rounds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]


class CampaignVersion(ConfigBase):
    """One content of a campaign.

    `standing` is `draft`, `submitted`, `signed` (the one in force) or `replaced`; a campaign has at
    most one open (draft or submitted) and one signed version. `items` is the playlist at
    submission, so that later edits of the list don't change signed content. `reach`: the authority
    of the selector's author; `pace`: the current plays per screen-hour for a target of total plays.
    `public_interest`: 公益 by its author's declaration, null if unknown.
    """

    __tablename__ = "campaign_versions"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    standing: Mapped[str] = mapped_column(String(12), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    editors: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(120))
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id"), index=True)
    items: Mapped[list[Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ends_at: Mapped[LaterInstant]
    dayparts: Mapped[list[Any]]
    target_kind: Mapped[str] = mapped_column(String(20))
    target_value: Mapped[float | None]
    floor: Mapped[float]
    tier: Mapped[int]
    min_gap_s: Mapped[float | None]
    selector: Mapped[dict[str, Any]]
    reach: Mapped[list[Any]]
    baseline: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    include_assets: Mapped[bool] = mapped_column(default=False)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    pace: Mapped[float | None]
    public_interest: Mapped[bool | None]
    changed_at: Mapped[Instant]


class CampaignPace(ConfigBase):
    """The last computed state of a total; a revision of the campaign starts over.

    Plays are over all screens since the first; rates are per screen-hour. `begun_at` and
    `begun_with`: the start of the calculation, in time and confirmed plays.
    """

    __tablename__ = "campaign_paces"
    __table_args__ = ()
    campaign_id: Mapped[int] = mapped_column(
        Number,
        ForeignKey("campaigns.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    version: Mapped[int]
    begun_at: Mapped[Instant]
    begun_with: Mapped[Instant]
    nominal: Mapped[float]
    confirmed: Mapped[Instant]
    pending: Mapped[Instant]
    due: Mapped[Instant]
    rate: Mapped[float]
    most: Mapped[float]
    unreachable: Mapped[Instant]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[Instant]


class Boost(ConfigBase):
    """A dated multiplier on a campaign's target, in force without a second sign-off."""

    __tablename__ = "boosts"
    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), index=True
    )
    factor: Mapped[float]
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


class Review(ConfigBase):
    """One person's verdict in one step of one round; never by who wrote or submitted it."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("kind", "object_id", "round", "step"),
        UniqueConstraint("kind", "object_id", "round", "user_id"),
        CheckConstraint(
            "single_person OR (user_id <> author_id AND user_id <> submitter_id)",
            name="two_persons",
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    object_id: Mapped[int] = mapped_column(BigInteger)
    round: Mapped[int]
    step: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    submitter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    single_person: Mapped[bool]
    at: Mapped[Instant]
    verdict: Mapped[str] = mapped_column(String(10))
    opinion: Mapped[str] = mapped_column(Text)


class Takeover(ConfigBase):
    """One asset over everything on the selected screens.

    `state` is `submitted`, `live`, `rejected` or `ended`. Without an `until_at` a submitted one
    lasts ten minutes from its approval.
    """

    __tablename__ = "takeovers"
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    selector: Mapped[dict[str, Any]]
    reach: Mapped[list[Any]]
    label: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    emergency: Mapped[bool]
    drill: Mapped[bool]
    created_at: Mapped[Instant]
    from_at: Mapped[LaterInstant]
    until_at: Mapped[LaterInstant]
    ended_at: Mapped[LaterInstant]


class Stop(ConfigBase):
    """Everything selected to the safe picture or to black, until somebody else lifts it."""

    __tablename__ = "stops"
    __table_args__ = (
        CheckConstraint(
            "lifted_by IS NULL OR single_person OR lifted_by <> author_id", name="two_persons"
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    mode: Mapped[str] = mapped_column(String(5))
    selector: Mapped[dict[str, Any]]
    reach: Mapped[list[Any]]
    single_person: Mapped[bool]
    at: Mapped[Instant]
    lifted_at: Mapped[LaterInstant]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class TakeoverReceipt(ConfigBase):
    """A screen has acknowledged a takeover or stop (`object` is its public id)."""

    __tablename__ = "takeover_receipts"
    __table_args__ = (
        UniqueConstraint("object", "screen_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Key]
    object: Mapped[str] = mapped_column(String(20))
    screen_id: Mapped[int] = mapped_column(ForeignKey("screens.id"), index=True)
    at: Mapped[Instant]


class CalendarDay(ConfigBase):
    """A change by the district to the national list of holidays and make-up workdays."""

    __tablename__ = "calendar_days"
    __table_args__ = ()
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
