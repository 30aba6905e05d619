"""`reset-password` and `create-user`."""

import click

from server.operations.commands.common import core_at_hand, echo, stop_on_error

GENERATE = click.option(
    "--generate", is_flag=True, help="自动生成并显示一次 Make one and show it once."
)


@click.command("reset-password", help="重设密码 Set a person's password anew.")
@click.argument("username")
@GENERATE
def reset_password(username: str, *, generate: bool) -> None:
    """Prompt for a password (or generate one), set it, end all sessions and tokens."""
    from server.accounts.auth import operator_recovery

    with core_at_hand() as core, stop_on_error():
        operator_recovery.check_exists(core, username)
        password = _made_or_asked(generate=generate)
        disabled = operator_recovery.reset_password(core, username, password)
    _print_password(username, password, generate=generate)
    echo(
        f"{username} 的密码已重设，其登录与令牌已全部失效。若刚才连续输错，最多等 5 分钟即可登录。",
        f"the password of {username} is set; all sessions and tokens have ended. After many "
        "wrong tries the wait is 5 minutes at most.",
    )
    if disabled:
        echo(
            "注意：该账号处于停用状态，仍不能登录，请管理员启用。",
            "mind: the account is disabled and still can't sign in: an administrator enables it.",
        )


@click.command("reset-second-factor", help="重置两步验证 Take a person's second factor away.")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """For a person without phone and recovery codes: the password alone is enough again."""
    from server.accounts.auth import operator_recovery

    with core_at_hand() as core, stop_on_error():
        had = operator_recovery.reset_second_factor(core, username)
    if not had:
        echo(
            f"{username} 没有开启两步验证，无需重置。",
            f"{username} has no second factor on: nothing to reset.",
        )
        return
    echo(
        f"{username} 的两步验证已重置，其登录已全部退出；下次凭密码登录后可重新开启。",
        f"the second factor of {username} is reset and all sessions have ended: signing in "
        "takes the password alone until it is set up anew.",
    )


@click.command("create-user", help="新建账号 Make an account in the district's root unit.")
@click.argument("username")
@click.option("--role", default="admin", show_default=True, help="角色 Role.")
@click.option("--name", default="", help="姓名 The person's name.")
@GENERATE
def create_user(username: str, role: str, name: str, *, generate: bool) -> None:
    """Prompt for a password (or generate one) and create the account."""
    from server.accounts.auth import operator_recovery

    with core_at_hand() as core, stop_on_error():
        password = _made_or_asked(generate=generate)
        operator_recovery.create_user(
            core, operator_recovery.Newcomer(username, password, role, name)
        )
    _print_password(username, password, generate=generate)
    echo(f"账号 {username}（{role}）已建立。", f"the account {username} ({role}) is there.")


def _made_or_asked(*, generate: bool) -> str:
    from server.accounts.auth.passwords import new_password

    if generate:
        return new_password()
    asked: str = click.prompt(
        "密码 Password", hide_input=True, confirmation_prompt="再输一次 Again"
    )
    return asked


def _print_password(username: str, password: str, *, generate: bool) -> None:
    if generate:
        click.echo(f"{username}  {password}")
        echo("（仅显示这一次，请立即记下）", "(shown only this once: write it down now)")
