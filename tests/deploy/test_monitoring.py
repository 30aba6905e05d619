"""Alert rules and the dashboard: every figure they name is printed, and every alert can go off."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from server.foundation.crypto.tls import init_ca
from server.foundation.jobs.service import enqueue
from server.operations.doctor import reachability, stores
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident
from tests.support.processes.server import ROOT

MONITORING = ROOT / "deploy/monitoring"
RULES = MONITORING / "anping-rules.yml"
NAMED = re.compile(r"\b(anping_\w+)(?:\{([^}]*)\})?")

WELL = {
    'up{job="anping"}': "1x600",
    "anping_process_start_time_seconds": "5x600",
    'anping_database_up{database="plays"}': "1x600",
    "anping_redis_up": "1x600",
    "anping_workers": "2x600",
    "anping_commits_failing": "0x600",
    "anping_commits_waiting": "3x600",
    "anping_play_batches_total": "0+100x600",
    "anping_screens_heard": "900x600",
    'anping_http_requests_total{status="2xx"}': "0+100x600",
    'anping_http_requests_total{status="5xx"}': "0x600",
    'anping_http_request_seconds_bucket{le="1.0"}': "0+100x600",
    'anping_http_request_seconds_bucket{le="5.0"}': "0+100x600",
    'anping_http_request_seconds_bucket{le="+Inf"}': "0+100x600",
    "anping_loop_delay_seconds": "0.01x600",
    "anping_data_free_bytes": "90000000000x600",
    "anping_reserve_kept": "1x600",
    "anping_reading_up": "1x600",
    "anping_jobs_newest_timestamp_seconds": "0+60x600",
    "anping_jobs_late_seconds": "0x600",
    'anping_jobs{state="failed"}': "0x600",
    "anping_backup_last_success_timestamp_seconds": "0x600",
    'anping_certificate_expiry_timestamp_seconds{host="a.example"}': "50000000x600",
    "anping_process_open_fds": "900x600",
    "anping_process_max_fds": "65536x600",
    'anping_pushes_total{kind="assignment"}': "0+100x600",
    'anping_push_acks_total{outcome="accepted"}': "0+99x600",
    'anping_push_acks_total{outcome="refused"}': "0x600",
    'anping_beats_total{way="socket"}': "0+1800x600",
    'anping_beats_total{way="post"}': "0+20x600",
    "anping_sockets": "950x600",
    "anping_socket_stalled": "25x600",
    "anping_plays_acknowledged_total": "0+5000x600",
    'anping_plays_quarantined_total{reason="overlap"}': "0+5x600",
    'anping_commit_seconds_bucket{le="0.05"}': "0+100x600",
    'anping_commit_seconds_bucket{le="5.0"}': "0+100x600",
    'anping_commit_seconds_bucket{le="+Inf"}': "0+100x600",
    'anping_database_lock_failures_total{database="plays"}': "3x600",
    'anping_database_connections{database="plays",state="in_use"}': "2x600",
    'anping_database_connections_limit{database="plays"}': "15x600",
    'anping_rollup_lag_seconds{rollup="plays"}': "290x600",
    'anping_rollup_lag_seconds{rollup="uptime"}': "60x600",
}
"""Series of ten hours, a value a minute, in Prometheus' own short form: begin + step x times."""

ILL = {
    "AnpingDown": {'up{job="anping"}': "0x600"},
    "AnpingStartsAgainAndAgain": {"anping_process_start_time_seconds": "0+60x600"},
    "AnpingDatabaseAway": {'anping_database_up{database="plays"}': "0x600"},
    "AnpingReadingAway": {"anping_reading_up": "0x600"},
    "AnpingRedisAway": {"anping_redis_up": "0x600"},
    "AnpingWorkerMissing": {"anping_workers": "2x580 1x19"},
    "AnpingPlaysNotCommitted": {"anping_commits_failing": "1x600"},
    "AnpingPlaysPileUp": {"anping_commits_waiting": "3900x600"},
    "AnpingNoPlaysComeIn": {"anping_play_batches_total": "7x600"},
    "AnpingScreensLost": {"anping_screens_heard": "900x590 9x9"},
    "AnpingErrors": {'anping_http_requests_total{status="5xx"}': "0+20x600"},
    "AnpingSlow": {'anping_http_request_seconds_bucket{le="1.0"}': "0+90x600"},
    "AnpingHeldUp": {"anping_loop_delay_seconds": "1.5x600"},
    "AnpingDiskLow": {"anping_data_free_bytes": "1000000000x600"},
    "AnpingDiskFull": {"anping_data_free_bytes": "100000000x600"},
    "AnpingDiskFullSoon": {"anping_data_free_bytes": "90000000000-20000000x600"},
    "AnpingReserveUsed": {"anping_reserve_kept": "0x600"},
    "AnpingJobsSilent": {"anping_jobs_newest_timestamp_seconds": "0+30x600"},
    "AnpingJobsLate": {"anping_jobs_late_seconds": "1000x600"},
    "AnpingJobsFail": {'anping_jobs{state="failed"}': "0x570 1x29"},
    "AnpingNoBackup": {"anping_backup_last_success_timestamp_seconds": "-100000x600"},
    "AnpingCertificateEnds": {
        'anping_certificate_expiry_timestamp_seconds{host="a.example"}': "1200000x600"
    },
    "AnpingDescriptorsShort": {"anping_process_open_fds": "60000x600"},
    "AnpingOrdersUnanswered": {'anping_push_acks_total{outcome="accepted"}': "0+40x600"},
    "AnpingOrdersRefused": {'anping_push_acks_total{outcome="refused"}': "0+1x600"},
    "AnpingSocketsDontPass": {'anping_beats_total{way="socket"}': "0+10x600"},
    "AnpingReadersStalled": {"anping_socket_stalled": "60x600"},
    "AnpingPlaysPutAside": {'anping_plays_quarantined_total{reason="overlap"}': "0+600x600"},
    "AnpingCommitsSlow": {'anping_commit_seconds_bucket{le="0.05"}': "0+80x600"},
    "AnpingLocksNotHad": {'anping_database_lock_failures_total{database="plays"}': "3x590 4x9"},
    "AnpingConnectionsShort": {
        'anping_database_connections{database="plays",state="in_use"}': "14x600"
    },
    "AnpingRollupsLate": {'anping_rollup_lag_seconds{rollup="plays"}': "9000x600"},
}
"""For each alert the deviating figures, and those that follow, to make it fire."""
FOLLOWS = {"AnpingDiskFull": {"AnpingDiskLow"}}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def shown() -> list[str]:
    panels = json.loads((MONITORING / "anping-dashboard.json").read_text(encoding="utf-8"))[
        "panels"
    ]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def printed(world: World) -> dict[str, set[str]]:
    """By name of a sample, the labels that it has in a scrape of a server with something in it."""
    make_incident(world, make_screen(world))
    world.visitor().get("/healthz")
    with world.core.config.write() as session:
        enqueue(session, "keep_plays", "all", world.clock.now_ms())
    run_jobs(world.core)
    init_ca(world.core.settings.data / "keys" / "tls", datetime.now(UTC))
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(world.visitor().get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def named(expressions: list[str]) -> set[tuple[str, str]]:
    """Names of figures in expressions, each with a label that is asked for there, or ''."""
    found: set[tuple[str, str]] = set()
    for expression in expressions:
        for name, selector in NAMED.findall(expression):
            found.add((name, ""))
            found |= {(name, label) for label in re.findall(r"(\w+)=", selector)}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("where", ["rules", "dashboard"])
def test_every_figure_that_is_named_is_printed(world: World, where: str) -> None:
    wanted = named(shown() if where == "dashboard" else [rule["expr"] for rule in rules()])
    there = printed(world)

    assert len(wanted) > 15
    assert {name for name, _ in wanted if name not in there} == set()
    assert {(n, label) for n, label in wanted if label and label not in there[n]} == set()


def test_every_figure_of_ours_is_on_the_dashboard_or_in_a_rule(world: World) -> None:
    used = {name for name, _ in named([*shown(), *(rule["expr"] for rule in rules())])}
    beside = {"_created", "_bucket", "_count", "_sum"}
    ours = {n for n in printed(world) if not any(n.endswith(end) for end in beside)}

    assert {n for n in ours - used if not n.startswith("anping_process_")} == set()


def test_no_two_panels_overlap() -> None:
    panels = json.loads((MONITORING / "anping-dashboard.json").read_bytes())["panels"]
    taken = [
        (place["x"] + dx, place["y"] + dy)
        for place in (panel["gridPos"] for panel in panels)
        for dx in range(place["w"])
        for dy in range(place["h"])
    ]

    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_little_space_is_the_same_bound_as_the_doctors() -> None:
    limits = {rule["alert"]: rule["expr"].rpartition(" ")[2] for rule in rules()}

    assert int(limits["AnpingDiskLow"]) == stores.LITTLE_BYTES
    assert int(limits["AnpingDiskFull"]) == stores.LEAST_BYTES
    assert int(limits["AnpingJobsSilent"]) == stores.SILENT_MS // 1000
    assert int(limits["AnpingJobsLate"]) == stores.LATE_MS // 1000
    assert int(limits["AnpingCertificateEnds"]) == reachability.FEW_DAYS * 86_400


def test_each_alert_states_in_both_languages_what_is_wrong_and_leads_to_what_to_do() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}

    for rule in rules():
        zh, _, en = rule["annotations"]["summary"].partition(" · ")
        assert re.search(r"[\u4e00-\u9fff]", zh), rule["alert"]
        assert en.strip(), rule["alert"]
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (file, anchor in anchors) == ("docs/operations.md", True), rule["alert"]


def test_each_rule_has_the_form_that_prometheus_reads() -> None:
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["alert"])
        assert re.fullmatch(r"\d+[smhd]", rule["for"])
        assert set(rule["labels"]) == {"severity"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "runbook"}
    for expression in [*shown(), *(rule["expr"] for rule in rules())]:
        left = re.sub(r'"[^"]*"', "", expression)
        while (fewer := re.sub(r"\([^()]*\)|\{[^{}]*\}|\[\d+[smhd]\]", "", left)) != left:
            left = fewer
        assert not re.search(r"[(){}\[\]\"]", left), expression


def test_pages_state_how_many_alerts_there_are() -> None:
    for page in ("docs/status.md", "docs/operations.md"):
        assert f"{len(rules())} alerts" in (ROOT / page).read_text(encoding="utf-8"), page


def test_there_is_a_case_for_each_alert() -> None:
    assert set(ILL) == {rule["alert"] for rule in rules()}


def case(series: dict[str, str], alerts: set[str]) -> dict[str, Any]:
    """One run of promtool: what goes off at the end of ten hours."""
    texts = {rule["alert"]: rule for rule in rules()}
    expected = []
    for name in sorted(texts):
        found: dict[str, Any] = {"eval_time": "10h", "alertname": name}
        if name in alerts:
            found["exp_alerts"] = [raised(texts[name])]
        expected.append(found)
    return {
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "alert_rule_test": expected,
    }


def raised(rule: dict[str, Any]) -> dict[str, Any]:
    """The alert as it would be sent."""
    labels = {"severity": rule["labels"]["severity"]}
    summary = rule["annotations"]["summary"]
    for name, value in (("database", "plays"), ("host", "a.example"), ("job", "anping")):
        token = "{{ $labels." + name + " }}"
        if token in summary or (name == "job" and rule["alert"] == "AnpingDown"):
            labels[name] = value
            summary = summary.replace(token, value)
    if rule["alert"] == "AnpingJobsFail":
        labels["state"] = "failed"
    return {"exp_labels": labels, "exp_annotations": {**rule["annotations"], "summary": summary}}


@pytest.mark.long
@pytest.mark.slow
def test_each_alert_goes_off_when_it_should_and_when_all_is_well_none(tmp_path: Path) -> None:
    ill = [case(WELL | other, {name, *FOLLOWS.get(name, ())}) for name, other in ILL.items()]
    tests = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "5m",
        "tests": [case(WELL, set()), *ill],
    }
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(tests, allow_unicode=True), encoding="utf-8")

    done = subprocess.run(
        ["promtool", "test", "rules", str(tmp_path / "tests.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_prometheus_understands_its_example() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", "--syntax-only", str(MONITORING / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
