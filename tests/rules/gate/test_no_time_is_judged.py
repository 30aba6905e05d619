"""Nothing in `make test` judges how long something takes: its machines are slow and shared.

What is found are comparisons with a clock, or with what was computed of one, in an assertion or
before a raise; but for the order of instants that are on record. What the clock may judge is marked
`timed` or `soak` and runs elsewhere; what only has to happen is waited for by `until` of
tests/support/patience.py.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeGuard

import pytest

ROOT: Final = Path(__file__).parents[3]
CLOCKS: Final = frozenset(
    f"{name}{unit}"
    for name in ("monotonic", "perf_counter", "process_time", "thread_time", "time")
    for unit in ("", "_ns")
)
SPENT: Final = re.compile(r"(\w+_)?(took|waited)_m?s|elapsed\w*")
"""Names that contain their meaning."""
WORTH_A_CHECK: Final = re.compile(rf"{SPENT.pattern}|(?:{'|'.join(sorted(CLOCKS))})\(")
CARRY_ON: Final = frozenset(
    ("abs", "float", "int", "list", "max", "mean", "median", "min", "quantiles", "round", "sorted",
     "sum", "tuple")
)  # fmt: skip
"""What gives time if it is given time."""
ELSEWHERE: Final = frozenset(("timed", "soak"))
PATIENCE: Final = "tests/support/patience.py"
DEEP: Final = 3
"""So many names may be between an instant and its clock."""
BENCHES: Final = ("tests/bench/", "tests/player/bench/")
NO_COMPARISONS: Final = (ast.Is, ast.IsNot, ast.In, ast.NotIn)

EXCEPTIONS: Final[dict[str, str]] = {
    "tests/media/test_store.py::test_everything_that_is_kept_is_listed_with_size_and_time": (
        "an instant on record, in the right unit: a minute is no bound on how long anything takes"
    ),
    "tests/journeys/screens/test_a_box_with_a_wrong_clock.py::boots": (
        "whether the box's clock was set wrong as the journey needs it"
    ),
    "tests/journeys/screens/test_a_screen_obeys.py::reports_what_happened": (
        "an instant of the player's log, by the server's clock: a minute either way is patience"
    ),
    "tests/journeys/people/test_a_takeover_in_a_minute.py::ends_by_itself": (
        "order alone: the notice stands until its recorded end; the rest is patience"
    ),
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = tuple[str, int]
"""A function's name, and a line in it."""
Places = frozenset[int]
NOWHERE: Final = Places()


@dataclass
class Times:
    """Which names of a function hold what comes of a clock."""

    clocks: frozenset[str]
    names: set[str] = field(default_factory=set)
    values: dict[str, list[ast.AST]] = field(default_factory=dict)
    """The values assigned to each plain name, as written there."""
    gives: dict[str, Places | None] = field(default_factory=dict)
    """Functions beside it that return such: at these places of a tuple, or (None) as it is."""

    def learn(self, body: ast.AST) -> None:
        """All names that are given time, however far from the clock."""
        every = list(given(body))
        self.values = {}
        for target, value in every:
            for one, its in pairs(target, value):
                self.values.setdefault(one, []).append(its)
        count = -1
        while count != len(self.names):
            count = len(self.names)
            for target, value in every:
                self.names |= self._taken(target, value)

    def _taken(self, target: ast.AST, value: ast.AST) -> set[str]:
        if isinstance(target, ast.Tuple):
            places = self._places(value, len(target.elts))
            return {one.id for n, one in enumerate(target.elts) if n in places and is_name(one)}
        return {target.id} if is_name(target) and self.is_time(value) else set()

    def _places(self, value: ast.AST, count: int) -> Iterable[int]:
        if isinstance(value, ast.Tuple):
            return [n for n, one in enumerate(value.elts) if self.is_time(one)]
        if isinstance(value, ast.Call):
            return self.gives.get(called(value)) or ()
        return range(count) if self.is_time(value) else ()

    def is_instant(self, node: ast.AST, depth: int = 0) -> bool:
        """Whether it is a time of day, in whatever unit: its order among others takes no time."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns")):
                return True
            case (
                ast.Call(func=ast.Name(id="int" | "round"), args=[inner, *_])
                | ast.BinOp(
                    left=inner, op=ast.Mult() | ast.Div() | ast.FloorDiv(), right=ast.Constant()
                )
            ):
                return self.is_instant(inner, depth)
            case ast.Name(id=name) if name in self.names and depth < DEEP:
                values = self.values.get(name, [])
                return bool(values) and all(self.is_instant(one, depth + 1) for one in values)
        return False

    def is_time(self, node: ast.AST) -> bool:
        """Whether an expression's value comes of a clock."""
        match node:
            case ast.Call():
                return self._is_time_call(node)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                is_known = isinstance(node, ast.Name) and name in self.names
                return is_known or bool(SPENT.fullmatch(name))
            case ast.Subscript(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                return self.is_time(inner)
            case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.GeneratorExp(elt=inner):
                return self.is_time(inner)  # what it goes through is given its names
            case (
                ast.BinOp() | ast.UnaryOp() | ast.IfExp() | ast.BoolOp() | ast.List() | ast.Tuple()
            ):
                return any(self.is_time(one) for one in ast.iter_child_nodes(node))
        return False

    def _is_time_call(self, call: ast.Call) -> bool:
        if is_clock(call, self.clocks):
            return True
        name = called(call)
        if name in CARRY_ON:
            return any(self.is_time(one) for one in call.args)
        return name in self.gives and self.gives[name] is None


def pairs(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Plain names with what each is given."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from pairs(one, its)
    else:
        yield from ((one.id, value) for one in ast.walk(target) if isinstance(one, ast.Name))


def is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    """Whether it is a plain name."""
    return isinstance(node, ast.Name)


def called(call: ast.Call) -> str:
    """The last name of the called function."""
    function = call.func
    return getattr(function, "id", None) or getattr(function, "attr", "")


def is_clock(call: ast.Call, imported: frozenset[str]) -> bool:
    """Whether a clock is read: `time.monotonic()`, or what a module imported from there."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="time"), attr=name):
            return name in CLOCKS
        case ast.Name(id=name):
            return name in imported
    return False


def given(body: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Names with their assigned values; a list gets its appended values, too."""
    for node in ast.walk(body):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield target, value
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield target, value
            case (
                ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value
            case ast.Call(func=ast.Attribute(value=target, attr="append"), args=[value]):
                yield target, value


def returned(function: Function, times: Times) -> Places | None:
    """Where it returns time: at places of a tuple, or (None) as it is."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            places = [n for n, one in enumerate(node.value.elts) if times.is_time(one)]
            if places:
                return frozenset(places)
        elif isinstance(node, ast.Return) and node.value and times.is_time(node.value):
            return None
    return NOWHERE


def fails(statement: ast.stmt) -> bool:
    """Whether a test ends here."""
    return isinstance(statement, ast.Raise) or ast.unparse(statement).startswith("pytest.fail(")


def judged(function: Function, times: Times) -> Iterator[int]:
    """Lines at which the clock decides whether a test fails."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) or (
            isinstance(node, ast.If) and any(map(fails, node.body))
        ):
            yield from (
                one.lineno
                for one in ast.walk(node.test)
                if isinstance(one, ast.Compare)
                and not isinstance(one.ops[0], NO_COMPARISONS)
                and any(
                    times.is_time(each) and not times.is_instant(each)
                    for each in (one.left, *one.comparators)
                )
            )


def found_in(text: str, *, is_test: bool = True) -> list[Found]:
    """Each place of a module at which time is judged when the gate runs it."""
    tree = ast.parse(text if WORTH_A_CHECK.search(text) else "")
    if is_test and ELSEWHERE & marks_of_module(tree):
        return []
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    names = in_the_gate(functions) if is_test else {one.name for one in functions}
    return sorted(
        {
            (one.name, line)
            for one, times in times_of(tree, functions)
            if one.name in names
            for line in judged(one, times)
        }
    )


def times_of(tree: ast.Module, functions: list[Function]) -> list[tuple[Function, Times]]:
    """The clocks that each function uses, also by the results of others."""
    clocks, gives = imported_clocks(tree), dict[str, Places | None]()
    every = [(one, Times(clocks, gives=gives)) for one in functions]
    count = -1
    while count != len(gives):
        count = len(gives)
        for function, times in every:
            times.learn(function)
            if (places := returned(function, times)) != NOWHERE:
                gives[function.name] = places
    return every


def imported_clocks(tree: ast.Module) -> frozenset[str]:
    """What `from time import monotonic` and the like brought in."""
    return frozenset(
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for one in node.names
        if one.name in CLOCKS
    )


def marks(nodes: Iterable[ast.AST]) -> set[str]:
    """Names of pytest's unconditional marks."""
    found = set()
    for node in nodes:
        inner = node.func if isinstance(node, ast.Call) else node
        if isinstance(inner, ast.Attribute) and ast.unparse(inner).startswith("pytest.mark."):
            found.add(inner.attr)
    return found


def marks_of_module(tree: ast.Module) -> set[str]:
    """Those of `pytestmark`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            listed = node.value
            return marks(listed.elts if isinstance(listed, ast.List | ast.Tuple) else [listed])
    return set()


def in_the_gate(functions: list[Function]) -> set[str]:
    """The names of tests that the gate runs, and of what those may come to."""
    elsewhere = {one.name for one in functions if ELSEWHERE & marks(one.decorator_list)}
    tests = {one.name for one in functions if one.name.startswith("test_")} - elsewhere
    reached = tests | {one.name for one in functions if "fixture" in marks_and_names(one)}
    new, names = set(reached), {one.name: named_in(one) - elsewhere for one in functions}
    while new:
        reached |= new
        new = set().union(*(names.get(one, set()) for one in new)) - reached
    return reached


def marks_and_names(function: Function) -> str:
    """Its decorators, as they are written."""
    return " ".join(ast.unparse(one) for one in function.decorator_list)


def named_in(function: Function) -> set[str]:
    """All that a function names."""
    own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    inner = {node.name for node in ast.walk(function) if isinstance(node, Function)}
    return own | inner | {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}


IMPORT: Final = re.compile(r"from (tests\.support[\w.]*) import (\([^)]*\)|[^(\n]+)")


@cache
def text_of(name: str) -> str:
    """The text of a file."""
    return (ROOT / name).read_text(encoding="utf-8")


def runs_elsewhere(name: str) -> bool:
    """Whether all of a test module is marked so."""
    is_marked = any(f"mark.{one}" in text_of(name) for one in ELSEWHERE)
    return is_marked and bool(ELSEWHERE & marks_of_module(ast.parse(text_of(name))))


@cache
def support_of(name: str) -> frozenset[str]:
    """The support modules that a module imports, and those that they do."""
    found: set[str] = set()
    for module, names in IMPORT.findall(text_of(name)):
        path = module.replace(".", "/")
        found |= {f"{path}.py", *(f"{path}/{one}.py" for one in re.findall(r"\w+", names))}
    return frozenset(one for one in found if (ROOT / one).is_file())


def modules() -> Iterator[tuple[str, bool]]:
    """All test modules of the gate (True), then the support modules below them (False)."""
    tests = [
        name
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(BENCHES)
        and (path.name.startswith("test_") or path.name == "conftest.py")
        and not runs_elsewhere(name)
    ]
    yield from ((name, True) for name in tests)
    below: set[str] = set()
    new = set().union(*map(support_of, tests))
    while new:
        below |= new
        new = set().union(*map(support_of, new)) - below
    yield from ((name, False) for name in sorted(below - {PATIENCE}))


def scripts() -> Iterator[str]:
    """Tests in JavaScript that the gate runs."""
    for path in sorted((ROOT / "tests").rglob("*.js")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(BENCHES):
            yield name


NOW: Final = r"(?:Date|performance)\.now\(\)"
SINCE: Final = re.compile(rf"{NOW}\s*-|[-<>]=?\s*{NOW}")
TOOK: Final = re.compile(rf"(\w+)\s*=\s*{NOW}\s*-")
ASSERTION: Final = re.compile(r"\bassert(?:\.\w+)?\(")


def found_in_script(text: str) -> list[int]:
    """The lines of assertions about elapsed time."""
    took = "|".join(sorted(set(TOOK.findall(text)))) or r"(?!)"
    compared = re.compile(rf"\b({took})\b\s*[<>]|[<>]=?\s*\b({took})\b")
    return [
        text.count("\n", 0, one.start()) + 1
        for one in ASSERTION.finditer(text)
        if SINCE.search(inner := within_brackets(text, one.end())) or compared.search(inner)
    ]


def within_brackets(text: str, start: int) -> str:
    """The text between a bracket that has just been opened and its end."""
    depth, at = 1, start
    while depth and at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return text[start : at - 1]


def everything_found() -> dict[str, list[int]]:
    """Places of the whole gate, exceptions too."""
    found: dict[str, list[int]] = {}
    for name, is_test in modules():
        for function, line in found_in(text_of(name), is_test=is_test):
            found.setdefault(f"{name}::{function}", []).append(line)
    for name in scripts():
        if lines := found_in_script(text_of(name)):
            found[name] = lines
    return found


@pytest.mark.slow
def test_nothing_in_the_gate_judges_how_long_something_takes() -> None:
    found = everything_found()

    print(f"{len(EXCEPTIONS)} exceptions: " + "; ".join(EXCEPTIONS.values()))
    assert EXCEPTIONS.keys() <= found.keys(), "an exception that nothing needs any more"
    left = [f"{name}: lines {lines}" for name, lines in found.items() if name not in EXCEPTIONS]
    assert not left, "\n".join(left)


SOURCE = """
import time
from time import perf_counter
import pytest

def took(work):
    began = perf_counter()
    work()
    return perf_counter() - began

def test_a_bound():
    began = time.monotonic()
    assert time.monotonic() - began < 5

def test_a_name(work):
    spent = [took(work) for _ in range(3)]
    worst = max(spent)
    assert (200, worst < 2) == (200, True)

def test_a_deadline():
    deadline = time.monotonic() + 20
    if time.monotonic() > deadline:
        raise AssertionError

def test_times_by_their_name(found):
    assert found.took_s < 3

def test_values_that_are_no_time(ask):
    began = time.monotonic()
    answer = ask(timeout=time.monotonic() - began)
    print(time.monotonic() - began)
    assert answer == 200

def test_recorded_instants(rows):
    began_ms, ago_ms = time.time_ns() // 1_000_000, time.time() * 1000 - 60_000
    assert all(began_ms <= at <= time.time() * 1000 for at in rows)
    assert ago_ms < rows[-1]

def soon(took_s):
    assert took_s < 1

@pytest.mark.timed
def test_timed_forms_are_left_out(work):
    soon(took(work))
    assert took(work) < 5
"""


def test_the_rule_finds_judged_times_and_nothing_else() -> None:
    assert found_in(SOURCE) == [
        ("test_a_bound", 13),
        ("test_a_deadline", 22),
        ("test_a_name", 18),
        ("test_recorded_instants", 37),
        ("test_times_by_their_name", 26),
    ]


@pytest.mark.parametrize(
    "marks", ["pytest.mark.soak", "[pytest.mark.slow, pytest.mark.timed]"], ids=["one", "several"]
)
def test_a_module_that_runs_elsewhere_may_judge(marks: str) -> None:
    assert found_in(f"pytestmark = {marks}\n{SOURCE}") == []


def test_a_mark_under_a_condition_lets_nothing_through() -> None:
    conditional = "pytestmark = [pytest.mark.slow, *([pytest.mark.soak] if A else [])]\n"

    assert len(found_in(conditional + SOURCE)) == 5


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("const began = Date.now();\nassert.ok(Date.now() - began < 900);", [2]),
        ("const took = performance.now() - began;\nassert.ok(\n  took < 50,\n);", [2]),
        ("const took = performance.now() - began;\nassert.equal(plays.length, 3);", []),
        ("assert.equal(at, now);\nconsole.log(Date.now() - began);", []),
    ],
)
def test_the_rule_reads_javascript_too(script: str, lines: list[int]) -> None:
    assert found_in_script(script) == lines
