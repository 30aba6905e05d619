"""Docstrings, comments, log events and names use standard terms (docs/glossary.md).

Each rule has the words to write instead. Docstrings, comments and log events follow them in all
rooms. Names still have old words: `OLD_NAMES` is their number by room, and may only fall.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[3]
CODE: Final = ("server", "media", "playlists")
EVENT: Final = re.compile("[a-z0-9]+(_[a-z0-9]+)+")
LEVELS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGS: Final = re.compile(rf"\.({'|'.join(sorted(LEVELS))})\(|\bTrouble\(")
QUOTED: Final = re.compile("`[^`]*`")
DEFINED: Final = re.compile(r"^ *(?:async def|def|class) (\w+)", re.MULTILINE)
NAME_PART: Final = re.compile("[A-Z]?[a-z0-9]+|[A-Z]+")
SLACK: Final = 5
"""The allowance of a room may exceed its number of old names by this much."""
OLD_NAMES: Final = {
    "media": 5,
    "playlists": 3,
    "server/accountability": 29,
    "server/accounts": 11,
    "server/app.py": 2,
    "server/campaigns": 11,
    "server/content": 6,
    "server/foundation": 35,
    "server/gateway": 44,
    "server/inventory": 18,
    "server/monitoring": 47,
    "server/operations": 18,
    "server/playlog": 22,
    "server/publishing": 18,
    "server/reporting": 29,
    "server/simulator": 10,
    "server/web": 42,
}


class Rule(NamedTuple):
    """Words to avoid, as a pattern, and the words to write instead."""

    pattern: str
    instead: str


RULES: Final = (
    Rule("told|tells?|telling", "notified, reported, passed, sent; the name of the report"),
    Rule("said|says?|saying", "contains, states, reports; the name of the field"),
    Rule("owed?|owes|owing", "due, expected"),
    Rule("meant", "expected, requested, due"),
    Rule("look(?:s|ed|ing)?(?! (?:it |them |each |this |him )?up)", "check, read, compare, search"),
    Rule("lies?|lay|lain|lying", "is in, is below, is stored in, overlaps"),
    Rule("stands?|stood|standings?", "is placed, is shown; status, state, position"),
    Rule("hears?|heard|hearing", "receives; last contact, last heartbeat"),
    Rule("knows|knew", "has, caches, stores"),
    Rule("believed?|believes", "trusts, accepts"),
    Rule("speaks?|spoke", "sends, uses (a protocol)"),
    Rule("anew", "again; reloads, rebuilds, re-encodes"),
    Rule("wish(?:es|ed)?", "requested, wanted; filter"),
    Rule("what (?:is|was|has|are|were|had)", "the thing itself: the content, the plays, the rows"),
    Rule("whoever", "callers, people, clients; the role"),
)
WORDS: Final = tuple((re.compile(rf"\b(?:{one.pattern})\b", re.IGNORECASE), one) for one in RULES)
ANY: Final = re.compile("|".join(pattern.pattern for pattern, _ in WORDS), re.IGNORECASE)
NAMED: Final = re.compile(
    "(?:told|tells?|said|says?|owe[ds]?|owing|meant|look(?:s|ed)?|lies?|stands?|stood|standings?"
    "|hears?|heard|knows|known|believed|speaks?|anew|wish(?:es|ed)?|whoever)",
    re.IGNORECASE,
)


class Text(NamedTuple):
    """A docstring or comment with its line."""

    line: int
    text: str


@cache
def modules() -> dict[str, str]:
    """The text of each module by its path, without migrations."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in CODE
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    }


def room_of(path: str) -> str:
    """`server/reporting` for a module of that room, `media` or `playlists` for theirs."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "server" else parts[0]


def texts(module: str) -> Iterator[Text]:
    """Docstrings (those of constants too) and comments of a module."""
    for node in ast.walk(ast.parse(module)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield Text(node.lineno, text)
    if any(ANY.search(line.partition("#")[2]) for line in module.split("\n")):
        for token in tokenize.generate_tokens(io.StringIO(module).readline):
            if token.type == tokenize.COMMENT:
                yield Text(token.start[0], token.string)


def events(module: str) -> Iterator[Text]:
    """The names of log events that a module writes as literals."""
    for node in ast.walk(ast.parse(module)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func
        if isinstance(name, ast.Attribute) and name.attr in LEVELS:
            literals = node.args[:1]
        elif isinstance(name, ast.Name) and name.id == "Trouble":
            literals = node.args
        else:
            continue
        for one in literals:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield Text(one.lineno, one.value)


def faults(module: str) -> list[str]:
    """Each odd word of a module's docstrings and comments, with the words to write instead."""
    if not ANY.search(QUOTED.sub("", module)):
        return []
    return [
        f"{line}: “{found.group()}”: write {rule.instead}"
        for line, text in texts(module)
        for pattern, rule in WORDS
        for found in pattern.finditer(QUOTED.sub("", text))
    ]


def old_names(module: str) -> list[str]:
    """Functions and classes with an odd word as a part of their name."""
    return [
        name
        for name in DEFINED.findall(module)
        if any(NAMED.fullmatch(part) for part in NAME_PART.findall(name))
    ]


def test_docstrings_and_comments_use_standard_terms() -> None:
    found = [f"{path}:{one}" for path, text in modules().items() for one in faults(text)]

    assert found == [], "\n".join(found)


def test_log_events_are_named_noun_verbed() -> None:
    found = [
        f"{path}:{line}: {text!r}: write noun_verbed in standard terms, such as backup_failed"
        for path, module in modules().items()
        if LOGS.search(module)
        for line, text in events(module)
        if not EVENT.fullmatch(text)
    ]

    assert found == [], "\n".join(found)


def test_no_room_gets_more_names_with_old_words() -> None:
    found = Counter[str]()
    for path, text in modules().items():
        found[room_of(path)] += len(old_names(text))
    more = {room: n for room, n in found.items() if n > OLD_NAMES.get(room, 0)}
    stale = {room: n for room, n in OLD_NAMES.items() if found[room] < n - SLACK}

    assert more == {}, "name it in standard terms: see RULES and docs/glossary.md"
    assert stale == {}, {room: found[room] for room in stale}


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ('"""What is told."""', ["1: “told”", "1: “What is”"]),
        ("A = 1\n'''Where it stands.'''", ["2: “stands”"]),
        ("told = 1  # looks up a name; looks at one", ["1: “looks”"]),
        ('def told() -> None:\n    """Returns `told`."""\n    print("said")', []),
    ],
)
def test_the_rules_see_docstrings_and_comments_alone(module: str, expected: list[str]) -> None:
    assert [one.partition(": write")[0] for one in faults(module)] == expected


def test_the_rules_see_log_events() -> None:
    module = 'log.info("plays came", n=1)\nTrouble("relay_failed", "again")\nlog.error(text)'

    assert [text for _, text in events(module)] == ["plays came", "relay_failed", "again"]
