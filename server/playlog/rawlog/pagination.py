"""Pages of the raw log, within a person's access scope."""

from dataclasses import dataclass, replace

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.inventory.screens import queries as screens
from server.inventory.screens.models import Screen
from server.playlog.rawlog.reader import LoggedPlay, Span, plays_between
from server.playlog.store.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """The start of a page: a screen, and a number of plays to skip from there."""

    screen: int
    skip: int

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        """Parse a cursor; None is the beginning."""
        if cursor is None:
            return cls(0, 0)
        screen, _, skip = cursor.partition(".")
        return cls(int(screen), int(skip))

    def text(self) -> str:
        """The cursor's text."""
        return f"{self.screen}.{self.skip}"


@dataclass(frozen=True, slots=True)
class Page:
    """Plays, and the start of the next page."""

    plays: list[LoggedPlay]
    next: Place | None


def screens_of(core: Core, actor: Actor, screen_id: str | None) -> tuple[int, ...]:
    """The screens in the person's current scope. Raises NotFound."""
    query = screens.in_scope(actor, "reports.read").with_only_columns(Screen.id)
    if screen_id is not None:
        query = query.where(Screen.id == number("screen", screen_id))
    with core.config.read() as session:
        found = tuple(session.scalars(query.order_by(Screen.id)))
    if screen_id is not None and not found:
        raise NotFound
    return found


def page(core: Core, span: Span, place: Place, limit: int) -> Page:
    """Up to `limit` plays from a place on."""
    found: list[LoggedPlay] = []
    skip = place.skip
    with snapshot(core.plays) as tx:
        for screen in [one for one in span.screens if one >= place.screen]:
            passed = skip if screen == place.screen else 0
            mine = plays_between(tx, replace(span, screens=(screen,)))
            for index, one in enumerate(mine):
                if index < passed:
                    continue
                if len(found) == limit:
                    return Page(found, Place(screen, index))
                found.append(one)
    return Page(found, None)
