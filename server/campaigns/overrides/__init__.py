"""Takeovers and stops: what goes before every plan, and who has acknowledged it."""
