"""The answers of `/plays/exports`."""

from typing import Annotated, Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant, PublicId, ScreenId


class Estimate(Answered):
    """About how many plays an export would have."""

    rows: int


class Export(Answered):
    """An export; `progress` from 0 to 1, `rows` and `bytes` once it is ready, else `reason`."""

    id: Annotated[str, PublicId("play_export")]
    screen_id: ScreenId | None
    from_: Day = Field(alias="from")
    to: Day
    form: Literal["ndjson", "csv", "xlsx"]
    state: Literal["queued", "ready", "failed"]
    progress: float
    reason: str | None
    expected_rows: int
    rows: int | None
    bytes: int | None
    file: str | None
    created_at: Instant
    finished_at: Instant | None
