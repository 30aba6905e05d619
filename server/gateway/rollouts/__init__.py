"""Releases of the player: stored by digest, rolled out in rings, halted by fleet health.

Progress and halting of a roll-out: rounds.
"""
