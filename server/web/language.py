"""The language of a request: `?lang=`, the person, the cookie, the browser, the default."""

from flask import g, request

from server.extensions import core

COOKIE = "anping_lang"
TAGS = {"zh": "zh_CN", "zh_cn": "zh_CN", "zh-cn": "zh_CN", "en": "en"}


def choose_language() -> str:
    """`zh_CN` or `en`."""
    wishes = (request.args.get("lang"), g.get("language"), request.cookies.get(COOKIE))
    for wish in wishes:
        tag = TAGS.get((wish or "").lower())
        if tag:
            return tag
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return TAGS.get((best or core().settings.locale).lower(), core().settings.locale)
