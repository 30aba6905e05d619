"""Signed exports of plays, their re-import, and verification of day seals."""
