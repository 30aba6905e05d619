"""Faults of the server and its dependencies: rows 1 to 7."""

from typing import Final

from tests.support.matrix.rows import Promise, Row

FAULTS_FOLDER: Final = "tests/faults"
FIRE: Final = f"{FAULTS_FOLDER}/processes/test_exactly_once_under_fire.py"
LIBRARY: Final = "tests/server/content"
PLAYS: Final = "tests/server/playlog"
UPLOADS: Final = f"{FAULTS_FOLDER}/processes/test_uploads_survive.py"
DAMAGED: Final = f"{FAULTS_FOLDER}/databases/test_lost_or_damaged_databases.py"
FULL_DISK: Final = f"{FAULTS_FOLDER}/full_disks/test_a_stop_on_a_full_disk.py"

SERVER: Final = (
    Row(
        1,
        "the server is killed while plays come in",
        "接收播放记录时服务被强行终止",
        (
            Promise(
                "50 players, each fault of a network, kills with -9: acknowledged = counted, and "
                "serving again within 5 s",
                (
                    f"{FIRE}::"
                    "test_acknowledged_plays_count_once_through_kills_of_server_and_database",
                ),
                way="kill -9",
                long=(f"{FIRE}::test_a_hundred_kills_lose_and_double_nothing",),
            ),
            Promise(
                "a kill at the n-th write to the disk",
                (
                    f"{FAULTS_FOLDER}/databases/test_killed_at_a_write.py::"
                    "test_at_whatever_write_it_dies_what_it_acknowledged_is_held",
                ),
                way="strace injects the signal",
                long=(
                    f"{FAULTS_FOLDER}/databases/test_killed_at_a_write.py::"
                    "test_at_each_of_the_first_two_hundred_writes",
                ),
            ),
            Promise(
                "power cuts between commit and answer",
                (f"{PLAYS}/store/test_power_cuts.py",),
            ),
        ),
    ),
    Row(
        2,
        "a kill in an upload, in transcoding, in publishing, in a migration",
        "上传、转码、发布、升级数据库途中被终止",
        (
            Promise(
                "uploads go on, or leave nothing",
                (
                    f"{UPLOADS}::test_an_upload_of_64_mib_survives_three_interruptions",
                    f"{UPLOADS}::test_a_kill_in_an_upload_and_one_in_processing_leave_nothing_half",
                ),
                way="kill -9",
                long=(f"{UPLOADS}::test_kills_at_ten_random_instants_leave_nothing_half",),
            ),
            Promise(
                "processing is begun again, three times at most, then failed with a reason",
                (
                    f"{LIBRARY}/test_killed_processing.py",
                    "tests/server/foundation/jobs/test_leases.py::"
                    "test_a_job_that_kills_its_worker_three_times_is_given_up_too",
                    "tests/server/foundation/jobs/test_worker_process.py",
                ),
                way="kill -9",
            ),
            Promise(
                "a migration is done or not begun",
                (
                    f"{FAULTS_FOLDER}/databases/test_killed_migrations.py",
                    "tests/rules/schema/test_migrations.py::"
                    "test_a_step_that_fails_half_way_leaves_nothing_behind",
                ),
                way="kill -9 at a write, by strace",
            ),
            Promise(
                "a kill in publishing: each screen has the old or the new order, whole",
                (f"{FAULTS_FOLDER}/databases/test_killed_publishing.py",),
                way="kill -9 at a write, by strace",
            ),
        ),
    ),
    Row(
        3,
        "the disk is full",
        "磁盘写满",
        (
            Promise(
                "sign-in, stop and takeover go on from a reserve that nothing else can use up; it "
                "is set aside again later",
                (FULL_DISK,),
                way="small tmpfs, filled to the last byte",
            ),
            Promise(
                "approvers are notified meanwhile, and again where it didn't arrive; other "
                "work of the jobs process waits",
                (
                    f"{FULL_DISK}::test_who_has_to_approve_is_notified_while_other_work_waits",
                    f"{FULL_DISK}::test_who_isnt_reached_is_notified_when_it_is_time_to_try_again",
                    f"{FAULTS_FOLDER}/full_disks/test_a_server_on_a_full_disk.py::"
                    "test_a_whole_server_that_starts_without_a_byte_stops_takes_over_and_notifies_who_approves",
                ),
                way="a whole server, by serve, that starts on a tmpfs without a byte",
            ),
            Promise(
                "the reserve lasts for 50 stops of 2,000 screens, each lifted again",
                (f"{FAULTS_FOLDER}/full_disks/test_how_long_the_reserve_lasts.py",),
                way="ten of 20 screens in the gate",
            ),
            Promise(
                "whatever else people ask for is read as ever, or refused in words",
                (f"{FAULTS_FOLDER}/full_disks/test_every_route_on_a_full_disk.py",),
                way="every route, by somebody who may",
            ),
            Promise(
                "a server that was stopped starts again",
                (f"{FULL_DISK}::test_a_server_that_was_stopped_starts_again_without_a_free_block",),
            ),
            Promise(
                "uploads are 507 in words",
                (f"{LIBRARY}/test_resumable_uploads.py::test_a_full_disk_is_507_in_words",),
            ),
            Promise(
                "plays are 503 with Retry-After, uploads 507, people sign in and stop, and with "
                "room all goes on without a restart",
                (f"{FAULTS_FOLDER}/full_disks/test_a_server_on_a_full_disk.py",),
                way="a server with databases, files and log on a tmpfs without a byte",
            ),
            Promise(
                "plays that can't be written are acknowledged to nobody",
                (
                    f"{PLAYS}/ingest/test_handing_in_over_http.py::"
                    "test_a_store_that_cannot_write_gives_a_retry_time",
                    f"{PLAYS}/store/test_group_commit.py::"
                    "test_a_lasting_failure_is_logged_once_and_its_end_once",
                ),
                way="a store that refuses to write",
            ),
        ),
    ),
    Row(
        4,
        "SQLite: locked, unwritable, damaged or lost",
        "SQLite 被锁、写不进、损坏或丢失",
        (
            Promise(
                "locked by somebody else: 503 within 8 s, also by socket; reads go on; then well",
                (
                    "tests/server/foundation/db/test_patience.py",
                    f"{FAULTS_FOLDER}/databases/test_a_database_that_is_locked.py",
                    f"{PLAYS}/store/test_group_commit.py::"
                    "test_while_another_writer_holds_the_store_callers_get_busy",
                    "tests/server/foundation/jobs/test_queue.py::"
                    "test_a_queue_that_stays_locked_neither_fails_nor_holds_up_callers",
                ),
                long=(
                    f"{FAULTS_FOLDER}/databases/test_a_database_that_is_locked.py::"
                    "test_so_they_are_for_half_a_minute",
                ),
            ),
            Promise(
                "no answer without a durable commit",
                (
                    f"{PLAYS}/store/test_group_commit.py::test_a_caller_is_answered_only_after_the_commit",
                    f"{PLAYS}/store/test_group_commit.py::test_each_commit_is_flushed_to_the_disk",
                    f"{FAULTS_FOLDER}/databases/test_a_disk_that_fails_to_sync.py",
                ),
                long=(
                    f"{FAULTS_FOLDER}/databases/test_a_disk_that_fails_to_sync.py::"
                    "test_what_a_killed_process_left_unsynced_is_synced_before_it_is_acknowledged",
                ),
                way="strace has fsync fail with EIO, or kills in its place",
            ),
            Promise(
                "damaged or lost: one sentence, no traceback, never an empty one in silence",
                (DAMAGED,),
                way="pages written over, files cut and taken away",
            ),
            Promise(
                "the drill of a restore",
                (
                    "tests/server/operations/backup/test_real_server.py::"
                    "test_a_killed_server_is_restored_and_its_player_goes_on",
                    "tests/server/operations/backup/test_real_server.py::"
                    "test_a_killed_server_is_restored_within_minutes_and_its_player_goes_on",
                ),
            ),
            Promise(
                "a journal (WAL) that was cut leaves an older state, whole, which players mend",
                (f"{FAULTS_FOLDER}/databases/test_a_journal_that_was_cut.py",),
            ),
        ),
    ),
    Row(
        5,
        "PostgreSQL restarts, is killed, is away",
        "PostgreSQL 重启、被终止、连不上",
        (
            Promise(
                "back within 5 s, nothing acknowledged lost, nothing twice",
                (f"{FAULTS_FOLDER}/databases/test_postgres_goes_away.py",),
                way="a private PostgreSQL: killed, shut down and started, stopped where it is",
                long=(
                    f"{FAULTS_FOLDER}/databases/test_postgres_goes_away.py::"
                    "test_so_it_is_when_it_is_away_for_a_minute",
                    f"{FIRE}::test_a_hundred_kills_lose_and_double_nothing",
                ),
            ),
        ),
    ),
    Row(
        6,
        "Redis is gone, stopped, flushed",
        "Redis 消失、停止、清空",
        (
            Promise(
                "playing and taking in go on; orders fall back to the rows, and nobody hangs",
                (f"{FAULTS_FOLDER}/machines/test_redis_goes_away.py",),
                way="Redis itself, killed, emptied and stopped for seconds under two workers",
                long=(
                    f"{FAULTS_FOLDER}/machines/test_redis_goes_away.py::test_and_so_they_do_for_a_minute",
                ),
            ),
        ),
    ),
    Row(
        7,
        "nginx reloads or is killed",
        "nginx 重载或被终止",
        (
            Promise(
                "sockets come back, and no play is lost",
                (f"{FAULTS_FOLDER}/processes/test_nginx_goes_away.py",),
                way="nginx itself, reloaded three times and killed once",
            ),
            Promise(
                "an upload survives a reload",
                (
                    "tests/deploy/test_behind_nginx.py::"
                    "test_an_upload_passes_as_it_comes_and_survives_a_reload",
                ),
                way="nginx itself",
            ),
        ),
    ),
)
