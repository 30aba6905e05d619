"""The delivery report for the person of a request."""

from server.accounts.guards import actor
from server.foundation.rest.flask_extensions import core
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.figures import Figures, summed
from server.reporting.delivery.service import Report, ReportQuery, delivery, delivery_by


def report_of(query: ReportQuery) -> Report:
    """What he may see of it. Raises Invalid, and NotFound for a foreign filter."""
    return delivery(core(), playback(), actor(), query)


def figures_of(query: ReportQuery) -> dict[int, Figures]:
    """Only its figures, by the ordinal of their day or by the hour of a single day.

    Hours count from midnight: a day on which clocks go back has 25. Raises as above.
    """
    added = delivery_by(core(), playback(), actor(), query, query.group_by)
    groups = added.groups.items()
    return {
        key[1] if isinstance(key, tuple) else int(key): figures.settled() for key, figures in groups
    }


def totals_of(query: ReportQuery) -> Figures:
    """Only its totals, of a report by day or hour. Raises as above."""
    return summed(figures_of(query).values())
