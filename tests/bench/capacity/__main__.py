"""How many machines for how many screens: `python -m tests.bench.capacity [SCREENS NODES WORKERS]`.

Prints the tables of docs/capacity.md, or one of the numbers given; `--write` rewrites the page.
1 if the claims of that page don't hold with the measured figures.
"""

import sys

from tests.bench.capacity import page
from tests.bench.capacity.sizes import Plan, load_of


def main(*arguments: str) -> int:
    """The exit status."""
    if arguments == ("--write",):
        page.write()
        return 0
    if arguments:
        plan = Plan(*(int(one) for one in arguments))
        for row, cell in page.ROWS:
            print(f"{row:45} {cell(plan, load_of(plan))}")
        return int(not load_of(plan).holds)
    print(page.tables())
    short = page.shortfalls()
    print("\n".join(short))
    return int(bool(short))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
