"""The delivery report for the person of a request."""

from server.accounts.guards import actor
from server.foundation.rest.flask_extensions import core
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.service import Report, ReportQuery, delivery


def report_of(query: ReportQuery) -> Report:
    """What he may see of it. Raises Invalid, and NotFound for a foreign filter."""
    return delivery(core(), playback(), actor(), query)
