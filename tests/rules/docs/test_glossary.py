"""docs/glossary.md lists exactly the code's kinds and states, under the names that pages show."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pytest

from server.accountability.attestations.labels import STATES as ATTESTATION_STATES
from server.accountability.coverage.labels import STATES as VENUE_STATES
from server.accounts.roles import ROLES
from server.campaigns.labels import STATES as CAMPAIGN_STATES
from server.campaigns.labels import TARGETS
from server.campaigns.workflow.schemas import Kind
from server.foundation.i18n import Sentence
from server.inventory.screens.labels import STATES as SCREEN_STATES
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.labels import ACCESS, POLICIES
from server.monitoring.exemptions.labels import CODES as EXEMPTION_CODES
from server.monitoring.exemptions.labels import STATES as EXEMPTION_STATES
from server.monitoring.incidents.catalogue import CAUSES
from server.monitoring.incidents.catalogue import CODES as INCIDENTS
from server.monitoring.incidents.catalogue import STATES as INCIDENT_STATES
from server.monitoring.incidents.labels import STATE_NAMES
from server.playlog.model.verdict_rules import Verdict
from server.reporting.delivery.columns import CAMPAIGN_COLUMNS, TABLE_COLUMNS
from server.reporting.delivery.headings import VERDICTS
from server.reporting.spot_checks.labels import STATES as CHECK_STATES
from server.reporting.spot_checks.labels import WHYS
from server.web.console.campaigns.library import STATES as ASSET_STATES
from server.web.console.venues.venues import STATES as VENUES_NOW
from server.web.who_may import ROLE_NAMES

PAGE = Path(__file__).parents[3] / "docs/glossary.md"


def first(rows: Mapping[str, tuple[Sentence, str]]) -> list[tuple[str, str, str]]:
    return [(code, *name) for code, (name, _) in rows.items()]


def plain(rows: Mapping[str, Sentence]) -> list[tuple[str, str, str]]:
    return [(code, *name) for code, name in rows.items()]


EXPECTED: dict[str, Iterable[tuple[str, str, str]]] = {
    "Roles": [(role, *ROLE_NAMES[role]) for role in ROLES],
    "Venue kinds": [(code, *kind.name) for code, kind in KINDS.items()],
    "Access": plain(ACCESS),
    "Takes takeovers": plain(POLICIES),
    "States of screens": first(SCREEN_STATES),
    "States of venues on the board and the map": plain(VENUES_NOW),
    "States of screens in monitoring": first(STATE_NAMES),
    "Kinds of incidents": [(code, *kind.name) for code, kind in INCIDENTS.items()],
    "States of incidents": first(INCIDENT_STATES),
    "Causes of incidents": plain(CAUSES),
    "States of assets": first(ASSET_STATES),
    "States of campaigns and takeovers": first(CAMPAIGN_STATES),
    "Targets": plain(TARGETS),
    "Verdicts on plays": first(VERDICTS),
    "Reasons for exemptions": plain(EXEMPTION_CODES),
    "States of exemptions": first(EXEMPTION_STATES),
    "States of venues in the ledger": first(VENUE_STATES),
    "States of attestations": first(ATTESTATION_STATES),
    "Why a screen was spot-checked": plain(WHYS),
    "States of spot checks": first(CHECK_STATES),
    "Figures of reports": [(one.key, *one.name) for one in TABLE_COLUMNS],
    "Columns of reports by campaign": [(one.key, *one.name) for one in CAMPAIGN_COLUMNS],
}


def rows_under(heading: str) -> list[tuple[str, ...]]:
    text = PAGE.read_text(encoding="utf-8")
    part = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \|$", part, re.MULTILINE)


@pytest.mark.parametrize("heading", EXPECTED)
def test_the_glossary_lists_all_kinds_of_the_code(heading: str) -> None:
    assert rows_under(heading) == list(EXPECTED[heading])


def test_pages_name_every_kind_of_target_and_every_verdict() -> None:
    assert set(TARGETS) == set(get_args(Kind))
    assert set(VERDICTS) == {str(one) for one in Verdict}
