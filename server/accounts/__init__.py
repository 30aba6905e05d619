"""People, units, roles, sessions, tokens and the audit trail."""
