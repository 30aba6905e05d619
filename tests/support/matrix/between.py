"""Faults between screens and server: clocks, networks, messages, crowds."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

FAULTS_FOLDER: Final = "tests/faults"
CLOCK: Final = "tests/journeys/screens/test_a_box_with_a_wrong_clock.py"
COME_BACK: Final = f"{FAULTS_FOLDER}/processes/test_all_come_back.py"
HOSTILE: Final = "tests/journeys/screens/test_a_hostile_network.py"
PLAYS: Final = "tests/server/playlog"
SMOKE: Final = "tests/player/smoke/faults.test.js"
SURVIVES: Final = "tests/journeys/screens/test_a_screen_survives.py"
UNREAD: Final = "tests/server/foundation/websocket/test_a_client_that_stops_reading.py"

BETWEEN: Final = (
    Row(
        8,
        "clocks are wrong",
        "时钟不准",
        (
            Promise(
                "the server's: what is doubtful is unknown, orders never go back in time",
                (
                    "tests/server/monitoring/uptime/heartbeats/test_own_beat.py",
                    "tests/server/publishing/loops/test_issuing.py::"
                    "test_issued_at_never_goes_back_when_the_clock_does",
                    f"{PLAYS}/rollups/test_frozen_days.py::"
                    "test_a_clock_that_went_back_makes_no_late_play_one_in_time",
                ),
                way="clock set by hand",
            ),
            Promise(
                "the player's: plays are counted by corrected time, on the right day",
                (f"{PLAYS}/ingest/test_clocks.py", "tests/player/clock.test.js"),
                way="clock set by hand",
            ),
            Promise(
                "in a browser of 1970 and of 2038 in another zone what is due is on, and counted "
                "today; a day ahead, and started again without a network, in the long form",
                (
                    f"{CLOCK}::"
                    "test_a_box_of_1970_or_2038_in_another_zone_shows_what_is_due_and_counts_it_today",
                ),
                long=(f"{CLOCK}::test_the_servers_time_decides_over_the_boxs_clock",),
                way="the time of the page's own clock, the browser's zone",
            ),
        ),
    ),
    Row(
        9,
        "the network is cut, slow, lossy or half open",
        "网络中断、缓慢、丢包、半开",
        (
            Promise(
                "a screen plays on, counts, and hands in in order",
                (
                    f"{SURVIVES}::"
                    "test_a_screen_plays_on_without_server_and_power_and_each_play_counts_once",
                ),
            ),
            Promise(
                "four weeks, and beyond the end of its orders",
                ("tests/journeys/screens/test_a_campaign_ends_offline.py",),
                way="clock that runs fast",
            ),
            Promise(
                "downloads that were cut go on",
                (
                    "tests/player/cache.test.js::"
                    "a download that was cut goes on at the first missing block",
                ),
            ),
            Promise(
                "a dead connection is noticed within a minute at both ends",
                (
                    f"{UNREAD}::test_one_that_answers_no_ping_is_let_go_after_the_first",
                    f"{UNREAD}::test_one_that_answers_no_ping_is_let_go_within_a_minute",
                    "tests/player/heartbeat.test.js::a server that falls silent without closing "
                    "is noticed after its interval and timeout",
                ),
            ),
            Promise(
                "20 % loss, 3 s of latency, 256 kbit/s: each play handed in once and in order",
                (f"{FAULTS_FOLDER}/screens/test_a_slow_line.py",),
                way="TCP proxy that holds back, virtual players",
            ),
        ),
    ),
    Row(
        10,
        "a captive portal or proxy answers with its own page, or cuts bodies",
        "强制门户或代理返回自己的网页、截断内容",
        (
            Promise(
                "nothing of it is kept or shown",
                (
                    f"{SMOKE}::a portal that answers everything with its own page changes nothing "
                    "and is given nothing",
                    "tests/player/hostile.test.js",
                    f"{HOSTILE}::test_a_forging_network_never_reaches_the_glass_and_is_reported",
                ),
                way="proxy, real Chromium",
            ),
        ),
    ),
    Row(
        12,
        "batches come twice, out of order, with gaps, or are garbage",
        "记录重复、乱序、缺号或是垃圾",
        (
            Promise(
                "totals are exact, whatever comes in whatever order",
                (f"{PLAYS}/ingest/test_exactly_once.py",),
            ),
            Promise(
                "garbage, NaN, bad UTF-8, too deep, too large: 4xx, others unaffected",
                (
                    f"{PLAYS}/model/test_batches_on_the_wire.py",
                    "tests/server/foundation/rest/test_hostile_requests.py",
                    "tests/security/network/test_fuzzed_sockets.py::"
                    "test_a_message_that_lacks_sense_is_answered_and_the_connection_goes_on",
                ),
            ),
        ),
    ),
    Row(
        13,
        "all players come back at once",
        "所有终端同时重连",
        (
            Promise(
                "they come spread over time, and a killed server's players lose nothing",
                (
                    "tests/server/gateway/test_real_sockets.py::"
                    "test_players_are_notified_when_the_server_stops",
                    "tests/server/gateway/test_real_sockets.py::"
                    "test_players_are_notified_when_the_server_stops_and_it_stops_quickly",
                    "tests/server/simulator/test_a_crowd_against_a_real_server.py",
                    "tests/server/gateway/test_a_reload_of_many.py",
                ),
                way="300 virtual players",
                long=(
                    f"{FAULTS_FOLDER}/processes/test_our_outage_is_ours.py::"
                    "test_ten_minutes_without_a_server_are_held_against_none_of_500_screens",
                ),
            ),
            Promise(
                "after a kill all are back within seconds, and no play is lost",
                (
                    f"{COME_BACK}::test_two_hundred_are_back_and_none_has_lost_a_play",
                    f"{COME_BACK}::test_two_hundred_are_back_within_seconds",
                ),
                way="kill -9 of the web worker",
                long=(f"{COME_BACK}::test_five_thousand_are_back_within_seconds",),
            ),
            Promise(
                "10,000 of them are all back within 120 s",
                (
                    f"{COME_BACK}::test_two_hundred_are_back_and_none_has_lost_a_play",
                    f"{COME_BACK}::test_two_hundred_are_back_within_seconds",
                ),
                way="the short form has 200",
                long=(f"{COME_BACK}::test_a_storm_of_ten_thousand_is_over_in_two_minutes",),
            ),
        ),
    ),
    Row(
        19,
        "a client stops reading",
        "客户端停止读取",
        (
            Promise(
                "never a broken frame, flat memory, neighbours not delayed",
                (
                    f"{UNREAD}::"
                    "test_it_gets_whole_frames_and_the_newest_assignment_once_it_reads_again",
                    f"{UNREAD}::test_one_that_asks_and_never_reads_the_answers_is_ended",
                ),
                long=(
                    f"{UNREAD}::test_after_minutes_it_was_let_go_and_what_it_still_reads_is_whole",
                ),
                way="raw websocket with a small buffer",
            ),
        ),
    ),
)
