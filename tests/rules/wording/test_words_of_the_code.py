"""Docstrings, comments, log events and names use standard terms (docs/glossary.md).

Each rule has the words to write instead. Docstrings, comments and log events follow them in all
rooms. So do names, in tests, scripts and tools too: `STORED` and `ENGLISH` are the exceptions.
Docstrings and comments of tests and tools follow the rules that hold `everywhere`.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

pytestmark = pytest.mark.slow
ROOT: Final = Path(__file__).parents[3]
CODE: Final = ("server", "media", "playlists")
EVENT: Final = re.compile("[a-z0-9]+(_[a-z0-9]+)+")
LEVELS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGS: Final = re.compile(rf"\.({'|'.join(sorted(LEVELS))})\(|\bTrouble\(")
UNNAMED: Final = frozenset({"dist", "migrations", "node_modules", "vendor", "__pycache__"})
NO_NAME: Final = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|/(?:\\.|[^/\\\n])+/",
    re.DOTALL,
)
QUOTED: Final = re.compile("`[^`]*`")
NAME_PART: Final = re.compile("[A-Z]?[a-z0-9]+|[A-Z]+")
NAMED_CODE: Final = (*CODE, "tests", "deploy")
SCRIPTS: Final = (
    "player/src",
    "player/preview",
    "server/web/static/console",
    "tests",
    "deploy/build",
)
STORED: Final = {
    "Heard": "a schema in the API",
    "known_until": "a field in the API, and the module and properties that it comes from",
    "look_at_upload": "an operation in the API",
    "Meant": "a schema in the API",
    "meant": "a field in the API",
    "meant_picture": "a field in the API",
    "standing": "a column, `campaign_versions.standing`, and a parameter in the API",
    "told_at": "a column, `release_screens.told_at`",
    "TOLD": "a constant in migration 0031",
    "wish": "a key in `demo.json`",
}
"""Names that others read: their old words stay."""
ENGLISH: Final = {
    "look_up": "searches an index by its key",
    "LookUp": "the function type of `look_up`",
    "standIn": "a picture that replaces another",
    "stand_in": "a picture that replaces another",
    "STAND_IN": "a program that replaces a server",
    "tell": "a file's position, in Python's protocol of files",
}
"""Names in which the word is the standard term."""


class Rule(NamedTuple):
    """Words to avoid, as a pattern, and the words to write instead."""

    pattern: str
    instead: str
    everywhere: bool = False


RULES: Final = (
    Rule(
        "told|tells?|telling", "notified, reported, sent; the name of the report", everywhere=True
    ),
    Rule("said|says?|saying", "contains, states, reports; the name of the field", everywhere=True),
    Rule("owed?|owes|owing", "due, expected", everywhere=True),
    Rule("meant", "expected, requested, due", everywhere=True),
    Rule("look(?:s|ed|ing)?(?! (?:it |them |each |this |him )?up)", "check, read, compare, search"),
    Rule("lies?|lay|lain|lying", "is in, is below, is stored in, overlaps"),
    Rule("stands?|stood|standings?", "is placed, is shown; status, state, position"),
    Rule("hears?|heard|hearing", "receives; last contact, last heartbeat", everywhere=True),
    Rule("knows|knew", "has, caches, stores"),
    Rule("believed?|believes", "trusts, accepts", everywhere=True),
    Rule("speaks?|spoke", "sends, uses (a protocol)"),
    Rule("anew", "again; reloads, rebuilds, re-encodes", everywhere=True),
    Rule("wish(?:es|ed)?", "requested, wanted; filter"),
    Rule("what (?:is|was|has|are|were|had)", "the thing itself: the content, the plays, the rows"),
    Rule("whoever", "callers, people, clients; the role", everywhere=True),
)
WORDS: Final = tuple((re.compile(rf"\b(?:{one.pattern})\b", re.IGNORECASE), one) for one in RULES)
ANY: Final = re.compile("|".join(pattern.pattern for pattern, _ in WORDS), re.IGNORECASE)
NAMED: Final = re.compile(
    "(?:told|tells?|said|says?|owe[ds]?|owing|meant|look(?:s|ed)?|lies?|stands?|stood|standings?"
    "|hears?|heard|knows|believed|speaks?|anew|wish(?:es|ed)?|whoever)",
    re.IGNORECASE,
)


AS_NOUN: Final = re.compile("_*(?:known|KNOWN|Known)(?![a-z])")
"""Something known; that something is known (`is_known`) is the standard term."""


class Text(NamedTuple):
    """A docstring or comment with its line."""

    line: int
    text: str


@cache
def modules(folder: str) -> dict[str, str]:
    """The text of each Python module of a folder by its path, without migrations."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in named([folder], {".py"})
    }


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


def faults(module: str, *, is_of_a_room: bool = True) -> list[str]:
    """Each odd word of a module's docstrings and comments, with the words to write instead."""
    if not ANY.search(QUOTED.sub("", module)):
        return []
    return [
        f"{line}: “{found.group()}”: write {rule.instead}"
        for line, text in texts(module)
        for pattern, rule in WORDS
        if is_of_a_room or rule.everywhere
        for found in pattern.finditer(QUOTED.sub("", text))
    ]


def old_names(names: Iterable[str]) -> set[str]:
    """Names with an odd word as a part."""
    return {
        name
        for name in names
        if name not in STORED | ENGLISH
        and (AS_NOUN.match(name) or any(map(NAMED.fullmatch, NAME_PART.findall(name))))
    }


def names_of_module(module: str) -> Iterator[str]:
    """All names of a Python module: defined, assigned, passed and read."""
    for node in ast.walk(ast.parse(module)):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)):
                yield name


def names_of_script(script: str) -> Iterator[str]:
    """All names of a JavaScript module, without those in comments, texts and patterns."""
    yield from re.findall(r"[A-Za-z_$][\w$]*", NO_NAME.sub(" ", script))


def named(folders: Iterable[str], suffixes: Collection[str]) -> Iterator[Path]:
    """Files of ours in folders that have names to be checked."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not UNNAMED.intersection(path.parts):
                yield path


@pytest.mark.parametrize("folder", NAMED_CODE)
def test_docstrings_and_comments_use_standard_terms(folder: str) -> None:
    found = [
        f"{path}:{one}"
        for path, text in modules(folder).items()
        for one in faults(text, is_of_a_room=folder in CODE)
    ]

    assert found == [], "\n".join(found)


def test_log_events_are_named_noun_verbed() -> None:
    found = [
        f"{path}:{line}: {text!r}: write noun_verbed in standard terms, such as backup_failed"
        for folder in CODE
        for path, module in modules(folder).items()
        if LOGS.search(module)
        for line, text in events(module)
        if not EVENT.fullmatch(text)
    ]

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("folder", NAMED_CODE)
def test_names_use_standard_terms(folder: str) -> None:
    found = {
        path: old
        for path, text in modules(folder).items()
        if (old := old_names(names_of_module(text)))
    }

    assert found == {}, "name it in standard terms: see RULES and docs/glossary.md"


def test_names_in_scripts_use_standard_terms() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): old
        for path in named(SCRIPTS, {".js", ".mjs"})
        if (old := old_names(names_of_script(path.read_text(encoding="utf-8"))))
    }

    assert found == {}, "name it in standard terms: see RULES and docs/glossary.md"


def test_the_rules_see_names_of_all_kinds() -> None:
    module = (
        "def f(told, *, a=1):\n    b.said = c.heard\n    return g(owed=told)\nimport d as look\n"
    )
    script = 'const said = 1; // told\nf({ owed: "says", isKnown() {} }, /heard/, `anew`);'

    assert old_names(names_of_module(module)) == {"told", "said", "heard", "owed", "look"}
    assert old_names(names_of_script(script)) == {"said", "owed"}


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


def test_tests_and_tools_follow_the_rules_that_hold_everywhere() -> None:
    module = '"""What is told of a name that looks like a formula."""'

    assert faults(module, is_of_a_room=False) == [one for one in faults(module) if "“told”" in one]


def test_the_rules_see_log_events() -> None:
    module = 'log.info("plays came", n=1)\nTrouble("relay_failed", "again")\nlog.error(text)'

    assert [text for _, text in events(module)] == ["plays came", "relay_failed", "again"]
