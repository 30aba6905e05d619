"""Print the table of features, or bring the page up to date with `--write`."""

import sys

from tests.support.quality.table import PAGE, in_markdown, with_table

if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(in_markdown())
