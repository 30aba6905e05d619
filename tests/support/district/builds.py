"""Which release of the player the district's boxes run."""

from server.gateway.rollouts import builds
from server.gateway.rollouts.builds import Build
from tests.support.factories.releases import OLD, build


def own_build() -> Build:
    """The player that the server brings along, if it was built; else one like it."""
    try:
        return builds.read_build(builds.DIST)
    except builds.NoBuild:
        return build(OLD)
