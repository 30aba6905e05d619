"""Attacks on the control of content: rows 1 to 10 of security."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

ACCOUNTS: Final = "tests/server/accounts"
ACCESS: Final = "tests/rules/access/test_access.py"
HOSTILE: Final = "tests/journeys/screens/test_a_hostile_network.py"
ROTATED: Final = "tests/faults/screens/test_keys_rotate.py"
LIBRARY: Final = "tests/server/content"
REALTIME: Final = "tests/server/gateway"
SCREENS: Final = "tests/server/inventory/screens"
STORED: Final = "tests/security/machines/test_what_is_stored.py"
HEADERS: Final = "tests/security/browsers/test_headers.py"
PLAYS: Final = "tests/server/playlog"

CONTROL: Final = (
    Row(
        1,
        "orders are signed, pinned, versioned, expiring and bound to their screen",
        "下发指令有签名、不可冒充、不可回退、会过期、只认本屏",
        (
            Promise(
                "a player refuses what is malformed, of an unknown key, wrongly signed, of another "
                "screen, older, issued before or expired",
                (
                    "tests/contracts/test_assignment_vectors.py",
                    "tests/player/assignment.test.js",
                ),
            ),
            Promise(
                "arbitrary content, rollback, freeze, mix-and-match, endless data and slow "
                "delivery put no wrong frame on the glass, and are reported",
                (f"{HOSTILE}::test_a_forging_network_never_reaches_the_glass_and_is_reported",),
                way="hostile proxy, real Chromium, composited page checked",
                long=(
                    f"{HOSTILE}::test_a_socket_that_is_kept_alive_and_silent_holds_nothing_back",
                ),
            ),
            Promise(
                "keys are changed while screens live, some of them away: none is paired again, "
                "after a theft either, and what a stranger or the stolen key signs is refused and "
                "reported",
                (
                    f"{ROTATED}::test_no_screen_is_paired_again_when_the_key_is_changed",
                    f"{ROTATED}::test_a_stolen_key_is_worth_nothing_after_recovery",
                    "tests/server/publishing/loops/test_changing_keys.py",
                    "tests/player/keys.test.js",
                ),
                way="virtual players on real sockets",
                long=(
                    f"{ROTATED}::test_a_thousand_screens_change_over",
                    f"{ROTATED}::test_a_thousand_screens_change_over_by_recovery",
                ),
            ),
        ),
    ),
    Row(
        2,
        "stop, withdrawal and takeover reach online screens in 10 s, on record",
        "停播、撤下、插播 10 秒内到达在线屏幕并留痕",
        (
            Promise(
                "200 virtual screens obey within ten seconds",
                (
                    "tests/faults/screens/test_stop_reaches_two_thousand.py::test_two_hundred_screens_obey",
                    "tests/faults/screens/test_stop_reaches_two_thousand.py::"
                    "test_two_hundred_screens_obey_within_ten_seconds",
                ),
                way="virtual players on real sockets",
                long=(
                    "tests/faults/screens/test_stop_reaches_two_thousand.py::"
                    "test_two_thousand_screens_obey_within_ten_seconds",
                ),
            ),
            Promise(
                "each is in the audit trail",
                (
                    "tests/server/campaigns/overrides/test_stops.py::"
                    "test_screens_are_notified_and_it_is_in_the_audit_trail",
                    "tests/server/campaigns/workflow/test_signoff.py::test_each_step_is_in_the_audit_trail",
                    "tests/faults/full_disks/test_a_stop_on_a_full_disk.py::"
                    "test_a_stop_is_in_force_lifted_and_on_record_without_a_free_block",
                ),
            ),
            Promise(
                "what is withdrawn leaves the glass while it is on",
                (
                    "tests/server/publishing/loops/test_overlays.py::"
                    "test_a_withdrawn_asset_is_revoked_at_once_and_then_planned_away",
                    "tests/player/conductor.test.js::"
                    "what is withdrawn while it is on gives way at once, not at its end",
                ),
            ),
        ),
    ),
    Row(
        3,
        "accounts: nothing by default, slow to guess, ended by the server",
        "账户：无默认口令，猜不快，会话由服务器终止",
        (
            Promise(
                "no default account; the first password is made at the first run",
                (
                    f"{ACCOUNTS}/test_first_run.py::"
                    "test_the_first_start_makes_the_district_and_its_administrator",
                    f"{ACCOUNTS}/test_first_run.py::test_where_there_are_people_nobody_is_added",
                ),
            ),
            Promise(
                "argon2id with a salt of its own",
                (f"{ACCOUNTS}/test_passwords.py::test_a_hash_is_argon2id_with_a_salt_of_its_own",),
            ),
            Promise(
                "wrong passwords wait longer and longer",
                (
                    f"{ACCOUNTS}/test_signing_in.py::test_wrong_passwords_wait_longer_and_longer",
                    f"{ACCOUNTS}/test_signing_in.py::test_unknown_names_wait_just_as_long",
                ),
                way="clock set by hand",
            ),
            Promise(
                "unknown people get the same answer in the same time",
                (
                    f"{ACCOUNTS}/test_signing_in.py::"
                    "test_wrong_passwords_and_unknown_people_get_the_same_answer",
                    f"{ACCOUNTS}/test_passwords.py::"
                    "test_unknown_people_cost_as_much_hashing_as_existing_ones",
                    f"{ACCOUNTS}/test_passwords.py::test_unknown_people_take_as_long_as_existing_ones",
                ),
            ),
            Promise(
                "sessions end at the server: signed out, after 30 idle minutes, after 12 hours",
                (
                    f"{ACCOUNTS}/test_signing_in.py::"
                    "test_signing_out_ends_the_session_at_the_server",
                    f"{ACCOUNTS}/test_signing_in.py::test_a_session_ends_after_thirty_idle_minutes",
                    f"{ACCOUNTS}/test_signing_in.py::test_a_busy_session_ends_after_twelve_hours",
                ),
                way="clock set by hand",
            ),
        ),
    ),
    Row(
        4,
        "boxes beside screens hold nothing that publishes, and are cut off in 5 s",
        "终端不持有发布权限，可在 5 秒内吊销",
        (
            Promise(
                "the box opens no port",
                ("tests/security/machines/test_no_open_port.py",),
                way="sockets of the browser's processes read from /proc",
            ),
            Promise(
                "its credential opens no route of people",
                (
                    f"{SCREENS}/test_records.py::test_a_screen_token_opens_no_route_of_people",
                    f"{SCREENS}/test_records.py::test_the_files_cookie_opens_nothing_else",
                    f"{ACCESS}::test_a_screens_socket_is_of_no_use_to_people",
                ),
            ),
            Promise(
                "the server keeps hashes of credentials alone",
                (f"{STORED}::test_no_credential_is_in_the_databases_in_plain_form",),
            ),
            Promise(
                "revoking works in 5 s for API, files and socket",
                (
                    f"{REALTIME}/test_real_sockets.py::"
                    "test_a_revoked_screen_loses_its_socket_and_is_not_let_in_again",
                    f"{REALTIME}/test_real_sockets.py::"
                    "test_a_revoked_screen_loses_its_socket_within_five_seconds",
                    "tests/server/accounts/test_void_credentials.py::test_a_revoked_screen_gets_nowhere",
                ),
            ),
            Promise(
                "a stolen box shows the built-in slide when its orders expire",
                (
                    "tests/player/due.test.js::"
                    "after expiry the built-in slide is shown, over takeovers too",
                    "tests/journeys/screens/test_a_campaign_ends_offline.py",
                ),
                way="clock that runs fast",
            ),
        ),
    ),
    Row(
        5,
        "stored files are named by content, served as what they are, never run",
        "文件以内容命名、按真实类型提供、绝不执行",
        (
            Promise(
                "names are digests, and nothing else becomes a path",
                (
                    "tests/media/test_store.py::test_a_name_that_is_no_digest_never_becomes_a_path",
                    f"{LIBRARY}/test_upload.py::test_a_file_name_is_only_a_label",
                ),
            ),
            Promise(
                "the type comes from content",
                (
                    "tests/media/test_uploads_are_refused.py::"
                    "test_a_playlist_dressed_up_as_a_clip_opens_no_other_file",
                    f"{LIBRARY}/test_upload.py::"
                    "test_what_can_never_be_shown_is_refused_at_once_in_words",
                ),
            ),
            Promise(
                "served with nosniff and a strict policy",
                (
                    f"{LIBRARY}/test_files.py::"
                    "test_a_person_fetches_what_his_scope_has_with_the_right_headers",
                    f"{HEADERS}::test_no_page_runs_what_isnt_a_file_of_ours",
                ),
            ),
            Promise(
                "outside of the code, and not executable",
                (f"{STORED}::test_files_are_outside_of_the_code_and_none_is_executable",),
            ),
            Promise(
                "only re-encodings are served",
                (f"{LIBRARY}/test_files.py::test_an_original_is_never_served",),
            ),
        ),
    ),
    Row(
        6,
        "hostile media: no 5xx, little memory, a minute at most, nothing else touched",
        "恶意媒体：不报 5xx、内存受限、一分钟内、不碰其他文件和网络",
        (
            Promise(
                "every ffmpeg and ffprobe has its white lists, and "
                "media/sandbox/subprocess_limits alone starts one",
                ("tests/media/video/test_ffmpeg_commands.py",),
            ),
            Promise(
                "programs are held to time, memory, output and files, and die with their parent",
                ("tests/media/test_process.py",),
            ),
            Promise(
                "a corpus of hostile files over HTTP: verdicts in words, no other file, no network",
                ("tests/media/test_corpus.py", f"{LIBRARY}/test_corpus_over_http.py"),
                way="canary files and a canary host",
                long=(
                    "tests/media/test_corpus.py::test_so_it_is_at_real_sizes",
                    f"{LIBRARY}/test_corpus_over_http.py::test_two_at_a_time_at_real_sizes",
                ),
            ),
        ),
    ),
    Row(
        7,
        "callers see their own units' objects alone; foreign appears as missing",
        "只看得到本单位的东西，别家的一律像不存在",
        (
            Promise(
                "every route, every role, one's own, foreign and missing objects",
                (ACCESS, "tests/rules/access/test_routes.py"),
                way="made from the routes themselves",
            ),
            Promise(
                "also in exports of plays",
                (
                    f"{PLAYS}/audit/test_whose_export.py",
                    "tests/server/reporting/raw_log/test_made_files.py",
                ),
            ),
        ),
    ),
    Row(
        8,
        "two people, frozen content, second factor",
        "两人审批、审后不可改、两步验证",
        (
            Promise(
                "author and reviewer differ, in the database too",
                (
                    "tests/rules/access/test_two_persons.py",
                    "tests/server/campaigns/workflow/test_two_persons.py",
                ),
            ),
            Promise(
                "what is approved can't be changed, nor changed while it is being approved",
                (
                    f"{LIBRARY}/test_signoff.py::"
                    "test_an_approved_asset_cannot_be_changed_or_deleted",
                    "tests/server/campaigns/workflow/test_signoff.py::"
                    "test_a_reviewer_who_read_an_older_content_cant_sign_the_newer_one",
                    "tests/server/foundation/db/test_many_at_once.py::"
                    "test_of_two_reviewers_one_signs_and_the_other_is_refused",
                ),
            ),
            Promise(
                "TOTP, required of administrators and reviewers where it is configured",
                (
                    f"{ACCOUNTS}/test_second_factor.py",
                    f"{ACCOUNTS}/test_required_second_factor.py",
                ),
            ),
            Promise(
                "passwords that are easily guessed are refused",
                (f"{ACCOUNTS}/test_users.py::test_a_password_that_is_easily_guessed_is_refused",),
            ),
            Promise(
                "the log is kept for 180 days at least",
                (f"{STORED}::test_nothing_of_the_audit_trail_is_ever_deleted",),
            ),
        ),
    ),
    Row(
        9,
        "the audit trail is chained, and an edit is found",
        "审计日志成链，改动可查",
        (
            Promise(
                "editing an entry is found, and so is taking one out",
                (
                    f"{ACCOUNTS}/test_audit_trail.py::test_editing_an_entry_is_found",
                    f"{ACCOUNTS}/test_audit_trail.py::test_taking_an_entry_out_is_found",
                    "tests/server/foundation/db/test_many_at_once.py::test_the_audit_trail_stays_one_chain",
                ),
            ),
            Promise(
                "the doctor reports it, and prints the last hash",
                (
                    "tests/server/operations/doctor/test_findings.py::"
                    "test_a_trail_that_was_changed_is_bad_and_names_the_entry",
                ),
            ),
        ),
    ),
    Row(
        10,
        "no page of another site acts for who is signed in here",
        "别的网站不能借已登录的人操作",
        (
            Promise(
                "token, Origin and SameSite, on every route",
                (
                    f"{ACCOUNTS}/test_forged_requests.py",
                    "tests/server/accounts/test_void_credentials.py::"
                    "test_no_page_of_another_site_changes_anything_on_any_route",
                    f"{HEADERS}::test_the_session_is_out_of_reach_of_scripts_and_other_sites",
                ),
            ),
            Promise(
                "sockets of other origins are refused, and no answer may be read by them",
                (
                    "tests/security/network/test_sockets_of_other_origins.py",
                    f"{REALTIME}/test_hints_to_open_pages.py::"
                    "test_a_page_of_another_origin_is_not_let_in",
                ),
                way="raw websocket against a real server",
            ),
        ),
    ),
)
