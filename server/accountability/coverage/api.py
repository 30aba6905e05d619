"""`/reports/coverage`: the ledger of all venues, as JSON, `.csv` and `.xlsx`."""

from typing import Any, cast

from apiflask import APIBlueprint
from pydantic import Field

from server.accountability.coverage import schemas
from server.accountability.coverage.call_list import calling_table
from server.accountability.coverage.figures import State
from server.accountability.coverage.labels import BY_VENUE
from server.accountability.coverage.serializers import ledger_document, ledger_table
from server.accountability.coverage.service import CoverageGroup, CoverageQuery, Ledger, coverage
from server.accountability.coverage.venues import Filters
from server.accounts.guards import actor, needs
from server.foundation.errors import Invalid
from server.foundation.rest.downloads import File, table_files, timed
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.api import Id, Places
from server.reporting.delivery.selection import GroupBy

bp = APIBlueprint("coverage", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")


class Query(Places):
    """Days (the district's, both inclusive; left out: the last seven), grouping, filters.

    With a `state` the files of venues list those in it, with whom to call.
    """

    group_by: GroupBy = "unit"
    campaign_id: Id = Field(None, max_length=20)
    state: State | None = None

    def about(self) -> CoverageQuery:
        """The query of the ledger. Raises Invalid for an unsupported combination of fields."""
        self._refuse_other_nouns()
        first, last = self.days()
        return CoverageQuery(
            first=first,
            last=last,
            group_by=cast("CoverageGroup", self.group_by),
            filters=Filters(
                unit_id=self.unit_id,
                territory_id=self.territory_id,
                venue_kind=self.venue_kind or self.venue_kind_id,
                venue_id=self.venue_id,
                line_id=self.line_id,
            ),
        )

    def _refuse_other_nouns(self) -> None:
        sent = {"campaign": self.campaign_id, "screen": self.screen_id}
        wrong = [(noun, f"/{noun}_id") for noun, text in sent.items() if text is not None]
        if self.group_by in BY_VENUE:
            wrong.insert(0, (self.group_by, "/group_by"))
        for noun, pointer in wrong:
            raise Invalid.at(pointer, BY_VENUE[noun])


def ledger_of(query: CoverageQuery) -> Ledger:
    """The ledger for the person of this request."""
    return coverage(core(), playback(), actor(), query)


@bp.get("/coverage")
@needs("reports.read")
@bp.input(Query, location="query")
@timed(schemas.CoverageLedger)
def coverage_report(query_data: Query) -> dict[str, Any]:
    """Venues that should be reached and the state of each, by group, with totals.

    By unit, territory, venue_kind, venue, line or day. Players count by their plays, other
    screens by approved attestations in a column of their own.
    """
    return ledger_document(ledger_of(query_data.about()), language(), district_zone())


@table_files(bp, needs("reports.read"), Query, "/coverage", name="coverage")
def coverage_file(query_data: Query) -> File:
    """The same as a file."""
    about = query_data.about()
    ledger = ledger_of(about)
    if query_data.state is not None and about.group_by == "venue":
        chosen = [one for one in ledger.statuses if one.state == query_data.state]
        with core().config.read() as session:
            table = calling_table(session, chosen, language())
    else:
        table = ledger_table(ledger, language(), district_zone())
    return f"coverage-{about.first}-{about.last}", table
