"""Attacks from outside, and on the server's environment: rows 11 to 21 of security."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

REALTIME: Final = "tests/server/gateway"
SCREENS: Final = "tests/server/inventory/screens"
FLOODS: Final = "tests/security/network/test_floods.py"
HEADERS: Final = "tests/security/browsers/test_headers.py"
FUZZED: Final = "tests/security/network/test_fuzzed_sockets.py"
PLAYS: Final = "tests/server/playlog"

OUTSIDE: Final = (
    Row(
        11,
        "pairing codes can't be guessed",
        "绑定码猜不中",
        (
            Promise(
                "40 bits, ten minutes, one use, 5 wrong ones an address and minute, 100 in all, "
                "then right ones are refused too; 10^5 guesses find none",
                (
                    f"{SCREENS}/test_wrong_codes.py",
                    f"{SCREENS}/test_pairing.py::test_a_code_works_once",
                    f"{SCREENS}/test_pairing.py::test_after_ten_minutes_neither_code_is_good",
                ),
                way="clock set by hand",
            ),
        ),
    ),
    Row(
        12,
        "a cloned box is noticed, and its plays wait for a person",
        "终端被克隆会被发现，其播放记录待人核查",
        (
            Promise(
                "an older boot that beats after a newer one flags both, and is an incident",
                (
                    f"{REALTIME}/test_messages.py::"
                    "test_an_older_boot_that_beats_after_a_newer_one_has_is_a_suspected_clone",
                    "tests/server/monitoring/incidents/test_rounds.py",
                ),
                way="within a beat, of which there is one each 30 s",
            ),
            Promise(
                "plays of the newer one are put aside until a person decides",
                (f"{PLAYS}/ingest/test_clones.py", f"{PLAYS}/rawlog/test_quarantine.py"),
            ),
        ),
    ),
    Row(
        13,
        "forged plays count nothing",
        "伪造的播放记录一律不计",
        (
            Promise(
                "every rule of quarantine in two forms at least, beside honest plays that count",
                (f"{PLAYS}/ingest/test_what_is_quarantined.py",),
            ),
            Promise(
                "each play that was acknowledged has one state on every report, and a reason if it "
                "counts nowhere",
                ("tests/security/plays/test_plays_that_no_report_counts.py",),
                on_postgresql=("tests/security/plays/test_plays_that_no_report_counts.py",),
            ),
        ),
    ),
    Row(
        14,
        "floods slow nobody else down",
        "洪泛攻击不拖累他人",
        (
            Promise(
                "a thousand sockets of nobody, pongs, attachments, 500 slow heads, one screen at "
                "full speed: others are answered, memory is bounded",
                (f"{FLOODS}::test_others_are_answered_while_it_lasts",),
                way="raw sockets against a real server",
                long=(f"{FLOODS}::test_others_wait_no_more_than_twice_as_long",),
            ),
            Promise(
                "a head that never ends is cut, a message that never ends isn't gathered",
                (
                    f"{FLOODS}::test_a_head_that_never_ends_is_cut",
                    f"{FLOODS}::test_a_message_that_never_ends_is_not_gathered",
                ),
            ),
            Promise(
                "silent connections are closed when there are too many, none of a "
                "sender who is known",
                (
                    "tests/server/foundation/rest/test_strangers.py",
                    "tests/security/network/test_who_never_comes_in_goes.py",
                ),
            ),
            Promise(
                "a screen that asks or connects without a pause is paced by itself",
                (f"{SCREENS}/test_screen_pace.py",),
                way="clock set by hand",
            ),
            Promise(
                "who sends nothing but the smallest frames is read with pauses",
                (
                    "tests/server/foundation/websocket/test_a_line.py::"
                    "test_a_client_that_sends_nothing_but_thousands_of_empty_frames_is_read_with_pauses",
                ),
            ),
            Promise(
                "limits by address count no valid enrolment and no authenticated screen",
                (
                    f"{SCREENS}/test_wrong_codes.py::"
                    "test_a_room_full_of_screens_can_be_paired_at_once",
                    "tests/faults/screens/test_three_hundred_players_enrol.py",
                    "tests/faults/screens/test_a_thousand_boxes_enrol.py",
                ),
            ),
        ),
    ),
    Row(
        15,
        "what nobody thought of is answered without a fault of ours",
        "乱发的请求和消息不会弄坏服务",
        (
            Promise(
                "the API by its own description",
                (
                    "tests/server/foundation/openapi/test_fuzzing.py",
                    "tests/server/foundation/rest/test_hostile_requests.py",
                ),
                way="schemathesis; two minutes by `make fuzz`",
            ),
            Promise(
                "the sockets, and memory grows by less than 50 MB",
                (
                    f"{FUZZED}::test_an_invalid_message_ends_its_connection_with_one_line_at_most",
                    f"{FUZZED}::test_it_takes_a_thousand_in_its_stride",
                ),
                way="raw websocket, messages from a seed",
                long=(f"{FUZZED}::test_it_takes_a_hundred_thousand_in_its_stride",),
            ),
        ),
    ),
    Row(
        16,
        "nothing is smuggled into sheets, log lines, headers or file names",
        "表格公式、日志、头部、文件名均无法注入",
        (
            Promise(
                "spreadsheets run nothing",
                (
                    "tests/server/reporting/delivery/test_files.py",
                    "tests/server/reporting/raw_log/test_forms.py::"
                    "test_a_name_in_the_form_of_a_formula_is_only_text",
                ),
            ),
            Promise(
                "each log entry is one line of JSON, and holds no secret",
                ("tests/security/machines/test_logs.py",),
            ),
            Promise(
                "headers and file names of downloads keep their lines",
                ("tests/security/browsers/test_names_in_headers.py",),
            ),
        ),
    ),
    Row(
        17,
        "the server fetches nothing that a user names, and shows no HTML of theirs",
        "服务器不替用户取网址，不收用户的 HTML 和脚本",
        (
            Promise(
                "messages go to no address of metadata, follow no redirect and read no file",
                (
                    "tests/server/monitoring/notifications/test_delivery.py::"
                    "test_an_address_of_metadata_is_refused",
                    "tests/server/monitoring/notifications/test_delivery.py::test_a_redirect_is_not_followed",
                    "tests/server/monitoring/notifications/test_hard_places.py::"
                    "test_a_robot_reads_no_file_of_ours",
                ),
                way="the targets of alerts are the one exception, by people in charge",
            ),
            Promise(
                "documents reach nothing outside",
                ("tests/media/test_documents.py::test_links_to_the_outside_are_cut_off",),
            ),
            Promise(
                "names with markup in them are displayed on pages as text",
                ("tests/security/browsers/test_markup_in_names.py",),
            ),
        ),
    ),
    Row(
        18,
        "headers: a strict policy, HSTS behind TLS, no host of others on any page",
        "安全响应头，页面不引用任何外部主机",
        (
            Promise("on every kind of answer", (HEADERS,)),
            Promise(
                "every page in a browser loads nothing from elsewhere and keeps to its policy",
                (
                    "tests/server/web/console/test_every_page.py::"
                    "test_pages_load_nothing_from_elsewhere_and_keep_to_their_policy",
                ),
                way="Chromium",
            ),
        ),
    ),
    Row(
        19,
        "dependencies are pinned and audited; services are confined",
        "依赖固定并审计，服务受限运行",
        (
            Promise(
                "each package has its hashes; none is older than its last known advisory",
                ("tests/security/machines/test_dependencies.py",),
                way="floors kept with the code; `make check` reports the indexes' last answer",
            ),
            Promise(
                "the queue of jobs carries JSON, never pickles",
                (
                    "tests/server/foundation/jobs/test_queue.py::"
                    "test_a_knock_is_json_with_the_row_number_and_reaches_the_worker",
                ),
            ),
            Promise(
                "systemd units score 3.0 or less, and the service does its work in its confines",
                (
                    "tests/deploy/test_systemd_units.py",
                    "tests/deploy/test_the_service_in_its_confines.py",
                ),
                way="systemd-analyze; the unit's own confines set by hand",
            ),
            Promise(
                "Redis with ACL and password",
                ("tests/faults/machines/test_workers_reach_each_other.py",),
                way="Redis itself, with a user that may do no more than operations.md states",
            ),
        ),
    ),
    Row(
        20,
        "controls of MLPS 2.0 level 2, with what the operator has to add",
        "等级保护 2.0 二级对照，并写明运维单位要做什么",
        (
            Promise(
                "docs/dengbao.md names every group of controls, and tests that there are",
                ("tests/rules/docs/test_matrix.py::test_the_mapping_names_each_group_of_controls",),
            ),
        ),
    ),
    Row(
        21,
        "what is not promised is stated",
        "不承诺的事写明",
        (
            Promise(
                "docs/security.md states what is not promised, a compromised server first",
                ("tests/rules/docs/test_matrix.py::test_exclusions_from_the_promises_are_listed",),
            ),
        ),
    ),
)
