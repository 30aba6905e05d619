"""`python -m tests.support.matrix [s3 f4 ...]`: run what the rows name and print both tables.

Without names all 50 rows; `security` or `faults` names those of one table. `--long` runs the long
forms too (hours). `--list` prints what there is without running it, `--write` brings the tables in
the docs up to date. The exit status is 1 unless all pass.
"""

import sys

from tests.support.matrix.faults import FAULTS
from tests.support.matrix.rows import Row
from tests.support.matrix.running import Note, run
from tests.support.matrix.security import SECURITY
from tests.support.matrix.tables import passed, printed, write_pages
from tests.support.matrix.verdicts import judge

MATRICES = {
    "security": ("安全矩阵 Security matrix", SECURITY),
    "faults": ("故障矩阵 Fault matrix", FAULTS),
}


def main(arguments: list[str]) -> int:
    """Print both matrices, or the part that was asked for."""
    if "--write" in arguments:
        write_pages()
        return 0
    tables = [(title, rows) for _, title, rows in chosen(arguments)]
    if "--list" in arguments:
        print("\n".join(line for title, rows in tables for line in listed(title, rows)))
        return 0
    long = "--long" in arguments
    rows = [row for _, found in tables for row in found]
    tests = dict.fromkeys(test for row in rows for test in row.tests(long=long))
    return report(tables, run(list(tests)), long=long)


def chosen(arguments: list[str]) -> list[tuple[str, str, list[Row]]]:
    """Both tables (name, title, rows), with the rows that are asked for."""
    names = {one for one in arguments if not one.startswith("--")}
    return [
        (
            word,
            title,
            [row for row in rows if not names or names & {word, f"{word[0]}{row.number}"}],
        )
        for word, (title, rows) in MATRICES.items()
    ]


def report(tables: list[tuple[str, list[Row]]], notes: list[Note], *, long: bool) -> int:
    """Print what came of it; the exit status."""
    well = True
    for title, rows in tables:
        judged = [judge(row, notes, long=long) for row in rows]
        if judged:
            print("\n".join(printed(title, judged)))
        well = well and passed(judged)
    return 0 if well else 1


def listed(title: str, rows: list[Row]) -> list[str]:
    """What each row promises, and by which tests."""
    lines = [f"\n{title}"]
    for row in rows:
        lines.append(f"{row.number:>3}  {row.zh} {row.name}")
        for promise in row.promises:
            lines.append(f"       {promise.words}")
            lines += [f"         {test}" for test in promise.shown_by]
            if not promise.shown_by:
                lines.append(f"         no test yet {promise.lacks}".rstrip())
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
