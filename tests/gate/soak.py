"""The stages of `make soak`: one for each file, named after it, to be run in batches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.gate.stages import POSTGRESQL, SPREAD, Stage, pytest_run

SERVER: Final = "tests/server"
KILLS: Final = {"ANPING_TEST_KILLS": "100"}
SECONDS: Final[Mapping[str, int]] = {
    "tests/faults/databases/test_a_database_that_is_locked.py": 40,
    "tests/faults/databases/test_killed_at_a_write.py": 640,
    "tests/faults/databases/test_killed_while_tying.py": 330,
    "tests/faults/databases/test_postgres_goes_away.py": 220,
    "tests/faults/machines/test_redis_goes_away.py": 160,
    "tests/faults/processes/test_all_come_back.py": 60,
    "tests/faults/processes/test_exactly_once_under_fire.py": 1950,
    "tests/faults/processes/test_our_outage_is_ours.py": 1000,
    "tests/faults/processes/test_upgrade_and_back.py": 650,
    "tests/faults/processes/test_uploads_survive.py": 260,
    "tests/faults/screens/test_keys_rotate.py": 370,
    "tests/faults/screens/test_stop_reaches_two_thousand.py": 50,
    "tests/journeys/district/test_hours_of_faults.py": 7500,
    "tests/journeys/screens/test_a_box_with_a_wrong_clock.py": 60,
    "tests/journeys/screens/test_a_camera_sees_no_black.py": 330,
    "tests/journeys/screens/test_a_hostile_network.py": 50,
    "tests/journeys/screens/test_a_page_that_stays_open.py": 1850,
    "tests/journeys/screens/test_a_screen_survives.py": 900,
    "tests/media/test_corpus.py": 180,
    "tests/security/network/test_floods.py": 250,
    "tests/security/network/test_fuzzed_sockets.py": 3400,
    f"{SERVER}/content/test_corpus_over_http.py": 340,
    f"{SERVER}/foundation/websocket/test_a_client_that_stops_reading.py": 200,
    f"{SERVER}/operations/demo/test_full_demo.py": 190,
    f"{SERVER}/reporting/delivery/test_exclusions.py": 250,
}
"""Files with tests marked `soak`, and how long each takes: docs/reliability.md, "The soak, file by
file"."""


def soak() -> list[Stage]:
    """What goes on for hours. Nothing is retried, and each file has its own process."""
    return [*(_of_file(file, seconds) for file, seconds in SECONDS.items()), *_on_postgresql()]


def _of_file(file: str, seconds: int) -> Stage:
    name = Path(file).stem.removeprefix("test_")
    return Stage(name, [[pytest_run(name, "-s", "-m", "soak", file, **KILLS)]], seconds)


def _on_postgresql() -> list[Stage]:
    """The long forms of the server's tests there, and all slow ones that the gate leaves out."""
    slow = "slow and not browser and not soak"
    everything = {**POSTGRESQL, "ANPING_TEST_ALL": "1"}
    long_forms = pytest_run("postgresql", "-s", "-m", "soak", SERVER, **POSTGRESQL)
    rest = pytest_run("postgresql-slow", "-n", "4", *SPREAD, "-m", slow, SERVER, **everything)
    return [
        Stage("postgresql", [[long_forms]], 2400),
        Stage("postgresql-slow", [[rest]], 2400),
    ]
