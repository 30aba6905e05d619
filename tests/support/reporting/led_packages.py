"""Packs for LED controllers, as ordered."""

from server.publishing.led_packages.models import LedPack
from tests.support.app.people import Person
from tests.support.app.world import World


def make_led_pack(world: World, person: Person, venue: int) -> str:
    """A pack of a person's that waits to be made; its id."""
    with world.core.config.write() as session:
        row = LedPack(
            user_id=person.user_id,
            venue_id=venue,
            width=384,
            height=64,
            pictures="jpg",
            language="zh_CN",
            address="",
            state="queued",
            created_at=world.clock.now_ms(),
        )
        session.add(row)
        session.flush()
        return f"lp_{row.id}"
