"""`explain`."""

import json
from datetime import datetime

import click

from server.foundation.i18n import Sentence
from server.operations.commands.common import WRONG_INPUT, core_at_hand, stop, stop_on_error

BAD_TIME = Sentence(
    "时间有误：请写成带时区偏移的 ISO 8601，例如 2026-11-24T08:00:00+08:00。",
    "Wrong time: give ISO 8601 with its offset, for example 2026-11-24T08:00:00+08:00.",
)
NO_SCREEN = Sentence(
    "没有这块显示屏：请用显示屏页面地址中的编号，例如 s_1。",
    "There is no such screen: give the id from the address of its page, for example s_1.",
)


@click.command(help="某屏某时播什么、为什么 What is on a screen and why, and what is not and why.")
@click.option("--screen", required=True, help="显示屏编号 The screen's id (s_1).")
@click.option("--at", "at", required=True, help="ISO 8601, 2026-11-24T08:00:00+08:00.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON The same as JSON.")
def explain(screen: str, at: str, *, as_json: bool) -> None:
    """Print the explanation in Chinese, then in English. Read-only."""
    from server.foundation.errors import NotFound
    from server.publishing.explain.cli import explain_screen
    from server.publishing.explain.explanation_texts import in_words

    at_ms = _instant(at)
    with core_at_hand() as core, stop_on_error():
        try:
            found = explain_screen(core, screen, at_ms)
        except NotFound:
            stop(*NO_SCREEN, code=WRONG_INPUT)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    sentences = list(in_words(found))
    click.echo("\n".join(one.zh for one in sentences))
    click.echo()
    click.echo("\n".join(one.en for one in sentences))


def _instant(text: str) -> int:
    """An instant as ms; an invalid one, or one without offset, ends the command."""
    from server.foundation.errors import Invalid
    from server.foundation.rest.resources import instant_ms

    try:
        return instant_ms(datetime.fromisoformat(text.strip()), "/at")
    except (ValueError, OverflowError, Invalid):
        stop(*BAD_TIME, code=WRONG_INPUT)
