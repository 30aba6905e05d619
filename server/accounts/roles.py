"""The permission table: which role may do what. A route names an action, never a role."""

from typing import Final, Literal, get_args

Role = Literal["admin", "publicity", "reviewer", "transport", "venue", "viewer", "auditor"]

Action = Literal[
    "read",
    "reports.read",
    "accounts.manage",
    "settings.manage",
    "keys.manage",
    "screens.revoke",
    "venues.write",
    "screens.pair",
    "screens.command",
    "content.write",
    "campaigns.write",
    "sign_off",
    "takeover.start",
    "stop",
    "exemptions.write",
    "exemptions.approve",
    "maintenance.write",
    "incidents.acknowledge",
    "spot_checks.ask",
    "spot_checks.judge",
    "spot_checks.photo",
    "packs.ask",
    "packs.read",
    "audit.read",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

_READERS: Final[frozenset[Role]] = frozenset(
    {"admin", "publicity", "reviewer", "transport", "venue", "viewer"}
)

# Transport and venue staff are restricted further (vehicles and stops, own venues) by the services;
# this table only admits them.
MAY: Final[dict[Action, frozenset[Role]]] = {
    "read": _READERS,
    "reports.read": _READERS | {"auditor"},
    "accounts.manage": frozenset({"admin"}),
    "settings.manage": frozenset({"admin"}),
    "keys.manage": frozenset({"admin"}),
    "screens.revoke": frozenset({"admin"}),
    "venues.write": frozenset({"admin", "publicity", "transport", "venue"}),
    "screens.pair": frozenset({"admin", "publicity", "transport"}),
    "screens.command": frozenset({"admin", "publicity", "transport"}),
    "content.write": frozenset({"admin", "publicity", "venue"}),
    "campaigns.write": frozenset({"admin", "publicity", "venue"}),
    "sign_off": frozenset({"reviewer"}),
    "takeover.start": frozenset({"admin", "publicity", "reviewer"}),
    "stop": frozenset({"admin", "publicity", "reviewer", "transport", "venue"}),
    "exemptions.write": frozenset({"admin", "publicity", "transport", "venue"}),
    "exemptions.approve": frozenset({"reviewer"}),
    "maintenance.write": frozenset({"admin", "publicity", "transport"}),
    "incidents.acknowledge": frozenset({"admin", "publicity", "reviewer", "transport"}),
    "spot_checks.ask": frozenset({"admin", "publicity", "reviewer"}),
    "spot_checks.judge": frozenset({"admin", "publicity", "reviewer"}),
    "spot_checks.photo": frozenset({"admin", "publicity", "venue"}),
    "packs.ask": frozenset({"admin", "publicity"}),
    # A pack names all venues of its units with their contacts, which venue staff may not see.
    "packs.read": frozenset({"admin", "publicity", "reviewer", "transport", "viewer", "auditor"}),
    "audit.read": frozenset({"admin", "reviewer", "auditor"}),
}

SIGNING: Final[frozenset[Action]] = frozenset({"sign_off", "exemptions.approve"})


def roles_that_may(action: Action, *, two_person: bool) -> frozenset[Role]:
    """Roles for an action. Without the two-person rule administrators sign off too."""
    allowed = MAY[action]
    if action in SIGNING and not two_person:
        return allowed | {"admin"}
    return allowed
