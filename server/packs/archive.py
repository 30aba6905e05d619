"""All files of a pack as one zip, the same bytes each time it is fetched."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """A zip of names and contents, all dated `at`; xlsx and pdf are packed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return out.getvalue()
