"""Addresses of pages with the filters that they are narrowed by."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import request


def href(path: str, *filters: Mapping[str, str | None]) -> str:
    """A path with filters as its query, a later one in place of one before; empty ones not."""
    query = {name: text for given in filters for name, text in given.items()}
    filled = {name: text for name, text in query.items() if text}
    return f"{path}?{urlencode(filled)}" if filled else path


def here(**changes: str) -> str:
    """This page's address with some parameters changed; an empty value removes one."""
    kept = [(name, text) for name, text in request.args.items(multi=True) if name not in changes]
    query = urlencode([*kept, *((name, text) for name, text in changes.items() if text)])
    return f"{request.path}?{query}" if query else request.path
