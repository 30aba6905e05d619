"""Binding of players: pairing codes, enrolment keys, credentials, rebinding."""
