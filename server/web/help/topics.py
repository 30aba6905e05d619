"""The help of each page: the texts are in `texts/`, one part for each topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from server.foundation.i18n import Sentence
from server.web.help.glossary import WORDS, Word

FOLDER: Final = Path(__file__).parent / "texts"


class Part(NamedTuple):
    """A topic's text in one language: heading, one sentence, what to do."""

    title: str
    purpose: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """The help of a page, in both languages, and its words that need an explanation."""

    key: str
    title: Sentence
    purpose: Sentence
    steps: tuple[Sentence, ...]
    words: tuple[Word, ...]


def read_parts(text: str) -> dict[str, Part]:
    """The parts of a text by their topics: `## key Heading`, a sentence, a line for each step."""
    found = {}
    for part in text.split("\n## ")[1:]:
        heading, *lines = [line for line in part.splitlines() if line.strip()]
        key, _, title = heading.partition(" ")
        purpose = " ".join(line for line in lines if not line.startswith("- "))
        steps = tuple(line[2:] for line in lines if line.startswith("- "))
        found[key] = Part(title, purpose, steps)
    return found


USED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "overview": (("overview_pages.front",), ("campaign", "delivery rate")),
    "todo": (("overview_pages.todo",), ("campaign", "takeover")),
    "screens": (("screens_pages.list_page",), ("screen", "player")),
    "screen": (("screens_pages.screen_page",), ("seat", "player")),
    "screen-hours": (("screen_hours_pages.hours_page",), ("play",)),
    "commands": (("command_pages.commands_page",), ("player",)),
    "bulk": (("bulk_pages.bulk_page",), ()),
    "arrivals": (("screen_boxes_pages.arrivals_page",), ("enrolment key",)),
    "retire": (("screen_boxes_pages.retire_page",), ()),
    "lists": (("reference_list_pages.lists_page",), ()),
    "register": (("paper_pages.register_page",), ("screen", "venue")),
    "filing": (("paper_pages.filing_page",), ("screen",)),
    "pair": (("screens_pages.pair_page",), ("pairing", "venue")),
    "labels": (("label_pages.labels_page",), ("sticker", "phone page")),
    "venues": (
        ("venues_pages.list_page", "venues_pages.new_page"),
        ("venue", "access", "territory"),
    ),
    "venue": (("venues_pages.venue_page",), ("opening hours", "own share")),
    "board": (("board_pages.board_page",), ("unit", "territory", "coverage")),
    "map": (("map_pages.map_page",), ()),
    "search": (("search_pages.search_page",), ()),
    "lines": (("roster_pages.lines_page", "roster_pages.line_page"), ("line", "roster")),
    "import": (
        (
            "import_pages.venues_page",
            "import_pages.lines_page",
            "import_pages.vehicles_page",
            "import_pages.screens_page",
            "roster_pages.import_page",
        ),
        (),
    ),
    "uptime": (("uptime_pages.fleet_page",), ("line", "grace")),
    "uptime-history": (("uptime_history_pages.screen_page", "uptime_history_pages.venue_page"), ()),
    "uptime-sheet": (("uptime_sheet_pages.sheet_page",), ()),
    "maintenance": (
        (
            "maintenance_pages.list_page",
            "maintenance_pages.maintenance_page",
            "maintenance_pages.new_page",
        ),
        ("maintenance",),
    ),
    "incidents": (("incident_pages.incidents_page", "incident_pages.orders_page"), ()),
    "media": (("library_pages.list_page",), ("asset", "slide")),
    "asset": (("library_pages.asset_page",), ("asset",)),
    "slides": (("library_pages.templates_page",), ("slide",)),
    "slide": (("library_pages.slide_page",), ("slide",)),
    "playlists": (("playlist_pages.playlists_page",), ("playlist",)),
    "playlist": (
        ("playlist_pages.playlist_page", "playlist_pages.new_playlist_page"),
        ("playlist",),
    ),
    "campaigns": (("campaigns_pages.campaigns_page",), ("campaign", "target")),
    "campaign": (("campaigns_pages.campaign_page",), ("boost", "delivery rate", "floor")),
    "run-calendar": (("run_calendar_pages.run_calendar_page",), ("campaign",)),
    "approval-sheet": (("campaign_sheet_pages.approval_sheet_page",), ()),
    "campaign-screens": (("campaign_screens_pages.screens_page",), ("selector",)),
    "campaign-form": (
        ("campaigns_pages.edit_campaign_page", "campaigns_pages.new_campaign_page"),
        ("selector", "target", "floor", "tier"),
    ),
    "takeovers": (("takeovers_pages.list_page",), ("takeover", "stop", "drill")),
    "takeover": (("takeovers_pages.takeover_page",), ("receipt",)),
    "takeover-form": (("takeovers_pages.new_page",), ("takeover", "urgent campaign")),
    "approve": (("approve_pages.approve_page",), ("takeover", "urgent campaign", "drill")),
    "stop": (("takeovers_pages.stop_page", "takeovers_pages.stopped_page"), ("stop", "receipt")),
    "preview": (("preview_pages.preview_page",), ("seat",)),
    "plays": (("reports_pages.plays_page",), ("play", "quarantine")),
    "quarantine": (("quarantine_pages.quarantine_page",), ("quarantine",)),
    "exports": (("exports_pages.exports_page",), ()),
    "reports": (("reports_pages.delivery_page",), ("delivery rate",)),
    "pauses": (("pause_pages.pauses_page",), ()),
    "coverage": (("coverage_pages.coverage_page",), ("coverage", "territory", "uplift")),
    "coverage-venues": (("coverage_pages.venues_page",), ("coverage",)),
    "attestations": (("attestation_pages.attestations_page",), ("attestation",)),
    "attestation": (("attestation_pages.attestation_page",), ("attestation",)),
    "attestation-form": (("attestation_pages.new_attestation_page",), ("attestation",)),
    "spot-checks": (("spot_check_pages.spot_checks_page",), ()),
    "spot-check": (("spot_check_pages.spot_check_page",), ("seat",)),
    "schedules": (("schedules_pages.schedules_page",), ()),
    "packs": (("pack_pages.packs_page",), ("assessment pack",)),
    "pack": (("pack_pages.pack_page",), ("coverage", "delivery rate")),
    "pack-form": (("pack_pages.new_pack_page",), ("assessment pack",)),
    "led-packs": (("led_pack_pages.led_packs_page",), ("attestation",)),
    "bin": (("recycle_bin_pages.bin_page",), ()),
    "settings": (("accounts_pages.settings_page",), ("grace", "coverage")),
    "second-factor": (("second_factor_pages.second_factor_page",), ()),
    "people": (("accounts_pages.people_page",), ("unit",)),
    "units": (("accounts_pages.units_page",), ("unit", "territory")),
    "enrolment-keys": (("enrolment_key_pages.keys_page",), ("enrolment key",)),
    "notifications": (
        ("notification_pages.list_page", "notification_pages.new_page"),
        ("notification target",),
    ),
    "notification": (("notification_pages.target_page",), ()),
    "on-duty": (("duty_pages.list_page",), ()),
    "player-releases": (("release_pages.releases_page",), ("release",)),
    "calendar": (("calendar_pages.calendar_page",), ()),
    "exemptions": (("exemption_pages.exemptions_page",), ()),
    "exemption": (("exemption_pages.exemption_page",), ()),
    "exemption-form": (("exemption_pages.new_exemption_page",), ("selector",)),
    "audit": (("accounts_pages.audit_page",), ("audit trail",)),
    "help": (("help_pages.help_page", "help_pages.news_page"), ()),
}
"""By topic the endpoints of its pages, and the words explained there."""


def _topics() -> dict[str, Topic]:
    zh, en = (
        read_parts((FOLDER / f"{name}.md").read_text(encoding="utf-8")) for name in ("zh", "en")
    )
    return {
        key: Topic(
            key,
            Sentence(zh[key].title, en[key].title),
            Sentence(zh[key].purpose, en[key].purpose),
            tuple(map(Sentence, zh[key].steps, en[key].steps)),
            tuple(WORDS[word] for word in words),
        )
        for key, (_, words) in USED.items()
    }


TOPICS: Final = _topics()
OF_PAGE: Final = {page: TOPICS[key] for key, (pages, _) in USED.items() for page in pages}
"""The topic of a page by its endpoint."""
