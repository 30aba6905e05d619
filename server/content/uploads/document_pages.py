"""Creates an asset of each page of an uploaded document."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from media.documents.pages import draw_pages
from media.errors import MediaRefused
from server.content.paths import limits_of, works
from server.content.uploads.incoming_file import Received, as_problem
from server.foundation.core import Core
from server.foundation.runtime.blocking import run_blocking

PAGE_NAME_LENGTH = 180


@contextmanager
def drawn(core: Core, document: Received) -> Iterator[list[Received]]:
    """The pages as picture files for the duration of the block; named after the document.

    Raises Invalid or TooLarge for a rejected document.
    """
    with tempfile.TemporaryDirectory(dir=works(core), prefix="pages-") as name:
        try:
            yield run_blocking(partial(_pages, core, document, Path(name)))
        except MediaRefused as refused:
            raise as_problem(refused) from refused


def _pages(core: Core, document: Received, folder: Path) -> list[Received]:
    paths = draw_pages(document.path, folder, limits_of(core.settings))
    label = Path(document.name).stem[:PAGE_NAME_LENGTH]
    if len(paths) == 1:
        return [Received.of(paths[0], "image", label)]
    return [Received.of(path, "image", f"{label} {n}") for n, path in enumerate(paths, start=1)]
