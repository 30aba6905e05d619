"""How a virtual player comes by its credential: an enrolment key, or a code to be entered."""

import json

from server.virtual.disk import Credential
from server.virtual.protocol import DEVICE_GRANT, VERSION, Json, Link, Refused


def enrol(link: Link, key: str, serial: str) -> Credential:
    """Bind at once with an enrolment key. Raises NoNetwork and Refused."""
    grant = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": serial}
    return _credential(link, grant)


def ask_code(link: Link, size: tuple[int, int]) -> Json:
    """`user_code` to show, and `device_code` to poll with. Raises NoNetwork and Refused."""
    said = {"size": {"width": size[0], "height": size[1]}, "player": VERSION}
    answer = link.ask("POST", "/api/v1/player/pairing", said)
    if answer.status != 201:
        raise Refused(answer.status, "pairing")
    asked: Json = json.loads(answer.body)
    return asked


def redeem(link: Link, device_code: str) -> Credential:
    """The credential, once a person has entered the code. Raises NoNetwork and Refused."""
    return _credential(link, {"grant_type": DEVICE_GRANT, "device_code": device_code})


def _credential(link: Link, grant: Json) -> Credential:
    answer = link.ask("POST", "/api/v1/player/token", grant)
    try:
        said = json.loads(answer.body)
    except ValueError as error:
        raise Refused(answer.status, "bad_answer") from error
    if answer.status != 200:
        raise Refused(answer.status, str(said.get("error") or said.get("code")))
    return Credential(said["access_token"], said["screen_id"], said["keys"])
