"""The search for an even order: threshold accepting, in Python and compiled.

The input: rows, problem. Costs of uneven gaps: prices, tracks. Small moves: moves, on a timeline.
The search: polish; the same in C: compiled, native/search.c. Its random numbers: chance.
"""
