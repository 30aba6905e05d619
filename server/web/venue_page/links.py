"""Addresses of phone pages, as a phone opens them."""

from typing import Literal

from flask import request

from server.foundation.core import Core
from server.foundation.db.session import ReadsAlone
from server.foundation.public_ids import public
from server.foundation.qr_code import qr_svg
from server.inventory.district.public_address import public_url
from server.inventory.enrolment import venue_page_codes
from server.inventory.screens.models import Screen
from server.web.venue_page import schemas


def link_of(core: Core, code: str) -> str:
    """The address of the page: at the public address, else at that of this request."""
    return f"{(public_url(core) or request.host_url).rstrip('/')}/v/{code}"


def document(core: Core, screen: Screen) -> schemas.PageCode:
    """The code of a screen, created if it has none yet; none where only reads are possible."""
    try:
        codes = venue_page_codes.codes_of(core, [screen])
    except ReadsAlone:  # a screen that was recorded and whose player hasn't asked for its code yet
        return _without_code(public("screen", screen.id), "none")
    return of_code(core, screen, codes.get(screen.id))


def of_code(core: Core, screen: Screen, code: str | None) -> schemas.PageCode:
    """The same of a code that is known; None where there is none."""
    number = public("screen", screen.id)
    if code is None or not venue_page_codes.has_page(screen):
        state: Literal["revoked", "none"] = (
            "revoked" if venue_page_codes.has_page(screen) else "none"
        )
        return _without_code(number, state)
    link = link_of(core, code)
    return schemas.PageCode(
        screen_id=number, state="live", code=code, address=link, qr_svg=qr_svg(link)
    )


def _without_code(number: str, state: Literal["revoked", "none"]) -> schemas.PageCode:
    return schemas.PageCode(screen_id=number, state=state, code=None, address=None, qr_svg=None)
