"""The page on which people set up their second factor, and turn it off."""

from textwrap import wrap

from flask import Blueprint, render_template

from server.accounts.auth.second_factors import second_factor, totp
from server.accounts.guards import actor, signed_in
from server.accounts.serializers import factor_document
from server.foundation.qr_code import qr_svg
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import district_zone

pages = Blueprint("second_factor_pages", __name__)


@pages.get("/settings/second-factor")
@signed_in
def second_factor_page() -> str:
    """One's own: off, begun with its QR code, or on."""
    with core().config.read() as session:
        found = second_factor.factor_status(core(), session, actor())
    secret = found.secret
    address = totp.address(secret, actor().username, second_factor.ISSUER) if secret else None
    return render_template(
        "settings/second-factor.html",
        factor=factor_document(found, district_zone()),
        secret=" ".join(wrap(secret, 4)) if secret else None,  # in fours, for typing
        qr=qr_svg(address) if address else None,
        must_enrol=found.required and found.on_since is None,
    )
