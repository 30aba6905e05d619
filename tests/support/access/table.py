"""Which role may do what, as agreed with the offices; the product's own table is compared."""

from typing import Final

from server.accounts.roles import Role

ALL: Final = frozenset(
    {"admin", "publicity", "reviewer", "transport", "venue", "viewer", "auditor"}
)

MAY: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "read": ("read what is in scope", ALL - {"auditor"}),
    "reports.read": ("reports", ALL),
    "signed_in": ("own profile", ALL),
    "open": ("whoever asks", ALL),
    "accounts.manage": ("units, users, roles", frozenset({"admin"})),
    "settings.manage": ("settings", frozenset({"admin"})),
    "keys.manage": ("enrolment keys", frozenset({"admin"})),
    "screens.revoke": ("revoke", frozenset({"admin"})),
    "venues.write": (
        "venues, lines, rosters (venue: contact data)",
        frozenset({"admin", "publicity", "transport", "venue"}),
    ),
    "screens.pair": ("pairing", frozenset({"admin", "publicity", "transport"})),
    "screens.command": ("commands", frozenset({"admin", "publicity", "transport"})),
    "maintenance.write": ("planned work", frozenset({"admin", "publicity", "transport"})),
    "content.write": (
        "upload, slides (venue: filler for own venues)",
        frozenset({"admin", "publicity", "venue"}),
    ),
    "campaigns.write": (
        "playlists, campaigns, boost, withdraw (venue: filler for own venues)",
        frozenset({"admin", "publicity", "venue"}),
    ),
    "sign_off": ("sign off, never one's own", frozenset({"reviewer"})),
    "takeover.start": ("start a takeover", frozenset({"admin", "publicity", "reviewer"})),
    "stop": ("stop", frozenset({"admin", "publicity", "reviewer", "transport", "venue"})),
    "exemptions.write": (
        "exemptions, attestations",
        frozenset({"admin", "publicity", "transport", "venue"}),
    ),
    "exemptions.approve": ("approve exemptions, attestations", frozenset({"reviewer"})),
    "incidents.acknowledge": (
        "acknowledge incidents, alert rules",
        frozenset({"admin", "publicity", "reviewer", "transport"}),
    ),
    "audit.read": ("audit trail", frozenset({"admin", "reviewer", "auditor"})),
    # What came after the offices' table: plays.md's spot checks and packs.
    "spot_checks.ask": ("spot checks", frozenset({"admin", "publicity", "reviewer"})),
    "spot_checks.judge": ("verdicts on them", frozenset({"admin", "publicity", "reviewer"})),
    "spot_checks.photo": ("photos for them", frozenset({"admin", "publicity", "venue"})),
    "packs.ask": ("assessment packs", frozenset({"admin", "publicity"})),
    "packs.read": ("read them", ALL - {"venue"}),
}


def may(role: Role, guard: str) -> bool:
    """Whether the table opens that door to a role."""
    return role in MAY[guard][1]


# Addresses open to a role, with the objects behind them that aren't its own.
NARROWER: Final[dict[Role, dict[str, tuple[str, ...]]]] = {
    "venue": {
        "a contact makes filler, and changes what he made himself": (
            "PATCH /api/v1/assets/<asset_id>",
            "DELETE /api/v1/assets/<asset_id>",
            "POST /api/v1/assets/<asset_id>/refit",
            "POST /api/v1/assets/<asset_id>/replace",
            "POST /api/v1/assets/<asset_id>/retry",
            "POST /api/v1/assets/<asset_id>/submit",
            "POST /api/v1/assets/<asset_id>/withdraw",
            "POST /api/v1/campaigns",
            "PATCH /api/v1/campaigns/<campaign_id>",
            "DELETE /api/v1/campaigns/<campaign_id>",
            "POST /api/v1/campaigns/<campaign_id>/boost",
            "POST /api/v1/campaigns/<campaign_id>/copy",
            "POST /api/v1/campaigns/<campaign_id>/revise",
            "DELETE /api/v1/campaigns/<campaign_id>/revision",
            "POST /api/v1/campaigns/<campaign_id>/submit",
            "POST /api/v1/campaigns/<campaign_id>/withdraw",
            "POST /api/v1/campaigns/urgent",
            "GET /campaigns/<campaign_id>/edit",
            "PATCH /api/v1/playlists/<playlist_id>",
            "DELETE /api/v1/playlists/<playlist_id>",
        ),
        "a contact writes down how his venue is reached, and nothing else": (
            "POST /api/v1/lines",
            "PATCH /api/v1/lines/<line_id>",
            "DELETE /api/v1/lines/<line_id>",
            "POST /api/v1/bin/<binned_item_id>/restore",
            "PUT /api/v1/lines/<line_id>/rosters/<day>",
            "DELETE /api/v1/lines/<line_id>/rosters/<day>",
            "POST /api/v1/venues",
            "DELETE /api/v1/venues/<venue_id>",
        ),
    },
    "transport": {
        "only who asked for an exemption takes it back": (
            "POST /api/v1/exemptions/<exemption_id>/end",
            "DELETE /api/v1/exemptions/<exemption_id>",
        ),
    },
    "auditor": {"an auditor reads figures, not what was shown": ("GET /files/<digest>",)},
}
# What holds for the whole district is set by who has the role over all of it.
DISTRICTS: Final = {
    "PATCH /api/v1/settings",
    "PATCH /api/v1/spot-checks/plan",
    "PUT /api/v1/reference-lists/<list_name>",
    "DELETE /api/v1/reference-lists/<list_name>",
}


def may_with_own(role: Role, door: str, guard: str) -> bool:
    """Whether the table lets a role do it with what its own street has."""
    narrower = {one for doors in NARROWER.get(role, {}).values() for one in doors}
    return may(role, guard) and door not in narrower | DISTRICTS
