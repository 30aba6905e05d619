"""Texts for people are written by people: no machine words, one word for one thing, marks in place.

Checked are the texts of templates and their translations, all sentences of the server and of
scripts, the screens' own pages, help and the quickstart. Each rule has the words to write instead;
a new one is a line here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.processes.server import ROOT

HAN = r"[\u4e00-\u9fff]"
SCRIPTS = ("server/web/static/console/*.js", "player/src/*.js", "player/preview/src/*.js")
PAGES = ("server/web/help/texts/zh.md", "server/web/help/texts/words.md", "docs/quickstart.md")
CATALOGUE = "server/web/translations/en/LC_MESSAGES/messages.po"
A_PATTERN = re.compile(r"\\[sdwbu]|\(\?|\[\^|\|\S*\|")
"""Strings that parse people's input, not texts for them."""


class Rule(NamedTuple):
    """A pattern to avoid, and the words to write instead."""

    pattern: str
    instead: str


SPACES = Rule(r"(?<=\S)  +(?=\S)", "one space")
CHINESE = (
    SPACES,
    Rule(r"进行.{0,6}(操作|处理|设置|修改|删除|查询|审批|上传|播放)", "直接用动词：审批、修改"),
    Rule(r"被成功|成功地|操作成功|操作失败", "写明做成了什么，或什么没有做成、怎么办"),
    Rule(r"请注意|请确保|请知悉|温馨提示", "直接写要做的事"),
    Rule(r"无法加载|加载失败|资源不存在", "画面打不开、没有找到，并写明原因"),
    Rule(r"您的(请求|输入|操作)", "写明是什么：密码不正确、日期已过"),
    Rule(r"点击(此处|这里|按钮)|单击", "点“按钮名”"),
    Rule(r"(确定|确认)要.*吗|是否(确定|确认|要)", "……。确定吗？"),
    Rule(r"出错了|未知错误|系统错误|发生(了)?(一个)?错误|抱歉|对不起|哎呀", "写明原因和怎么办"),
    Rule(r"非法|无效的?(输入|参数|值)|输入无效|参数(错误|无效|有误)", "写明应当怎样填写"),
    Rule(r"你", "您"),
    Rule(r"用户(?!名)", "人员，或账号"),
    Rule(r"人们|它们|他们的", "群众，或直接写是谁"),
    Rule(r"对于.{1,12}(来说|而言)|作为一个|基于.{1,8}的|通过.{1,10}来|的话，", "改成短句"),
    Rule(r"意味着|站在那里|被.{1,8}所", "会怎样，在该处，主动句"),
    Rule(r"第二(个)?人|第二位", "另一人"),
    Rule(r"版式", "模板"),
    Rule(r"公网地址", "访问地址：内网的也用它"),
    Rule(r"名册", "已登记的序列号、显示屏"),
    Rule(r"疑似重复|疑似复制的", "疑似复制终端"),
    Rule(r"初始素材|入门素材", "起步素材"),
    Rule(r"安静时段|每日汇总|定期报表", "免打扰时段，每日摘要，定时报表"),
    Rule(r"凭据", "凭证"),
    Rule(r"离线(时长|时间|小时)|掉线|失联", "中断时长；断线；离线（docs/glossary.md 一表）"),
    Rule(
        r"(?<!无线)(?<!视频)信号(?!灯|强)|断连|成片断线",
        "断联（应亮未联系）；暂时断联",
    ),
    Rule(r"填报数|人工填报|的填报(?![人页])", "人工上报，或人工填写；填报只作动词"),
    Rule(r"等待画面", "垫播画面（没有排期），安全画面（停播）"),
    Rule(r"增幅", "提高到几倍（增加多少 %），前后对比"),
    Rule(r"^分组$", "统计维度"),
    Rule(r"自有占比", "自有内容占比"),
    Rule(r"未答复|看不清|临时随机(?!抽查)|来由", "未响应，无法辨认，临时随机抽查，来源"),
    Rule(r"重新载入|取日志(?<!获取日志)", "重新加载，获取日志"),
    Rule(
        r"多久播一次|最紧的|没有任务需要让出|谁会看到",
        "播多少次，全部屏幕情况相同，其他任务不受影响",
    ),
    Rule(r"自称播|此时之前|被紧急插播盖|盖过了节目", "终端上报的，截至时刻，被紧急插播占用"),
    Rule(r"以前的日期", "历史日期"),
    Rule(r"认得|没写", "可自动识别，未填"),
    Rule(r"“(宣传|审批|查看|审计|交通运输)”角色", "宣传员，审批员，查看员，审计员"),
    Rule(r"尚未联系|还没联系|没有联系过|(?<!从)未联系过", "从未联系"),
    Rule(r"广告|投放|电信诈骗", "宣传任务，播放，电信网络诈骗"),
    Rule(r"设备(?!序列号)", "播放终端，或播放盒"),
    Rule(r"已审批的", "已批准的"),
    Rule(r"(\}|\d|几|多少|一|两) ?(个|台)(显示)?屏", "块"),
    Rule(r"(\}|\d|几|多少) ?(辆|块|条|间)点位", "个"),
    Rule(
        rf"(?<={HAN})[,;:!?](?={HAN})(?!密码@)|(?<={HAN})\(|\)(?={HAN})|(?<={HAN})\.$",
        "全角：，；：！？（）。",
    ),
    Rule(rf"\"(?={HAN})|(?<={HAN})\"", "“”"),
    Rule(r"\.\.\.|。。|，，|…(?=…{2})", "……，正在做的事可用一个…"),
    Rule(r" (?=[，。；：！？、）”])|(?<=[，。；：！？、（“]) (?!·)", "标点前后不空格"),
    Rule(
        rf"(?<={HAN})\d|[}}\d](?=(块|次|天|秒|分(?!组)|小时|个|条|张|辆|行|处|人|倍|份|批))",
        "汉字与数字之间空一格",
    ),
    Rule(r"[０-９Ａ-Ｚａ-ｚ％]", "半角数字和字母"),
)
ENGLISH = (
    Rule(r"(?i)success(fully)?", "say what was done"),
    Rule(r"(?i)please (note|be (advised|aware)|kindly)|kindly", "say what to do"),
    Rule(r"(?i)invalid (input|value|request|parameter)", "say how it is written"),
    Rule(r"(?i)\b(oops|sorry|unfortunately|whoops)\b", "say what happened and what to do"),
    Rule(
        r"(?i)an? (unknown |unexpected )?error (has )?occurred|unknown error", "say what happened"
    ),
    Rule(r"(?i)click (here|this)\b", "name the button"),
    Rule(
        r"(?i)\b(utili[sz]e|in order to|prior to|in case of failure|via the)\b", "use, to, before"
    ),
    Rule(r"(?i)\bdevices?\b", "player, box or screen"),
    Rule(r"(?i)\bcontent items?\b|\bads?\b", "asset, campaign"),
    Rule(r"\bcan not\b", "can't or cannot"),
    Rule(r"(?<=\w)\(s\)", "the plural: server/foundation/counted_texts.py makes it agree"),
    Rule(r"’|‘", "a straight apostrophe"),
    Rule(r"\.\.\.", "…"),
    Rule(r" (?=[,;!](\s|$))", "one space, and none before a mark"),
    Rule(r"(?<![\u4e00-\u9fff”】])[，。；：！？（）](?![\u4e00-\u9fff])", "half-width marks"),
    SPACES,
)
KEPT = {
    "server/web/search/page_names.py": "what people may type to find a page",
    "server/inventory/imports/entities/venue_columns.py": "headings of tables that offices have",
    "server/inventory/imports/entities/screens.py": "headings of tables that offices have",
}


COLUMNS = ("server/operations/commands/", "server/operations/supervisor/")
"""What a terminal shows in columns."""


class Text(NamedTuple):
    """Something that people read."""

    place: str
    line: int
    sentence: str
    language: str


def in_python(path: Path) -> Iterator[Text]:
    """Sentences, and other strings with Chinese in them; docstrings are for us."""
    source = path.read_text(encoding="utf-8")
    if not re.search(HAN, source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr):
            continue
        english = node.args[1:2] if isinstance(node, ast.Call) else []
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr):
                continue
            for sentence in literals(child):
                if child in english and has_chinese(node):
                    yield Text(place_of(path), child.lineno, sentence, "en")
                elif re.search(HAN, sentence):
                    yield Text(place_of(path), child.lineno, sentence, "zh")


def has_chinese(node: ast.AST) -> bool:
    """Whether it is a call whose first word is Chinese."""
    return isinstance(node, ast.Call) and bool(re.search(HAN, "".join(literals(node.args[0]))))


def literals(node: ast.AST) -> Iterator[str]:
    """The text of a literal, its values in braces."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values
        )


def in_template(path: Path) -> Iterator[Text]:
    """The arguments of `_`."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for sentence in re.findall(r"_\('([^']+)'\)", line):
            yield Text(place_of(path), number, sentence, "zh")


def in_catalogue(path: Path) -> Iterator[Text]:
    """Both languages of the pages."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := re.match(r'msg(id|str) "(.+)"$', line):
            sentence = found[2].replace('\\"', '"').replace("%%", "%")
            yield Text(place_of(path), number, sentence, "zh" if found[1] == "id" else "en")


def in_script(path: Path) -> Iterator[Text]:
    """Strings with Chinese in them."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for sentence in re.findall(r'"([^"\n]*)"', line):
            if re.search(HAN, sentence):
                yield Text(place_of(path), number, sentence, "zh")


def in_prose(path: Path) -> Iterator[Text]:
    """Lines outside of code; in a table each cell."""
    text = re.sub(
        r"```.*?```", lambda m: "\n" * m[0].count("\n"), path.read_text("utf-8"), flags=re.S
    )
    for number, line in enumerate(text.splitlines(), 1):
        words = re.sub(r"`[^`]*`|\]\([^)]*\)|!\[[^\]]*\]", "x", line).lstrip("-# 0123456789.")
        for sentence in words.split(" | "):
            language = "zh" if re.search(HAN, sentence) else "en"
            yield Text(place_of(path), number, sentence.strip("| "), language)


def place_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def all_texts(root: Path = ROOT) -> Iterator[Text]:
    """All texts of the project for people."""
    for path in sorted(root.glob("server/**/*.py")):
        yield from in_python(path)
    for path in sorted(root.glob("server/web/templates/**/*.html")):
        yield from in_template(path)
    for pattern in SCRIPTS:
        for path in sorted(root.glob(pattern)):
            yield from in_script(path)
    yield from in_catalogue(root / CATALOGUE)
    for name in (*PAGES, "server/web/help/texts/en.md"):
        yield from in_prose(root / name)


def faults_of(texts: Iterator[Text]) -> list[str]:
    """Each text that breaks a rule: file and line, the text, and what to write instead."""
    found = []
    for text in texts:
        if text.place in KEPT or A_PATTERN.search(text.sentence):
            continue
        for rule in CHINESE if text.language == "zh" else ENGLISH:
            if rule is SPACES and text.place.startswith(COLUMNS):
                continue
            if hit := re.search(rule.pattern, text.sentence):
                found.append(
                    f"{text.place}:{text.line}: {text.sentence[:80]!r}: {hit[0]!r} → {rule.instead}"
                )
    return found


@pytest.mark.slow
def test_no_text_for_people_has_machine_words_or_marks_out_of_place() -> None:
    texts = list(all_texts())

    assert len(texts) > 5_000
    assert faults_of(iter(texts)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "素材被成功上传。",
        "请注意：文件较大。",
        "您的请求无法处理。",
        "点击此处下载",
        "确定要删除吗？",
        "没有这个用户。",
        "选中 3 个显示屏",
        "3 块屏无信号",
        "网络反复断连。",
        "基线（填报数）",
        "显示等待画面，不黑屏",
        "增幅：为开始前的 0.8 倍",
        "分组",
        "自有占比",
        "未答复，画面看不清",
        "轮到它，被紧急插播盖住",
        "以前的日期也按新标准计算",
        "多久播一次",
        "请给他“审批”角色。",
        "文件太大,请压缩。",
        "正在处理...",
        "共3 块显示屏",
        "The file was uploaded successfully.",
        "Please note that it is large.",
        "Invalid input.",
        "Oops, try again.",
        "{n} screen(s)",
        "Where：here",
    ],
)
def test_each_of_these_is_found(sentence: str) -> None:
    language = "zh" if re.search(HAN, sentence) else "en"

    assert faults_of(iter([Text("planted.py", 7, sentence, language)]))[0].startswith(
        "planted.py:7: "
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'WRONG = Sentence("请注意，文件太大。", "The file is too large.")\n'),
        ("b.py", 'WRONG = Sentence("文件太大。", "Invalid value.")\n'),
        ("c.html", "<p>{{ _('请注意，文件太大。') }}</p>\n"),
        ("d.po", 'msgid "文件太大。"\nmsgstr "Oops, too large."\n'),
        ("e.js", 'say("请注意，文件太大。");\n'),
        ("f.md", "- 请注意，文件太大。\n"),
    ],
)
def test_a_planted_word_is_named_by_file_and_line(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text("\n\n" + text, encoding="utf-8")
    readers = {
        ".py": in_python,
        ".html": in_template,
        ".po": in_catalogue,
        ".js": in_script,
        ".md": in_prose,
    }

    found = faults_of(readers[path.suffix](path))

    assert [one.split(" ")[0] for one in found] == [f"{name}:{3 + (name == 'd.po')}:"]


FORMULA = "播放完成率 = "
MARK = 'data-figure="delivery_rate"'
RATE = re.compile(r"完成率'|delivery_rate|in delivery\b")


def test_the_rate_of_delivery_is_explained_wherever_it_is_shown() -> None:
    bare = [
        path.name
        for path in (ROOT / "server/web/templates").glob("**/*.html")
        if RATE.search(text := path.read_text(encoding="utf-8").replace(MARK, ""))
        and "{{ rate_note(" not in text
        and FORMULA not in text
    ]

    assert bare == []


BLANK = re.compile(
    r"_\('[^']*[。！？；：，]'\)[^{}]*\}\}(?:\{%[^%]*%\}|</[a-z]+>)* +(?:\{\{|\{%|<a|<span|<strong)"
)


def test_no_blank_follows_a_mark_that_has_its_own_room() -> None:
    found = {
        f"{path.name}: {hit[0][-60:]}"
        for path in (ROOT / "server/web/templates").glob("**/*.html")
        for hit in BLANK.finditer(path.read_text(encoding="utf-8"))
    }

    assert found == set(), "write {{ between }}: a blank in English, nothing in Chinese"
