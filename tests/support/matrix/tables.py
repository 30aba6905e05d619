"""The matrices as people read them: on a terminal, and in the docs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.support.matrix.faults import FAULTS
from tests.support.matrix.rows import Promise, Row, file_of
from tests.support.matrix.running import ROOT
from tests.support.matrix.security import SECURITY
from tests.support.matrix.verdicts import PASS, WORST_FIRST, Judged

BEGIN: Final = "<!-- written by `python -m tests.support.matrix --write`: begin -->"
END: Final = "<!-- end -->"
PAGES: Final[tuple[tuple[str, Sequence[Row]], ...]] = (
    ("docs/security.md", SECURITY),
    ("docs/reliability.md", FAULTS),
)


def printed(title: str, judged: Sequence[Judged]) -> Iterator[str]:
    """Lines for a terminal: a row each, and below it its faults and figures."""
    yield f"\n{title}"
    yield f"{'row':>4} {'verdict':12} {'tests':>5} {'seconds':>8}  promise"
    for one in judged:
        row = one.row
        yield (
            f"{row.number:>4} {one.verdict:12} {one.tests:>5} {one.seconds:>8.1f}  "
            f"{row.name} {row.zh}" + (f" [{one.ways}]" if one.ways else "")
        )
        yield from (f"{'':18}{line}" for line in (*one.faults, *one.figures))
    counts = {verdict: sum(one.verdict == verdict for one in judged) for verdict in WORST_FIRST}
    yield f"{'':4} " + ", ".join(f"{counts[one]} {one}" for one in reversed(WORST_FIRST))


def passed(judged: Sequence[Judged]) -> bool:
    """Whether nothing falls short and nothing is open."""
    return all(one.verdict == PASS for one in judged)


def in_markdown(rows: Sequence[Row]) -> str:
    """A table for the docs; files alone are named, which have the tests' sentences."""
    lines = ["| # | promise | shown by |", "| --- | --- | --- |"]
    for row in rows:
        cells = "<br>".join(_shown(one) for one in row.promises)
        lines.append(f"| {row.number} | {row.zh}<br>{row.name} | {cells} |")
    return "\n".join(lines)


def _shown(promise: Promise) -> str:
    files = dict.fromkeys(f"`{file_of(one)}`" for one in promise.shown_by)
    long = dict.fromkeys(f"`{file_of(one)}`" for one in promise.long)
    line = promise.words.replace("|", "\\|")
    line += f": {', '.join(files)}" if files else ": **no test yet**"
    line += f" ({promise.lacks})" if promise.lacks else ""
    line += " (on PostgreSQL too)" if promise.on_postgresql else ""
    line += f" ({promise.way})" if promise.way else ""
    return line + (f"; long form: {', '.join(long)}" if long else "")


def with_table(text: str, rows: Sequence[Row]) -> str:
    """A page whose table is the one of these rows. Raises ValueError if it has no place for it."""
    head, _, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError("the page has no place for the table")
    return f"{head}{BEGIN}\n{in_markdown(rows)}\n{END}{tail}"


def write_pages() -> None:
    """Bring the tables in the docs up to date."""
    for name, rows in PAGES:
        path: Path = ROOT / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), rows), encoding="utf-8")
