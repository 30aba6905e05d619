"""Takeovers and stops, which precede every plan, and their receipts."""
