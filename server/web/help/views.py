"""使用说明: the help of every page, and the glossary."""

from flask import Blueprint, render_template

from server.accounts.guards import signed_in
from server.web.help.glossary import WORDS
from server.web.help.topics import TOPICS

pages = Blueprint("help_pages", __name__)


@pages.get("/help")
@signed_in
def help_page() -> str:
    """All texts one after the other, each under its own anchor, and the words below."""
    return render_template("help/index.html", topics=TOPICS.values(), words=WORDS.values())
