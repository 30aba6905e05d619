"""Faults of the box beside a screen, and of what runs for long: rows 11, 14 to 18."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

FAULTS_FOLDER: Final = "tests/faults"
HOURS: Final = "tests/journeys/district/test_hours_of_faults.py"
OPEN: Final = "tests/journeys/screens/test_a_page_that_stays_open.py"
KIOSK: Final = (
    "tests/deploy/test_kiosk_keeps_the_player_on.py::"
    "test_a_page_that_is_killed_is_back_in_10_s_and_one_that_froze_in_60"
)
SMOKE: Final = "tests/player/smoke/faults.test.js"
SURVIVES: Final = "tests/journeys/screens/test_a_screen_survives.py"
UPGRADE: Final = f"{FAULTS_FOLDER}/processes/test_upgrade_and_back.py"

BOX: Final = (
    Row(
        11,
        "the player's power is cut",
        "终端断电",
        (
            Promise(
                "playing again soon, offline too; at most one play cut, none lost or doubled",
                (
                    f"{SURVIVES}::"
                    "test_a_screen_plays_on_without_server_and_power_and_each_play_counts_once",
                ),
                way="Chromium's whole group killed",
                long=(
                    f"{SURVIVES}::test_plays_seen_to_their_end_before_a_power_cut_count_once",
                    f"{SURVIVES}::test_plays_seen_to_their_end_count_once_though_the_disk_lost_"
                    "unsynced_writes",
                ),
            ),
        ),
    ),
    Row(
        14,
        "the player's cache is poisoned",
        "终端缓存被篡改",
        (
            Promise(
                "a flipped bit is never shown, fetched again, and reported",
                (
                    f"{SMOKE}::a file with one bit changed on the way is never shown, reported, "
                    "and fetched again",
                    "tests/player/smoke/smoke.test.js",
                    "tests/player/cache.test.js::a block that was spoilt on disk is thrown away "
                    "before its first use and reported",
                ),
                way="Chromium",
            ),
            Promise(
                "an old or altered manifest is never followed",
                (
                    "tests/player/plans.test.js::a kept plan that was spoilt on disk is not played",
                    f"{SMOKE}::a manifest with one letter changed is never followed, reported, and "
                    "fetched again",
                ),
            ),
        ),
    ),
    Row(
        15,
        "the kiosk's storage is full",
        "终端存储已满",
        (
            Promise(
                "the loop plays on, records come before media, and it is reported",
                (
                    f"{SMOKE}::media that don't fit leave room for records, and the loop plays on",
                    f"{SMOKE}::on a disk without any room the loop plays on, and its records come "
                    "when there is room",
                    "tests/player/records.test.js::when the disk stays full the oldest go, and a "
                    "lost range reports that",
                ),
                way="quota set over CDP",
            ),
        ),
    ),
    Row(
        16,
        "the page is killed or freezes",
        "播放页面崩溃或卡死",
        (
            Promise(
                "back within 10 s (killed), 60 s (frozen)",
                (KIOSK, "tests/deploy/test_kiosk_judgement.py"),
                way="SIGKILL to renderers, as the kernel's where memory is out, and SIGSTOP",
            ),
            Promise(
                "shown as impaired, not as up",
                ("tests/server/monitoring/uptime/fleet/test_fleet.py::test_a_state",),
            ),
        ),
    ),
    Row(
        17,
        "nothing leaks",
        "长时间运行不泄漏",
        (
            Promise(
                "screens that start again and connections that come and go cost no more memory",
                (
                    "tests/server/gateway/test_presence.py::"
                    "test_a_screen_that_starts_again_for_years_costs_no_more_memory",
                    "tests/server/foundation/websocket/test_connections_come_and_go.py",
                ),
                way="connect and kill loops",
            ),
            Promise(
                "hours of faults: each play counts once, server and pages hold no more memory",
                (f"{HOURS}::test_a_minute_of_faults_loses_and_doubles_nothing",),
                way="500 players, 3 browsers, 10 faults; the short form has 60, 1 and 4",
                long=(
                    f"{HOURS}::test_hours_of_faults_lose_and_double_nothing_and_memory_stays_flat",
                ),
            ),
            Promise(
                "the player's page gathers nothing",
                (f"{OPEN}::test_thirty_changes_leave_no_node_and_no_listener_behind",),
                long=(
                    f"{OPEN}::"
                    "test_the_page_gathers_nothing_in_twenty_minutes_of_changes_each_second",
                ),
                way="a change each second, in the long form for twenty minutes",
            ),
        ),
    ),
    Row(
        18,
        "upgrade and downgrade under load",
        "运行中升级与回退",
        (
            Promise(
                "from the last release to this one and back, and from this one to the next, "
                "each play is held once",
                (
                    f"{UPGRADE}::test_from_the_last_release_to_this_one_and_back_no_play_is_lost",
                    f"{UPGRADE}::test_this_release_serves_on_what_the_next_one_has_added_to",
                    "tests/rules/schema/test_steps_beside_the_last_release.py",
                ),
                long=(f"{UPGRADE}::test_ten_times_there_and_back_under_fifty_players",),
                way="the release out of git, players on a bad network, the port kept",
            ),
            Promise(
                "the player of the last release works with this server",
                ("tests/journeys/screens/test_the_last_releases_player.py",),
                way="its own build in Chromium",
            ),
            Promise(
                "new players are rolled out in rings, and halt by themselves",
                (
                    "tests/server/gateway/rollouts/test_rollouts.py",
                    "tests/player/smoke/release.test.js",
                ),
            ),
        ),
    ),
)
