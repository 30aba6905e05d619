"""Pictures are kept for as long as the reports that rest on them are asked about."""

from sqlalchemy import delete, select

from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.reporting.spot_checks import plan as plans
from server.reporting.spot_checks.models import SpotCheck, SpotPicture


def forget_pictures(core: Core) -> int:
    """Delete pictures past their retention; returns how many checks lost theirs.

    The check, its answer and its verdict stay, so that no figure changes.
    """
    with core.config.write() as session:
        since_ms = core.clock.now_ms() - plans.load(session).keep_days * DAY_MS
        old = select(SpotCheck.id).where(SpotCheck.asked_at <= since_ms)
        gone = delete(SpotPicture).where(SpotPicture.check_id.in_(old))
        return len(set(session.scalars(gone.returning(SpotPicture.check_id))))
