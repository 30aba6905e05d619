"""When takeovers were over the plan today, as bands behind its hours."""

from typing import Final

from sqlalchemy import or_

from server.accounts.guards import actor
from server.campaigns.models import Takeover
from server.campaigns.queries import in_scope
from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_MS
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.web.charts.columns import Band
from server.web.helpers import today

TAKEOVER: Final = Sentence("紧急插播：{}", "Takeover: {}")
MOST: Final = 20


def bands(hours: range) -> list[Band]:
    """Those in the person's scope that overlap the hours of today, as shares of them."""
    from_ms = Civil(core().settings.zone).start_of(today().toordinal()) + hours.start * HOUR_MS
    until_ms = from_ms + len(hours) * HOUR_MS
    query = in_scope(Takeover, actor()).where(
        Takeover.state.in_(("live", "ended")),
        Takeover.from_at < until_ms,
        or_(Takeover.ended_at.is_(None), Takeover.ended_at > from_ms),
        or_(Takeover.until_at.is_(None), Takeover.until_at > from_ms),
    )
    with core().config.read() as session:
        rows = session.scalars(query.order_by(Takeover.from_at).limit(MOST)).all()
    return [_band(row, from_ms, until_ms) for row in rows]


def _band(row: Takeover, from_ms: int, until_ms: int) -> Band:
    ends = (row.ended_at, row.until_at, core().clock.now_ms())
    times = (row.from_at or from_ms, min(one for one in ends if one is not None))
    start, end = (min(max((at - from_ms) / (until_ms - from_ms), 0), 1) for at in times)
    return Band(start, end, translate(TAKEOVER).format(row.label or public("takeover", row.id)))
