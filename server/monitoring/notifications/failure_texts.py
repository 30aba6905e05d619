"""Explanations of delivery failures for operators; logs have the technical reason.

Each pattern matches a reason recorded by `robots`, `webhook`, `mail` or `sender`.
"""

import re
from typing import Final

from server.foundation.i18n import Sentence

_HTTP: Final = (
    (r"HTTP \d+, errcode (-?\d+)", Sentence(
        "对方收到了，但拒绝了这条消息（错误码 {}）。请核对机器人的密钥、关键词和模板。",
        "It was received and refused (error code {}): check the robot's key, keyword and template.",
    )),
    (r"HTTP (\d+): redirects aren't followed", Sentence(
        "对方要求转到别的地址（HTTP {}），系统不跟随。请填写最终的地址。",
        "It points to another address (HTTP {}), which isn't followed: enter the final one.",
    )),
    (r"HTTP (401|403)", Sentence(
        "对方不允许访问（HTTP {}）。请核对令牌、密钥和 IP 白名单。",
        "Access was refused (HTTP {}): check token, key and the list of allowed addresses.",
    )),
    (r"HTTP (404|410)", Sentence(
        "对方没有这个地址（HTTP {}）。请核对地址，机器人可能已被移除。",
        "There is no such address (HTTP {}): check it; the robot may have been removed.",
    )),
    (r"HTTP (5\d\d)", Sentence(
        "对方的服务器出错（HTTP {}）。请稍后再试，或联系对方。",
        "The other side had an error (HTTP {}): try later, or ask them.",
    )),
    (r"HTTP (\d+)", Sentence(
        "对方没有接受（HTTP {}）。请核对地址和模板。",
        "It wasn't accepted (HTTP {}): check address and template.",
    )),
)  # fmt: skip
_MAIL: Final = (
    (r"no mail server.*", Sentence(
        "没有邮件服务器。请填写邮件服务器，或由系统管理员设置 ANPING_SMTP_URL。",
        "There is no mail server: enter one here, or have ANPING_SMTP_URL set.",
    )),
    (r"SMTP: user or password refused", Sentence(
        "邮件服务器不接受用户名或密码。许多邮箱要用“授权码”代替密码。",
        "The mail server refused user or password; many want an app password here.",
    )),
    (r"SMTP: sender refused", Sentence(
        "邮件服务器不允许用这个发件人。发件人一般要与用户名是同一个邮箱。",
        "The mail server refused the sender: mostly it has to be the user's own address.",
    )),
    (r"SMTP: gaierror", Sentence(
        "找不到这台邮件服务器。请核对主机名，并检查本机的 DNS。",
        "There is no such mail server: check the host name, and this server's DNS.",
    )),
    (r"SMTP: ConnectionRefusedError", Sentence(
        "邮件服务器的这个端口没有开放。SSL/TLS 一般是 465，STARTTLS 一般是 587 或 25。",
        "Nothing answers at that port: SSL/TLS is mostly at 465, STARTTLS at 587 or 25.",
    )),
    (r"SMTP: SSLCertVerificationError", Sentence(
        "邮件服务器的证书不受信任，或与主机名不符。请填写证书上的主机名，或联系邮件管理员。",
        "The mail server's certificate isn't trusted, or is for another host: enter the host that "
        "it names, or ask its people.",
    )),
    (r"SMTP: (?:SSL\w+|SMTPServerDisconnected)", Sentence(
        "连接被邮件服务器断开，多为加密方式与端口不符：465 选 SSL/TLS，587 或 25 选 STARTTLS。",
        "The mail server broke off, mostly as security and port don't match: SSL/TLS for 465, "
        "STARTTLS for 587 or 25.",
    )),
    (r"SMTP: SMTPNotSupportedError", Sentence(
        "邮件服务器在这种连接上不接受登录。请换成 SSL/TLS（465），或把用户名和密码留空。",
        "The mail server takes no user on such a connection: use SSL/TLS (465), or leave user and "
        "password empty.",
    )),
    (r"SMTP: TimeoutError", Sentence(
        "邮件服务器没有应答。请核对主机和端口，并检查防火墙是否放行。",
        "The mail server doesn't answer: check host and port, and whether a firewall is between.",
    )),
    (r"SMTP (\d+)", Sentence(
        "邮件服务器拒绝了这封邮件（代码 {}）。请核对发件和收件地址。",
        "The mail server refused it (code {}): check the addresses of sender and recipients.",
    )),
    (r"refused for (.+)", Sentence(
        "已发出，但邮件服务器不接受这些收件人：{}",
        "Sent, but the mail server didn't take these recipients: {}",
    )),
    (r"SMTP: SMTPRecipientsRefused", Sentence(
        "邮件服务器不接受任何一个收件人。请核对收件地址。",
        "The mail server took none of the recipients: check their addresses.",
    )),
    (r"SMTP: \w+", Sentence(
        "连不上邮件服务器。请核对主机、端口和网络。",
        "The mail server can't be reached: check host, port and network.",
    )),
)  # fmt: skip
_ROBOT: Final = (
    (r"the address isn't (?:one of a known service|complete)", Sentence(
        "地址不完整，或不是支持的机器人。请从群里重新复制地址。",
        "The address isn't complete, or of no known robot: copy it anew from the group.",
    )),
    (r"the service didn't answer in time", Sentence(
        "对方一分钟内没有应答。请检查服务器能否上互联网。",
        "No answer within a minute: see whether this server reaches the internet.",
    )),
    (r"the service refused it or can't be reached", Sentence(
        "对方拒绝了，或者连不上。请核对机器人的密钥和关键词，并检查服务器能否上互联网。",
        "It was refused or can't be reached: check the robot's key and keyword, and whether this "
        "server reaches the internet.",
    )),
)  # fmt: skip
_NETWORK: Final = (
    (r"its address was sealed.*", Sentence(
        "服务器密钥已更换，原地址无法读取。请重新填写地址。",
        "The server's key was changed, so the address can't be read: enter it again.",
    )),
    (r"not delivered", Sentence(
        "请核对地址、密钥和模板；内网地址须由系统管理员列入 ANPING_OUTGOING_NETWORKS。"
        "具体原因在服务器日志中。",
        "Check address, key and template. Internal addresses have to be in "
        "ANPING_OUTGOING_NETWORKS. The server's log has the reason.",
    )),
    (r"the host's address isn't allowed|SMTP: NotDelivered", Sentence(
        "不允许连接这个地址：内网地址须由系统管理员列入 ANPING_OUTGOING_NETWORKS。",
        "That address may not be called: internal ones have to be in ANPING_OUTGOING_NETWORKS.",
    )),
    (r"ConnectionRefusedError.*", Sentence(
        "连不上：对方没有在这个端口上提供服务。请核对主机和端口。",
        "Nobody answers at that port: check host and port.",
    )),
    (r"gaierror.*", Sentence(
        "找不到这台主机。请核对地址，并检查服务器的 DNS。",
        "There is no such host: check the address, and this server's DNS.",
    )),
    (r"(?:TimeoutError|.*timed out).*", Sentence(
        "对方没有及时应答。请检查网络和防火墙。", "No answer in time: check network and firewall.",
    )),
    (r"SSL\w*.*", Sentence(
        "无法建立安全连接，对方的证书可能不受信任。请核对地址，或联系对方更换证书。",
        "No secure connection: its certificate may not be trusted. Check the address, or ask them.",
    )),
    (r"OSError.*|Connection\w*Error.*|RemoteDisconnected.*", Sentence(
        "网络不通，或连接中断。请检查网络和防火墙。",
        "It can't be reached, or the connection broke: check network and firewall.",
    )),
)  # fmt: skip
_EXPLANATIONS: Final = [
    (re.compile(form), explanation) for form, explanation in _HTTP + _MAIL + _ROBOT + _NETWORK
]
OTHER: Final = Sentence("原因：{}", "Reason: {}")


def in_words(why: str, language: str) -> str:
    """Explanation and remedy of a message's `error`; the recorded reason if there is none."""
    if not why:
        return ""
    for form, explanation in _EXPLANATIONS:
        found = form.fullmatch(why)
        if found:
            return explanation.in_language(language).format(*found.groups())
    return OTHER.in_language(language).format(why)
