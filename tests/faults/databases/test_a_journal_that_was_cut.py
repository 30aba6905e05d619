"""A journal of SQLite (WAL) that lost its end: the rest is whole, and players hand in again.

SQLite takes the whole commits and reports nothing of the lost ones, so this can't stop a start. It
equals a restore of an older backup: players that kept their plays send them again, others declare
them missing (docs/decisions/0007).
"""

from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES, fresh_plays, url_of
from tests.support.plays.intake import ALL, Player, recount, taking_in

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite"),
    pytest.mark.long,
]


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.77])
def test_an_older_state_is_there_whole_and_all_comes_again(kept: float, tmp_path: Path) -> None:
    plays = fresh_plays(tmp_path)
    store, player = url_of(plays), Player()
    plays.engine.dispose()
    with taking_in(store) as process:
        player.hand_in(process)
        assert player.upto == ALL
        process.kill()  # so that nothing folds the journal into the database
    (journal,) = tmp_path.glob("*.db-wal")
    content = journal.read_bytes()
    journal.write_bytes(content[: int(len(content) * kept)])

    held = recount(store)

    assert held["logged"] == held["confirmed"] < ALL
    keeps_all = Player()
    with taking_in(store) as process:
        keeps_all.hand_in(process)
    assert (keeps_all.upto, recount(store)["confirmed"]) == (ALL, ALL)
