"""使用说明: the help of every page, the glossary, and the changes of each version."""

from flask import Blueprint, render_template

from server.accounts.guards import signed_in
from server.web.help.glossary import WORDS
from server.web.help.topics import TOPICS
from server.web.help.whats_new import RELEASES

pages = Blueprint("help_pages", __name__)


@pages.get("/help")
@signed_in
def help_page() -> str:
    """All texts one after the other, each under its own anchor, and the words below."""
    return render_template("help/index.html", topics=TOPICS.values(), words=WORDS.values())


@pages.get("/help/news")
@signed_in
def news_page() -> str:
    """What each version brought, the newest first."""
    return render_template("help/news.html", releases=RELEASES)
