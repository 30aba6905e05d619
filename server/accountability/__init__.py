"""The office's proof: coverage, attestations, assessment packs, the board.

Each venue on each day, reached or not: coverage. Venues without our player: attestations.
Frozen, signed figures for the assessment: assessment. Figures of units side by side: board.
"""
