"""The search for an even order: threshold accepting, in Python and compiled.

What is to be ordered: rows, problem. What uneven gaps cost: prices, tracks. Small moves: moves, on
a timeline.
The search: polish; the same in C: compiled, native/search.c. Its random numbers: chance.
"""
