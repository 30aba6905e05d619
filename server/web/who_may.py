"""The people who may do the refused action of this request, for the page of the refusal."""

import json
from typing import Final, NamedTuple

from flask import Response, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Unit, User, UserRole
from server.accounts.roles import ROLES, Action, Role, roles_that_may
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate

MOST: Final = 3
ROLE_NAMES: Final[dict[Role, Sentence]] = {
    "admin": Sentence("管理员", "Administrator"),
    "publicity": Sentence("宣传员", "Publicity"),
    "reviewer": Sentence("审批员", "Reviewer"),
    "transport": Sentence("交通运输管理员", "Transport"),
    "venue": Sentence("点位联系人", "Venue contact"),
    "viewer": Sentence("查看员", "Viewer"),
    "auditor": Sentence("审计员", "Auditor"),
}


NEEDS: Final = Sentence("需要“{}”角色。", "It takes the role {}.")
HAVE: Final = Sentence("{unit}有此角色的人：{people}。", "In “{unit}” these have it: {people}.")
AND: Final = Sentence("、", ", ")
OR: Final = Sentence("”或“", " or ")


class Helpers(NamedTuple):
    """The roles that it takes, the unit nearest to the person's with somebody who has one, and
    who these people are."""

    roles: list[str]
    unit: str
    people: list[str]


def who_may() -> Helpers | None:
    """Whom to ask, if a route was refused by role; None for anything else."""
    action: Action | None = g.get("lacking")
    person = g.get("actor")
    if action is None or person is None:
        return None
    may = roles_that_may(action, two_person=core().settings.two_person)
    with core().config.read() as session:
        for unit in _upwards(session, person.unit_id):
            if people := _people(session, unit.id, may, person.user_id):
                return Helpers(_named(may), unit.name, people)
    return Helpers(_named(may), "", [])


def name_helpers(response: Response) -> Response:
    """The API's refusal of a page's act by role, with whom to ask."""
    if response.status_code != 403 or not response.is_json or not g.get("csrf_token"):
        return response
    helpers = who_may()
    if helpers is not None and helpers.roles:
        problem = json.loads(response.get_data())
        problem["detail"] = " ".join([problem["detail"], *_sentences(helpers)])
        response.set_data(json.dumps(problem))
    return response


def _sentences(helpers: Helpers) -> list[str]:
    needs = translate(NEEDS).format(translate(OR).join(helpers.roles))
    if not helpers.people:
        return [needs]
    return [
        needs,
        translate(HAVE).format(unit=helpers.unit, people=translate(AND).join(helpers.people)),
    ]


def _named(roles: frozenset[Role]) -> list[str]:
    return [translate(ROLE_NAMES[role]) for role in ROLES if role in roles]


def _upwards(session: Session, unit_id: int) -> list[Unit]:
    """The person's unit, then those above it."""
    path = session.get_one(Unit, unit_id).path
    numbers = [int(part) for part in path.split("/") if part]
    units = {one.id: one for one in session.scalars(select(Unit).where(Unit.id.in_(numbers)))}
    return [units[one] for one in reversed(numbers) if one in units]


def _people(session: Session, unit_id: int, roles: frozenset[Role], not_id: int) -> list[str]:
    query = (
        select(User.name, User.username)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            UserRole.unit_id == unit_id,
            UserRole.role.in_(roles),
            ~User.disabled,
            User.id != not_id,
        )
        .distinct()
        .order_by(User.username)
        .limit(MOST)
    )
    return [name or username for name, username in session.execute(query)]
