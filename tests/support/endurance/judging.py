"""What a run has shown: counts that agree, memory that is flat; and all figures."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.support.app.databases import open_plays
from tests.support.devices.one_plan_crowd import Held, held
from tests.support.endurance.account import Account, account
from tests.support.endurance.crowd import LEDGER
from tests.support.endurance.memory import MIB
from tests.support.endurance.run import Run
from tests.support.plays.confirmed import confirmed
from tests.support.processes.server import command

# Of a page, as faults.md has it: less than 1 MB an hour.
MOST_HEAP_AN_HOUR = 1_000_000
# Flat: an object of 48 bytes for each of the 180,000 plays an hour would be more.
MOST_SERVER_AN_HOUR = 8 * MIB
# Where jobs are done, what a kind of job needs is taken in when the first comes.
MOST_WEB_MORE, MOST_SERVER_MORE, MOST_PAGE_MORE = 8 * MIB, 48 * MIB, 32 * MIB
# Of 360 changes an hour none leaves a node or a listener behind.
MOST_NODES_MORE, MOST_LISTENERS_MORE = 20, 8
TOGETHER = "together"
LARGE = 10_000


def count(run: Run) -> None:
    """Acknowledged plays are stored; plays shown whole are counted and booked."""
    site = run.site
    ledger = json.loads((site.folder / LEDGER).read_text())
    recorded = {boot: bytes.fromhex(plays) for boot, plays in ledger["plays"].items()}
    reported = confirmed(site.server.base, site.district.token, 1)
    run.holds(site.server.stop() == 0, "the server ended badly")
    store = held(open_plays(site.plays_url))
    own = {boot: plays for screen in run.screens for boot, plays in screen.recorded().items()}
    found = account(site.plays_url, {**recorded, **own})
    _check_store(run)
    _check_acknowledged(run, ledger, recorded, store)
    _check_screens(run, store)
    _check_sums(run, found, store, reported)
    switches = ledger["switched"] + len(run.screens)
    run.holds(len(found.first) <= switches, f"{len(found.first)} first of {switches} switches")
    kept = ("refused", "words", "incidents", "on", "left", "holes", "lost", "switched")
    run.figures["crowd"] = {name: ledger[name] for name in kept}


def _check_store(run: Run) -> None:
    verified = command(run.site.folder, "rollups", "verify")
    well = (verified.returncode, verified.stderr) == (0, "")
    run.holds(well, f"rollups verify: {verified.stdout[-500:]} {verified.stderr[-500:]}")
    plays = sqlite3.connect(run.site.folder / "data" / "plays.db")
    whole = plays.execute("PRAGMA integrity_check").fetchall()
    plays.close()
    run.holds(whole == [("ok",)], f"the database: {whole}")


def _check_acknowledged(
    run: Run, ledger: dict[str, Any], recorded: dict[str, bytes], store: Held
) -> None:
    """By boot of the crowd: plays handed in, acknowledged and stored are the same."""
    acknowledged = ledger["told"]
    odd = {
        boot: (len(plays), acknowledged.get(boot), store.marks.get(boot))
        for boot, plays in recorded.items()
        if not len(plays) == acknowledged.get(boot) == store.marks.get(boot)
    }
    run.holds(not odd, f"handed in, told, held by boot: {dict(list(odd.items())[:10])}")
    for name, nothing in (("left", 0), ("holes", 0), ("lost", [])):
        run.holds(ledger[name] == nothing, f"of the crowd {name}: {str(ledger[name])[:500]}")


def _check_screens(run: Run, store: Held) -> None:
    """Of each real screen: the acknowledged plays are stored, no others, and its glass was well."""
    for one in run.screens:
        for boot in one.boots:
            upto, acknowledged = store.marks.get(boot, 0), one.acked[boot]
            last = max((seq for name, seq in one.records if name == boot), default=0)
            # When its power goes, open pages and those ending in that instant are read by nobody.
            run.holds(
                acknowledged <= upto <= last + 2, f"{one.name}: {boot} {acknowledged} {upto} {last}"
            )
        run.holds(one.lost == [], f"{one.name} lost {one.lost}")
        run.holds(set(one.seen) <= {"approved", "loading"}, f"{one.name}: {dict(one.seen)}")
        run.figures[one.name] = {
            "records": len(one.records),
            "acknowledged": sum(one.acked.values()),
            "held": sum(store.marks.get(boot, 0) for boot in one.boots),
            "boots": len(one.boots),
            "glass": dict(one.seen),
        }


def _check_sums(run: Run, found: Account, store: Held, reported: int) -> None:
    held_at = {
        "by marks": sum(store.marks.values()), "in batches": store.stored, "in rows": found.stored,
    }  # fmt: skip
    counts = {
        "counted in rows": len(found.counted),
        "by the report": reported,
        "booked by screen": store.booked_by_screen,
        "booked by day": store.booked_by_day,
        "shown whole": len(found.whole - found.first),
    }
    run.figures |= {
        "held": held_at,
        "counts": counts,
        "begun before their plan": len(found.first),
        "verdicts": dict(found.verdicts),
    }
    run.holds(len(set(held_at.values())) == 1, f"held: {held_at}")
    run.holds(len(set(counts.values())) == 1, f"counts: {counts}")
    run.holds(not found.odd, f"odd: {found.odd[:10]}")
    run.holds(not found.lost, f"lost: {sorted(found.lost)[:10]}")


def judge_memory(run: Run) -> None:
    """Flat: the server's processes and each page, in the longest life of each."""
    lasting = run.samples.keep_what_lasts("server", TOGETHER)
    for name in lasting:
        more = MOST_WEB_MORE if name == next(filter(is_web, lasting)) else MOST_SERVER_MORE
        _check_growth(run, "server", name, None, more)
    _check_growth(run, "server", TOGETHER, MOST_SERVER_AN_HOUR, MOST_SERVER_MORE)
    for one in run.screens:
        _check_growth(run, one.name, "heap", MOST_HEAP_AN_HOUR, MOST_PAGE_MORE)
        _check_growth(run, one.name, "private", None, MOST_PAGE_MORE)
        _check_growth(run, one.name, "nodes", None, MOST_NODES_MORE)
        _check_growth(run, one.name, "listeners", None, MOST_LISTENERS_MORE)


def _check_growth(run: Run, who: str, name: str, an_hour: float | None, more: float) -> None:
    """Below a slope, and in its last third by so much more than in its first at most."""
    found = run.samples.growth(who, name)
    if found is None:
        run.holds(not run.course.slopes, f"too few looks at {who} {name}")
        return
    words = f"{who} {name}: {found.words()}"
    run.figures[f"{who} {name}"] = found.words()
    run.holds(found.later <= more, words)
    if an_hour is not None and run.course.slopes:
        run.holds(found.an_hour < an_hour, words)


def is_web(process: str) -> bool:
    """Whether it serves, by its name; the largest of these holds the sockets."""
    return process.startswith("gunicorn")


def report(run: Run, evidence: str) -> None:
    """All samples and figures, on the screen and in a file of the folder `evidence`."""
    table = run.samples.table()
    print("\n  min  who       life  what")
    for row in table:
        facts = {name: _short(value) for name, value in row.items() if name not in HEAD}
        print(f"{row['at_s'] / 60:5.1f}  {row['who']:<8}  {row['life']:>4}  {facts}")
    summary = {"figures": run.figures, "fell short": run.short}
    print(json.dumps(summary, indent=1, ensure_ascii=False), flush=True)
    folder = Path(evidence or run.site.folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**summary, "samples": table}, indent=1, ensure_ascii=False)
    (folder / "endurance.json").write_text(text)


HEAD = ("who", "life", "at_s")


def _short(value: float) -> float:
    return round(value / MIB, 2) if value > LARGE else value
