"""Takeovers and stops screen by screen: who has one, who shows it, who may still show what was
withdrawn."""
