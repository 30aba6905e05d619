"""Reports after a backup and after a restore."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

from server.foundation.config import Settings
from server.foundation.i18n import Sentence
from server.operations.backup.manifest import Contents
from server.operations.backup.restore import Restored

MIB = 1024 * 1024


def taken(target: Path, contents: Contents, zone: tzinfo) -> Iterator[Sentence]:
    """The contents of a new archive, and how to store it."""
    size_mb = max(1, round(target.stat().st_size / MIB))
    at = instant(contents.taken_at, zone)
    yield Sentence(
        f"备份已写入 {target}（{size_mb} MB，{at}，版本 {contents.release}）。",
        f"the backup is in {target} ({size_mb} MB, {at}, release {contents.release}).",
    )
    if not contents.with_media:
        yield Sentence(
            "其中不含素材：恢复后须把 originals/ 与 files/ 另行拷回，否则画面无法下发。",
            "it is without media: after a restore originals/ and files/ have to be copied back, "
            "or screens can't fetch anything new.",
        )
    yield from _about_keys(contents)


def _about_keys(contents: Contents) -> Iterator[Sentence]:
    if contents.has_recovery_key:
        yield Sentence(
            "注意：恢复密钥的私钥仍在服务器上，因此也在备份中。"
            "请移走 keys/recovery-key.pem 并离线保存。",
            "mind: the private recovery key is still on the server, so it is in the backup too. "
            "Take keys/recovery-key.pem off the server and keep it safe.",
        )
    else:
        yield Sentence(
            "备份含签名密钥，请妥善保管；恢复密钥的私钥不在其中（应由您离线保存）。",
            "the signing key is in it, so keep it safe; the private recovery key isn't in it: "
            "you keep that elsewhere.",
        )


def restored(done: Restored, settings: Settings) -> Iterator[Sentence]:
    """The restored contents with their time, and the next steps."""
    contents = done.contents
    at = instant(contents.taken_at, settings.zone)
    files = sum(name.startswith(("files/", "originals/")) for name in contents.members)
    yield Sentence(
        f"已恢复到 {settings.data}：备份时间 {at}，版本 {contents.release}，素材文件 {files} 个；"
        "全部校验通过，数据库已升级到当前版本。",
        f"restored into {settings.data}: backup of {at}, release {contents.release}, "
        f"{files} media files; every digest fits, databases are at this release.",
    )
    if done.aside is not None:
        yield Sentence(
            f"原有内容已移到 {done.aside}（未删除），确认无误后可自行删除。",
            f"what was there lies in {done.aside} (not deleted): remove it when all is well.",
        )
    if done.tables is not None:
        yield Sentence(
            f"原有数据表已移到模式 {done.tables}（未删除）。",
            f"the former tables are in the schemas {done.tables} (not deleted).",
        )
    if settings.signing_key_file is not None:
        yield Sentence(
            f"ANPING_SIGNING_KEY_FILE 指向 {settings.signing_key_file}；备份中的签名密钥在 "
            f"{settings.data / 'keys' / 'signing-key.pem'}，两者须一致，否则显示屏不接受下发。",
            f"ANPING_SIGNING_KEY_FILE names {settings.signing_key_file}; the backup's signing key "
            f"is {settings.data / 'keys' / 'signing-key.pem'}. They must be the same, or screens "
            "accept nothing.",
        )
    yield from _next(at)


def _next(at: str) -> Iterator[Sentence]:
    yield Sentence(
        "接下来：1. 若有灾前导出的播放记录：python -m server.cli plays hand-in 文件；"
        "2. 启动服务：python -m server.cli serve（或 systemctl start anping）；"
        "3. python -m server.cli doctor。",
        "next: 1. with an export of plays from before: python -m server.cli plays hand-in FILE; "
        "2. start: python -m server.cli serve (or systemctl start anping); "
        "3. python -m server.cli doctor.",
    )
    yield Sentence(
        "显示屏不受影响，会自行重连并补传播放记录；已传过且本机已删的记录会申报为“已确认”，"
        "列在播放记录页，不算篡改。",
        "screens go on by themselves: they come back and hand their plays in again; what they had "
        "handed in and deleted they declare as acknowledged, which is listed and no tampering.",
    )
    yield Sentence(
        f"{at} 之后的改动都不在：请重做新建、审批、撤下、停用与吊销；"
        "之后绑定的屏继续播放，十分钟后在角上显示绑定码，须重新绑定。所有人须重新登录。",
        f"changes since {at} are gone: do again what was made and signed off, withdrawn, disabled "
        "or revoked since. Screens paired since play on, show a code in a corner after ten "
        "minutes and have to be paired again. Everybody signs in again.",
    )


def instant(at_ms: int, zone: tzinfo) -> str:
    """A time to the second."""
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
