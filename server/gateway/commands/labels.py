"""Labels of commands, outcomes and screenshots."""

import re
from collections.abc import Mapping
from typing import Any, Final

from server.accounts.audit_log.labels import VALUES
from server.foundation.i18n import Sentence

STATES: Final = {
    "sent": (Sentence("等待回应", "Waiting"), "wait"),
    "answered": (Sentence("已执行", "Done"), "good"),
    "refused": (Sentence("未执行", "Not done"), "bad"),
    "no_answer": (Sentence("无回应", "No answer"), "wait"),
    "offline": (Sentence("未连接", "Not connected"), ""),
}
BULK_STATES: Final = {
    "waiting": (Sentence("待发送", "To be sent"), ""),
    "done": (Sentence("已完成", "Done"), "good"),
    **STATES,
}
ACTS: Final = {act: Sentence(name.zh, name.en.capitalize()) for act, name in VALUES["act"].items()}
COMMANDS: Final = {
    name: ACTS[name]
    for name in ("identify", "reload", "screenshot", "volume", "clear_cache", "log")
}
VERDICTS: Final = {
    "matches": (Sentence("与应播画面一致", "Shows what it should"), "good"),
    "differs": (Sentence("与应播画面不一致", "Shows something else"), "bad"),
    "not_comparable": (Sentence("无法比对", "Can't be compared"), ""),
}
EXPECTED_CONTENT: Final = {
    "playing": Sentence("应播", "Should show"),
    "takeover": Sentence("应播（紧急插播）", "Should show (takeover)"),
    "fallback": Sentence("应播（垫播画面）", "Should show (fallback)"),
    "off": Sentence("非营业时段，应为黑屏", "Closed: should be black"),
}
NO_PLAN: Final = Sentence("当时还没有节目单", "It had no plan then")
BLACK: Final = Sentence("黑屏", "Black")

_DONE: Final = {
    "identify": Sentence(
        "屏上已显示名称和屏号，10 秒后恢复。", "Its name and number are shown for 10 seconds."
    ),
    "reload": Sentence(
        "播放页正在重新加载，节目随后继续。", "The player is reloading; then the loop goes on."
    ),
    "volume": Sentence("音量已设为 {level}。", "The volume is {level} now."),
    "clear_cache": Sentence(
        "不再需要的缓存已清除，正在用的保留。", "What no plan needs is cleared, the rest is kept."
    ),
    "log": Sentence("日志已取回。", "The log is here."),
}
_FREED: Final = Sentence(
    "已清除 {freed} 个不再需要的缓存块，正在用的保留。",
    "{freed} blocks that no plan needs are cleared, the rest is kept.",
)
_NONE_FREED: Final = Sentence(
    "没有多余的缓存，正在用的保留。", "There was nothing to clear: all of it is needed."
)
_LINES: Final = Sentence("日志已取回，{lines} 行。", "The log is here: {lines} lines.")
_SHOT: Final = {
    "matches": Sentence("截图与应播画面一致。", "The screenshot shows what the seat says."),
    "differs": Sentence(
        "截图与应播画面不一致，请查看。", "The screenshot shows something else: have a look."
    ),
    "not_comparable": Sentence(
        "截图已取回，无法与应播画面比对。", "The screenshot is here; it can't be compared."
    ),
}
_OTHERWISE: Final = {
    "sent": Sentence("已发出，等待显示屏回应。", "Sent: waiting for the screen's answer."),
    "no_answer": Sentence("显示屏没有回应。", "The screen didn't answer."),
    "offline": Sentence(
        "显示屏没有实时连接，命令没有送达。", "The screen had no live connection: not delivered."
    ),
}
_ERRORS: Final = {
    "malformed": Sentence(
        "终端的回应无法识别，没有保存。", "The player's answer can't be read; nothing was kept."
    ),
    "unknown_command": Sentence(
        "终端不支持这条命令，请先更新终端。",
        "The player doesn't know this command: update it first.",
    ),
    "bad_volume": Sentence("终端不接受这个音量。", "The player takes no such volume."),
    "storage_full": Sentence("终端存储已满，没有执行。", "The player's storage is full: not done."),
}
_OTHER_ERROR: Final = Sentence("终端没有执行：{error}。", "The player didn't do it: {error}.")

# Entries of our player's log; other texts are shown as they are.
_LOGGED: Final = {
    "link up": Sentence("实时连接已建立", "Connected"),
    "link down": Sentence("实时连接中断", "Connection lost"),
    "link stale": Sentence("服务器不接受凭证", "The server refuses the credential"),
    "sync fine": Sentence("时钟已对准", "Clock in step"),
    "sync coarse": Sentence("时钟大致对准", "Clock roughly in step"),
    "sync none": Sentence("时钟未对准", "Clock not in step"),
    "next fetching": Sentence("正在取新节目单", "Fetching a new plan"),
    "next ready": Sentence("新节目单已就绪", "The new plan is ready"),
    "next switching": Sentence("切换到新节目单", "Switching to the new plan"),
    "next none": Sentence("没有待切换的节目单", "No plan waits"),
    "life load": Sentence("播放页启动", "The page starts"),
    "life verify": Sentence("核对已存的素材", "Checking what is kept"),
    "life prepare": Sentence("准备画面", "Preparing a picture"),
    "life play": Sentence("开始播放", "Playing"),
    "builtin": Sentence("显示内置画面", "The built-in slide stands"),
}
_SLOT: Final = re.compile(r"[0-9a-f]{64}:(\d+):(-?\d+):(\d+)(:held)?")
_SLOT_WORDS: Final = Sentence(
    "播放第 {segment} 段第 {cycle} 轮第 {slot} 个节目位",
    "Shows segment {segment}, cycle {cycle}, slot {slot}",
)
_MODES: Final = {
    "takeover": Sentence("显示紧急插播", "Shows a takeover"),
    "fallback": Sentence("显示垫播画面", "Shows the fallback"),
    "off": Sentence("非营业时段，黑屏", "Closed: black"),
}


def logged(text: str) -> Sentence:
    """A line of a player's log, translated."""
    slot = _SLOT.fullmatch(text)
    if slot is not None:
        return _SLOT_WORDS.filled(segment=slot[1], cycle=slot[2], slot=slot[3])
    mode = _MODES.get(text.partition(":")[0]) if ":" in text else None
    return _LOGGED.get(text) or mode or Sentence(text, text)


def outcome(name: str, args: Mapping[str, Any], reply: Mapping[str, Any]) -> Sentence:
    """The outcome of a command; `reply` has its state, result, error and verdict."""
    state, result = reply["state"], reply["result"]
    if state == "refused":
        error = str(reply["error"])
        return _ERRORS.get(error) or _OTHER_ERROR.filled(error=error)
    if state != "answered":
        return _OTHERWISE[state]
    if name == "screenshot":
        return _SHOT[reply["verdict"] or "not_comparable"]
    freed = result.get("freed") if isinstance(result, dict) else None
    if name == "clear_cache" and isinstance(freed, int):
        return _FREED.filled(freed=freed) if freed else _NONE_FREED
    lines = result.get("lines") if isinstance(result, dict) else None
    if name == "log" and isinstance(lines, list):
        return _LINES.filled(lines=len(lines))
    return _DONE[name].filled(level=level_of(args))


def outcome_text(state: str, error: str | None) -> Sentence:
    """The outcome of a bulk action on one screen."""
    if state == "refused":
        return _ERRORS.get(str(error)) or _OTHER_ERROR.filled(error=error)
    return _OTHERWISE.get(state) or BULK_STATES[state][0]


def level_of(args: Mapping[str, Any]) -> str:
    """A volume as people write it."""
    level = args.get("level")
    return f"{level:g}" if isinstance(level, (int, float)) else "–"
