"""What a first run makes, without the starter pack: half a minute of a processor that few need."""

from sqlalchemy import delete

from server.content.assets.starter_pack import install_starter
from server.foundation.jobs.models import Job
from tests.support.app.inventory import root_unit
from tests.support.app.world import World


def make_waiting_picture(world: World) -> None:
    """As on a server whose starter pack was made before and taken away by its office."""
    root_unit(world)
    install_starter(world.core)
    with world.core.config.write() as session:
        session.execute(delete(Job).where(Job.kind == "make_starter"))
