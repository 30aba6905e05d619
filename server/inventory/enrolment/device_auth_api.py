"""`/player/pairing` and `/player/token`: how a player gets its credentials (RFC 8628)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from apiflask import APIBlueprint
from flask import Request, Response, current_app, jsonify, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from server.accounts.guards import open_to_all
from server.foundation.public_ids import public
from server.foundation.qr_code import qr_svg
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.limits.request_pacing import paced_by_network
from server.foundation.rest.responses import answers, refuses
from server.foundation.rest.storable_text import is_storable
from server.foundation.runtime.blocking import run_blocking
from server.inventory.district.public_address import public_url
from server.inventory.enrolment import keys as enrolment
from server.inventory.enrolment import pairing
from server.inventory.enrolment.credentials import IssuedToken
from server.inventory.enrolment.polling_limit import Pace
from server.inventory.enrolment.rebinding import Rebinding, Vouching
from server.inventory.enrolment.token_errors import TokenRefused
from server.inventory.screens import schemas

bp = APIBlueprint("player", __name__, url_prefix="/api/v1/player", tag="Player 播放终端")

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FILES_COOKIE = "anping_files"
# Chromium's maximum lifetime of a cookie.
FILES_COOKIE_S = 400 * 86_400
MOST_PINS: Final = 8
Name = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,64}$")]


@bp.record
def _keep_pace(state: BlueprintSetupState) -> None:
    state.app.extensions["anping.pace"] = Pace()


def _of_32_bytes(value: str) -> str:
    """The text itself. Raises ValueError unless it is 32 bytes in base64url."""
    try:
        whole = len(base64.b64decode(value + "=", b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        whole = False
    if not whole:
        text = "must be 32 bytes in base64url without padding"
        raise ValueError(text)
    return value


Bytes32 = Annotated[str, AfterValidator(_of_32_bytes)]


class Message(BaseModel):
    """A player's message; unknown fields are ignored, so that newer players work too."""


class Size(Message):
    """Of the page, in CSS pixels."""

    width: int = Field(ge=1, le=32_768)
    height: int = Field(ge=1, le=32_768)


class PublicKey(Message):
    """The screen's own public key (JWK), with which it signs its plays."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Bytes32
    y: Bytes32


class Asking(Message):
    """A player with pins: its current screen, and a nonce of this request.

    `kids`: its pinned keys, one of which must sign.
    """

    screen: Name
    nonce: Bytes32
    kids: list[Name] = Field([], max_length=MOST_PINS)


class PairingBody(Message):
    """A player's description of itself in a pairing request."""

    size: Size | None = None
    player: str = Field("", max_length=40)
    hint: str = Field("", max_length=120)
    key: PublicKey | None = None
    rebinding: Asking | None = None


class TokenBody(Message):
    """A device code, or an enrolment key with the box's serial and the player's description.

    `box`: the box's own secret, which identifies it after a lost answer.
    """

    grant_type: str = Field(max_length=100)
    device_code: str = Field("", max_length=200)
    enrolment_key: str = Field("", max_length=200)
    serial: str = Field("", max_length=120)
    player: str = Field("", max_length=40)
    key: PublicKey | None = None
    box: str = Field("", pattern=r"^([A-Za-z0-9_-]{22,64})?$")
    rebinding: Asking | None = None


@bp.post("/pairing")
@paced_by_network
@open_to_all  # a player has no credential before pairing
@bp.input(PairingBody)
@answers(schemas.Pairing, 201)
@refuses(429)
def ask_pairing(json_data: PairingBody) -> ResponseReturnValue:
    """Issue a code to show and a secret to poll with."""
    size, key = json_data.size, json_data.key
    asked = pairing.ask(
        core(),
        pairing.PlayerInfo(
            width=size.width if size else None,
            height=size.height if size else None,
            player=json_data.player,
            hint=json_data.hint,
            public_key=key.model_dump() if key else None,
        ),
        request.remote_addr or "",
    )
    address = (public_url(core()) or request.host_url).rstrip("/") + "/pair"
    complete = f"{address}?code={asked.user_code}"
    return {
        "device_code": asked.device_code,
        "user_code": asked.user_code,
        "verification_uri": address,
        "verification_uri_complete": complete,
        "qr_svg": run_blocking(lambda: qr_svg(complete)),
        "expires_in": asked.expires_in_s,
        "interval": asked.interval_s,
    }, 201


@bp.post("/token")
@open_to_all  # the device code or enrolment key in the body is the credential
@answers(schemas.IssuedToken, headers=("Set-Cookie",))
@answers(schemas.TokenRefusal, 400, "RFC 8628 error")
def fetch_token() -> ResponseReturnValue:
    """The token, once a person has entered the code; errors as in RFC 8628.

    A request with `rebinding` gets a signed statement too, to be verified by the player's pins.
    """
    try:
        body = TokenBody.model_validate(_sent(request))
        issued = _redeem(body)
    except ValidationError:
        return jsonify(error="invalid_request"), 400
    except TokenRefused as refused:
        return jsonify(error=refused.reason), 400
    return _with_files_cookie(issued, _vouched(body.rebinding, issued))


def _vouched(asked: Asking | None, issued: IssuedToken) -> dict[str, Any]:
    if asked is None:
        return {}
    vouching: Vouching = current_app.extensions["anping.vouching"]
    rebinding = Rebinding(asked.screen, asked.nonce, tuple(asked.kids))
    return {"binding": vouching.state(rebinding, issued.screen_id)}


def _sent(sent: Request) -> Any:
    """RFC 8628 posts a form, protocol.md JSON; both are accepted."""
    if sent.mimetype == "application/x-www-form-urlencoded":
        return sent.form.to_dict()
    return sent.get_json(force=True, silent=True)


def _redeem(body: TokenBody) -> IssuedToken:
    texts = body.model_dump(exclude={"key", "rebinding"})
    if not is_storable(texts.values()):
        raise TokenRefused("invalid_request")
    if body.grant_type == DEVICE_GRANT and body.device_code:
        pace: Pace = current_app.extensions["anping.pace"]
        return pairing.redeem(core(), body.device_code, pace, body.box)
    if body.grant_type == "enrolment_key" and body.enrolment_key and body.serial.strip():
        about = pairing.PlayerInfo(
            player=body.player,
            public_key=body.key.model_dump() if body.key else None,
            box=body.box,
        )
        serial, address = body.serial.strip(), request.remote_addr or ""
        return enrolment.redeem_key(core(), body.enrolment_key, serial, about, address)
    is_supported = body.grant_type in {DEVICE_GRANT, "enrolment_key"}
    raise TokenRefused("invalid_request" if is_supported else "unsupported_grant_type")


def _with_files_cookie(issued: IssuedToken, more: Mapping[str, Any]) -> Response:
    response = jsonify(
        {
            "access_token": issued.token,
            "token_type": "Bearer",
            "screen_id": public("screen", issued.screen_id),
            "keys": core().signer.public_keys(),
            **more,
        }
    )
    response.set_cookie(
        FILES_COOKIE,
        issued.files_secret,
        max_age=FILES_COOKIE_S,
        path="/files/",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response
