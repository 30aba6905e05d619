"""The input of a refused form, so that the page can show it again."""

from collections.abc import Mapping
from typing import Final

from flask import Request, g

from server.content.uploads.multipart import fields_alone

KEPT: Final = "onsite_typed"


def keep_typed(fields: Mapping[str, str]) -> None:
    """Remember the fields of a form with a file, which is read once."""
    setattr(g, KEPT, fields)


def typed_in(request: Request) -> Mapping[str, str]:
    """The fields of the sent form; an unread form is read now."""
    kept: Mapping[str, str] | None = g.get(KEPT)
    if kept is not None:
        return kept
    if request.mimetype == "multipart/form-data":
        return fields_alone(request)
    return request.form
