"""How evenly loops are built beside known orders: `python -m tests.bench.loops [HOURS] [SEED]`."""

import statistics
import sys
import time
from collections.abc import Sequence
from functools import partial

from playlists.rows import Row
from playlists.spacing import spread
from tests.bench.hours import (
    Order,
    hours,
    interleaved,
    listed_by_hand,
    score,
    smooth_weighted,
    stride,
)

ORDERS: dict[str, Order] = {
    "listed by hand": listed_by_hand,
    "interleave": interleaved,
    "stride": stride,
    "smooth weighted round robin": smooth_weighted,
    "ours, first good answer": partial(spread, quick=True),
    "ours": spread,
}


def report(name: str, order: Order, asked: Sequence[Sequence[Row]]) -> None:
    """Print one line: worst item and worst campaign (mean / max), CV, repeats, CPU time."""
    scores, seconds = [], []
    for rows in asked:
        began = time.process_time()
        found = order(rows)
        seconds.append(time.process_time() - began)
        scores.append(score(rows, found))
    item = [one.worst_gap_ratio or 1.0 for one in scores]
    campaign = [one.worst_campaign_gap_ratio or 1.0 for one in scores]
    cv = [one.pooled_cv or 0.0 for one in scores]
    print(
        f"{name:28} item {statistics.mean(item):6.3f} / {max(item):6.3f}"
        f"  campaign {statistics.mean(campaign):6.3f} / {max(campaign):6.3f}"
        f"  CV {statistics.mean(cv):.3f}  repeats {sum(one.back_to_back for one in scores):5}"
        f"  CPU {statistics.mean(seconds):.3f} / {max(seconds):.3f} s"
    )


def main() -> None:
    """Draw the hours and compare."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    asked = hours(count, seed)
    plays = [sum(row.plays for row in rows) for rows in asked]
    print(f"{count} hours, {min(len(rows) for rows in asked)}-{max(map(len, asked))} items,")
    print(f"{min(plays)}-{max(plays)} plays; mean / max of each hour's figure")
    for name, order in ORDERS.items():
        report(name, order, asked)


if __name__ == "__main__":
    main()
