"""Signed exports of plays, checks of seals, and taking an export in again."""
