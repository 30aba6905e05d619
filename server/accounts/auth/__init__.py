"""Signing in: passwords, throttling, sessions, tokens, second factors, the operator's way back
in."""
