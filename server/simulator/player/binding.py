"""How a virtual player gets its credential: by an enrolment key, or a code that a person enters."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from server.simulator.player.binding_statement import Doubt, judge_binding
from server.simulator.player.disk import Credential
from server.simulator.wire.links import read_json
from server.simulator.wire.protocol import DEVICE_GRANT, VERSION, Json, Link, Refused


class Unproven(Exception):
    """The answer lacks a proof, though the player has pins: it is ignored."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt)
        self.doubt: Doubt = doubt


@dataclass(frozen=True)
class Enrolment:
    """Parameters of the box's address: a key of its unit, and its serial number."""

    key: str
    serial: str


@dataclass(frozen=True)
class Again:
    """A request by a player that was bound before, and the pins that verify the answer."""

    rebinding: Json
    held: Callable[[], Credential]


def enrol(
    link: Link, key: str, serial: str, again: Again | None = None, box: str = ""
) -> Credential:
    """Bind at once with an enrolment key. Raises NoNetwork, Refused and Unproven.

    `box`: the box's own secret, which identifies it after a lost answer.
    """
    grant = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": serial, "box": box}
    return _credential(link, grant, again)


def ask_code(link: Link, size: tuple[int, int], again: Again | None = None) -> Json:
    """`user_code` to show, and `device_code` to poll with. Raises NoNetwork and Refused."""
    body = {"size": {"width": size[0], "height": size[1]}, "player": VERSION}
    answer = link.ask("POST", "/api/v1/player/pairing", body | _with(again))
    if answer.status != 201:
        raise Refused(answer.status, "pairing")
    asked: Json = json.loads(answer.body)
    return asked


def redeem(link: Link, device_code: str, again: Again | None = None, box: str = "") -> Credential:
    """The credential, after a person has entered the code. Raises NoNetwork, Refused, Unproven."""
    grant = {"grant_type": DEVICE_GRANT, "device_code": device_code, "box": box}
    return _credential(link, grant, again)


def _with(again: Again | None) -> Json:
    return {} if again is None else {"rebinding": again.rebinding}


def _credential(link: Link, grant: Json, again: Again | None) -> Credential:
    answer = link.ask("POST", "/api/v1/player/token", grant | _with(again))
    reply = read_json(answer)
    if not isinstance(reply, dict) or not reply.get("access_token"):
        word = reply.get("error") or reply.get("code") if isinstance(reply, dict) else "bad_answer"
        raise Refused(answer.status, str(word))
    if again is None:
        return Credential(reply["access_token"], reply["screen_id"], reply["keys"])
    judged = judge_binding(reply, again.rebinding, again.held().keys)
    if judged.credential is None:
        raise Unproven(judged.doubt or "no_statement")
    return judged.credential
