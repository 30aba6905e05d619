"""Spot checks: what a screen really shows at a moment that nobody chose, looked at by a person."""
