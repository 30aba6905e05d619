"""`/me/second-factor`, and resetting another person's: codes of a phone beside the password."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from server.accounts import schemas
from server.accounts.auth.api import Password, delays, with_new_session
from server.accounts.auth.second_factors import second_factor, totp
from server.accounts.guards import actor, needs, signed_in
from server.accounts.serializers import factor_document
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, answered, district_zone
from server.foundation.rest.responses import answers, refuses

bp = APIBlueprint("second_factor", __name__, url_prefix="/api/v1", tag="Account 账号")

Code = Annotated[str, StringConstraints(max_length=second_factor.LONGEST_CODE)]


class CodeBody(Body):
    """A code of the phone."""

    code: Code


class ProofBody(Body):
    """The password, and a code of the phone or a recovery code."""

    password: Password
    code: Code = Field(min_length=1)


@bp.get("/me/second-factor")
@signed_in
@answers(schemas.SecondFactor)
def get_second_factor() -> dict[str, Any]:
    """Whether one's own is active, and the number of unused recovery codes."""
    with core().config.read() as session:
        return factor_document(
            second_factor.factor_status(core(), session, actor()), district_zone()
        )


@bp.post("/me/second-factor")
@signed_in
@answers(schemas.BegunFactor, 201)
def begin_second_factor() -> ResponseReturnValue:
    """Create a secret for an authenticator app; nothing changes before `confirm`."""
    secret = second_factor.begin(core(), actor())
    address = totp.address(secret, actor().username, second_factor.ISSUER)
    return answered({"secret": secret, "address": address}, 201)


@bp.post("/me/second-factor/confirm")
@signed_in
@bp.input(CodeBody)
@answers(schemas.RecoveryCodes, headers=("Set-Cookie",))
@refuses(429)
def confirm_second_factor(json_data: CodeBody) -> Response:
    """Activate it by a code; returns ten recovery codes, only in this answer.

    All other sessions end; bearer tokens stay.
    """
    codes = second_factor.confirm(core(), delays(), actor(), json_data.code)
    return with_new_session(answered({"recovery_codes": codes}))


@bp.post("/me/second-factor/recovery-codes")
@signed_in
@bp.input(ProofBody)
@answers(schemas.RecoveryCodes)
@refuses(429)
def renew_recovery_codes(json_data: ProofBody) -> dict[str, Any]:
    """Replace the recovery codes; the old ones become invalid."""
    proof = (json_data.password, json_data.code)
    return {"recovery_codes": second_factor.renew_codes(core(), delays(), actor(), *proof)}


@bp.post("/me/second-factor/turn-off")
@signed_in
@bp.input(ProofBody)
@answers(None, 204)
@refuses(429)
def turn_off_second_factor(json_data: ProofBody) -> ResponseReturnValue:
    """Deactivate it: the password is enough again."""
    second_factor.turn_off(core(), delays(), actor(), json_data.password, json_data.code)
    return "", 204


@bp.post("/users/<user_id>/second-factor/reset")
@needs("accounts.manage")
@answers(None, 204)
def reset_second_factor(user_id: str) -> ResponseReturnValue:
    """Remove it from somebody who lost phone and codes; never one's own."""
    second_factor.reset(core(), actor(), user_id)
    return "", 204
