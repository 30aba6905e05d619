"""Attacks with some rights already, and those before any: rows 22 to 31 of security."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

HERE: Final = "tests/security"
CLOCK: Final = f"{HERE}/plays/test_a_wrong_clock_of_the_server.py"
FAULTS_FOLDER: Final = "tests/faults"
MADE_UP: Final = f"{HERE}/plays/test_made_up_names.py"
READING_ROUTES: Final = "tests/rules/access/test_reading_routes.py"
READING_AWAY: Final = "tests/faults/processes/test_the_reading_process_goes_away.py"
NEIGHBOURS: Final = f"{HERE}/plays/test_poisoned_neighbours.py"
OUTGOING: Final = f"{HERE}/network/test_outgoing_calls_stay_outside.py"
KEYS: Final = f"{HERE}/machines/test_keys_are_never_lost_unnoticed.py"
FLOODS: Final = f"{HERE}/network/test_floods_lock_nobody_out.py"
STRANGERS: Final = f"{HERE}/network/test_json_of_strangers.py"
WAITS: Final = f"{HERE}/network/test_who_never_comes_in_goes.py"
COMMAND_LINES: Final = f"{HERE}/machines/test_the_enrolment_key_is_on_no_command_line.py"
SIGNING_IN: Final = f"{HERE}/browsers/test_where_signing_in_leads.py"

CLAIMS: Final = (
    Row(
        22,
        "words of the network never unbind a screen",
        "网络上的话不能让显示屏改绑",
        (
            Promise(
                "forged words, foreign keys, statements played back or another screen's: no wrong "
                "frame, warm, reloaded and cold; what is honest needs no visit",
                (
                    "tests/journeys/screens/test_a_network_that_unbinds.py",
                    "tests/server/simulator/test_bound_again_only_by_proof.py",
                    "tests/contracts/test_binding_vectors.py",
                    "tests/player/statement.test.js",
                    "tests/server/inventory/screens/test_binding_again.py",
                ),
                way="hostile proxy, real Chromium, composited page checked",
            ),
            Promise(
                "a revoked box stays out until a person lets it in",
                ("tests/server/inventory/screens/test_enrolment_keys.py",),
            ),
            Promise(
                "words that a command shows and the code of the screen's page are displayed on the "
                "glass only if a pinned key signed them",
                (
                    "tests/contracts/test_command_vectors.py",
                    "tests/player/commands.test.js",
                    "tests/player/doorway.test.js",
                    "tests/server/gateway/test_commands.py",
                ),
            ),
        ),
    ),
    Row(
        23,
        "what a player reports is bounded by what it was sent",
        "终端说的话以下发的为限",
        (
            Promise(
                "a switch is never before its activate_at",
                (f"{HERE}/plays/test_forged_switches.py",),
            ),
            Promise(
                "plays of takeovers, by hand and of the fallback end with their window, and after "
                "a day at most",
                (f"{HERE}/plays/test_forged_takeovers.py",),
            ),
            Promise(
                "plays of one boot don't overlap, whatever offsets its batches bring",
                (f"{HERE}/plays/test_one_boot_shows_one_thing_at_a_time.py",),
            ),
            Promise(
                "what is ahead of the server's clock waits, and is judged when its time has come",
                (
                    f"{CLOCK}::test_plays_ahead_of_the_clock_count_nowhere",
                    f"{CLOCK}::test_the_next_days_honest_plays_all_count",
                    f"{CLOCK}::test_honest_plays_that_came_while_the_clock_was_behind_count_when_"
                    "their_time_has_come",
                    f"{CLOCK}::test_a_screen_that_is_silent_since_has_no_plays_ahead_of_the_clock_"
                    "either",
                ),
                way="clock set by hand",
            ),
            Promise(
                "names of files that are no digests are a bad value beside honest plays",
                (
                    f"{NEIGHBOURS}::test_a_name_of_a_file_that_is_no_digest_is_one_bad_value_"
                    "beside_honest_plays",
                ),
            ),
            Promise(
                "who has a box's token and not its key raises no rate: of a boot that has signed "
                "what isn't signed is put aside",
                (
                    f"{HERE}/plays/test_signatures_left_out.py",
                    f"{HERE}/plays/test_copied_credentials.py",
                ),
            ),
            Promise(
                "seventy forms of what wasn't shown raise no rate and take nothing from what is "
                "expected",
                (f"{HERE}/plays/test_forged_plays.py",),
                way="compared with a twin screen that hands in the honest plays alone",
            ),
        ),
    ),
    Row(
        24,
        "one job can't poison its neighbours",
        "一条坏记录不连累同批的其他记录",
        (
            Promise(
                "after a group commit that failed its jobs are tried one by one",
                (NEIGHBOURS,),
                on_postgresql=(NEIGHBOURS,),
            ),
        ),
    ),
    Row(
        25,
        "who approves, approves what he read, and what is his to approve",
        "批的就是看到的，且只批自己管的",
        (
            Promise(
                "every verdict names what was read: without it 428, on something else 412",
                (
                    f"{HERE}/signing_off/test_who_approves_has_read_it.py",
                    "tests/server/foundation/openapi/test_old_readings.py",
                ),
                way="routes of verdicts from the API's description",
            ),
            Promise(
                "a reviewer's scope covers every screen that is reached, today or later",
                (
                    f"{HERE}/signing_off/test_a_reviewer_signs_for_what_is_his.py",
                    f"{HERE}/signing_off/test_a_reviewer_decides_on_nothing_beyond.py",
                ),
                way="sign-offs from the routes",
            ),
            Promise(
                "the role `venue` writes nothing but its own filler",
                (f"{HERE}/signing_off/test_a_contact_writes_his_own_filler.py",),
                way="every route that changes something, from the routes",
            ),
        ),
    ),
    Row(
        26,
        "before there is a credential little is read, waited for or worked out",
        "未验明身份前少读、少等、少算",
        (
            Promise(
                "64 KB of JSON, on every route",
                (
                    f"{STRANGERS}::test_more_than_64_kb_without_a_credential_is_not_read",
                    f"{STRANGERS}::test_every_route_without_a_credential_is_among_those_or_reads_"
                    "nothing",
                ),
                way="every route, from the url_map",
            ),
            Promise(
                "depth is judged on bytes",
                (
                    f"{STRANGERS}::test_depth_is_judged_before_anything_is_made_of_it",
                    f"{STRANGERS}::test_brackets_in_texts_and_beside_each_other_are_not_depth",
                    f"{STRANGERS}::test_shallow_json_is_not_refused_as_deep",
                ),
            ),
            Promise(
                "with a credential too: sizes by route, parts and depth on bytes, long ones apart "
                "from the loop",
                (f"{HERE}/network/test_json_of_people.py",),
            ),
            Promise(
                "a body is waited for 20 s in silence and 60 s in all",
                (
                    f"{WAITS}::test_a_body_is_waited_for_60_seconds_in_all_and_20_in_silence",
                    f"{WAITS}::test_what_comes_too_late_is_not_read",
                    f"{WAITS}::test_silent_bodies_and_bodies_by_the_byte_come_to_an_end",
                ),
                way="raw sockets against a real server",
            ),
            Promise(
                "a socket has 10 s to join its namespace",
                (
                    "tests/server/foundation/websocket/test_a_line.py::"
                    "test_who_enters_nothing_for_ten_seconds_is_ended_long_before_the_first_ping",
                    f"{WAITS}::test_a_socket_that_enters_nothing_is_ended",
                ),
                way="raw sockets against a real server",
            ),
            Promise(
                "some hundred of them in all, of which the oldest go",
                (
                    f"{WAITS}::test_the_limits_are_those_that_were_promised",
                    f"{WAITS}::test_of_too_many_sockets_that_enter_nothing_the_oldest_go",
                ),
            ),
            Promise(
                "hashes of passwords are budgeted by network, and a try that ended busy is not a "
                "wrong one",
                (
                    f"{FLOODS}::test_a_flood_of_sign_ins_keeps_nobody_out_who_comes_from_elsewhere",
                    f"{FLOODS}::test_a_try_that_ended_busy_is_not_a_wrong_one",
                    f"{FLOODS}::test_five_busy_tries_lock_no_pin",
                    f"{FLOODS}::test_all_together_are_bounded",
                ),
            ),
            Promise(
                "pairings are counted by /64, and the oldest of the greediest network goes",
                (
                    f"{FLOODS}::test_a_network_is_what_one_line_has",
                    f"{FLOODS}::test_a_flood_of_pairings_blocks_nobody_else",
                    f"{FLOODS}::test_a_line_that_asks_too_often_loses_its_own_oldest",
                ),
            ),
        ),
    ),
    Row(
        27,
        "work of people never holds up plays or pushes",
        "人的查询和报表不拖累记录接收与推送",
        (
            Promise(
                "reports, ledgers, sheets, exports, imports and tables are worked out in a process "
                "of their own, which may go away and come back without a play that waits",
                (
                    READING_ROUTES,
                    READING_AWAY,
                    f"{FAULTS_FOLDER}/processes/test_two_workers_ask_one_reading_process.py",
                ),
            ),
            Promise(
                "memory and rows don't grow with names that a screen makes up",
                (MADE_UP,),
                on_postgresql=(MADE_UP,),
            ),
            Promise(
                "what one account sends without a pause is paced and then refused, beside which "
                "others and emergencies are answered",
                (f"{HERE}/network/test_one_person_floods.py",),
            ),
        ),
    ),
    Row(
        28,
        "outgoing calls stay outside",
        "对外调用不进内网",
        (
            Promise(
                "no loopback, link-local or metadata address, in NAT64 and other forms too, by "
                "whatever name",
                (
                    f"{OUTGOING}::test_no_address_of_the_link_or_of_metadata_is_called_whatever_is_"
                    "listed",
                    f"{OUTGOING}::test_a_name_is_resolved_and_checked_by_the_same_rules",
                    f"{OUTGOING}::test_nothing_reaches_this_machine_unless_the_operator_lists_it",
                    f"{OUTGOING}::test_a_robot_is_held_to_the_same",
                ),
            ),
            Promise(
                "private networks only from the operator's list",
                (
                    f"{OUTGOING}::test_a_network_of_ones_own_is_called_if_the_operator_lists_it",
                    f"{OUTGOING}::test_the_operator_s_list_is_what_counts",
                ),
            ),
            Promise(
                "the answer states delivered or not, and no more",
                (f"{OUTGOING}::test_a_test_message_reports_delivery_or_not_and_no_more",),
            ),
        ),
    ),
    Row(
        29,
        "after signing in nobody is led elsewhere",
        "登录后不会被带往别处",
        (
            Promise(
                "a path of this site: no scheme, host, backslash or control character",
                (
                    f"{SIGNING_IN}::test_no_address_leads_to_another_site_after_the_sign_in",
                    f"{SIGNING_IN}::test_a_page_of_ours_is_where_it_leads",
                ),
            ),
            Promise(
                "forms are sent to this site alone",
                (f"{SIGNING_IN}::test_forms_are_sent_to_this_site_alone",),
            ),
        ),
    ),
    Row(
        30,
        "keys are neither lost unnoticed nor seen by others",
        "密钥不会悄悄丢失，也不外露",
        (
            Promise(
                "a missing or empty key file stops the start with a sentence",
                (
                    f"{KEYS}::test_an_empty_secret_key_stops_the_start_with_a_sentence",
                    f"{KEYS}::test_a_missing_secret_key_stops_the_start_of_a_district",
                    f"{KEYS}::test_a_missing_signing_key_stops_the_start_of_a_district",
                    f"{KEYS}::test_an_empty_key_of_signatures_stops_the_start_with_a_sentence",
                ),
            ),
            Promise(
                "no key is written over",
                (
                    f"{KEYS}::test_the_recovery_key_outlasts_a_signing_key_that_is_gone",
                    f"{KEYS}::test_no_private_key_is_written_over_another",
                ),
            ),
            Promise(
                "secrets are on no command line",
                (COMMAND_LINES, f"{HERE}/machines/test_no_command_takes_a_secret.py"),
            ),
        ),
    ),
    Row(
        31,
        "both chains are checked each night and by the doctor",
        "两条链每晚核对，诊断也核对",
        (
            Promise(
                "the audit trail's each night, and the people on duty are notified",
                (f"{HERE}/machines/test_the_trail_is_checked_every_night.py",),
                on_postgresql=(f"{HERE}/machines/test_the_trail_is_checked_every_night.py",),
            ),
            Promise(
                "the plays' each night, and the people on duty are notified",
                (
                    "tests/server/playlog/audit/test_seals.py",
                    f"{HERE}/plays/test_the_plays_are_checked_every_night.py",
                ),
                on_postgresql=(f"{HERE}/plays/test_the_plays_are_checked_every_night.py",),
            ),
            Promise(
                "the doctor checks both, and reports it",
                (
                    "tests/server/operations/doctor/test_findings.py::"
                    "test_a_trail_that_was_changed_is_bad_and_names_the_entry",
                    "tests/server/operations/doctor/test_findings.py::"
                    "test_plays_that_were_changed_are_bad_and_name_the_day",
                ),
            ),
            Promise(
                "a server clock a day wrong for a minute leaves no false alarm behind",
                (
                    f"{CLOCK}::test_no_night_after_it_finds_anything_altered",
                    f"{FAULTS_FOLDER}/processes/test_a_clock_a_day_ahead.py",
                ),
                way="clock set by hand; a whole server whose machine is a day ahead for a minute",
            ),
        ),
    ),
)
