"""Makes the loops of a test run cheap: what was built once in a process isn't built again.

A loop depends on its request alone, and tests ask for the same few hours again and again. What a
server keeps in its database stays in each test's own: there a loop counts as built all the same.
"""

from functools import lru_cache

from playlists.compiler import compile_loop
from server.loops import cache

MOST_KEPT = 512


def remember_loops() -> None:
    """Let planners be given equal loops for equal requests, in this process of tests alone."""
    cache.compile_loop = lru_cache(MOST_KEPT)(compile_loop)
