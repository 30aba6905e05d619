"""Texts and remedies for each of pydantic's kinds of errors.

A test checks that none is missing. `{names}` are filled from the error.
"""

from collections.abc import Mapping
from typing import Final

from server.foundation.i18n import Sentence

# Errors with the same remedy.
_ALIKE: Final[Mapping[Sentence, tuple[str, ...]]] = {
    Sentence(
        '请填写一个 JSON 对象，例如 {{"name": "…"}}。',
        'Give a JSON object, for example {{"name": "…"}}.',
    ): (
        "model_type", "model_attributes_type", "dataclass_type", "dataclass_exact_type",
        "dict_type", "frozen_dict_type", "ordered_dict_type", "counter_type", "mapping_type",
        "arguments_type",
    ),
    Sentence('请填写一个列表，例如 ["…"]。', 'Give a list, for example ["…"].'): (
        "named_tuple_type", "iterable_type", "iteration_error", "list_type", "deque_type",
        "tuple_type", "set_type", "frozen_set_type",
    ),
    Sentence("请填写文字（字符串）。", "Give a text (a string)."): (
        "json_type", "string_type", "bytes_type",
    ),
    Sentence("请填写 true 或 false。", "Give true or false."): ("bool_type", "bool_parsing"),
    Sentence("请填写整数。", "Give a whole number."): (
        "int_type", "int_parsing", "int_from_float",
    ),
    Sentence("请填写数字。", "Give a number."): (
        "float_type", "float_parsing", "decimal_type", "decimal_parsing", "fraction_type",
        "fraction_parsing", "complex_type", "complex_str_parsing",
    ),
    Sentence(
        "请填写真实存在的日期，例如 2026-11-24。",
        "Give a date that exists, for example 2026-11-24.",
    ): (
        "date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact",
    ),
    Sentence("请填写时刻，例如 08:00。", "Give a time of day, for example 08:00."): (
        "time_type", "time_parsing",
    ),
    Sentence(
        "请填写带时区偏移的时间，例如 2026-11-24T08:00:00+08:00。",
        "Give a time with its offset, for example 2026-11-24T08:00:00+08:00.",
    ): (
        "datetime_type", "datetime_parsing", "datetime_object_invalid",
        "datetime_from_date_parsing", "timezone_aware",
    ),
    Sentence("请填写时长，例如 PT15S。", "Give a duration, for example PT15S."): (
        "time_delta_type", "time_delta_parsing",
    ),
    Sentence("此项必填，请补上。", "This is required: fill it in."): (
        "missing", "default_factory_not_called", "missing_argument",
        "missing_keyword_only_argument", "missing_positional_only_argument",
    ),
    Sentence(
        "没有这个字段，请删除或检查拼写。",
        "There is no such field: leave it out or check its spelling.",
    ): (
        "no_such_attribute", "extra_forbidden", "unexpected_keyword_argument",
        "unexpected_positional_argument",
    ),
    Sentence("只能填写：{expected}。", "Give one of: {expected}."): ("enum", "literal_error"),
    Sentence("嵌套层数过多，请减少层数。", "It is nested too deeply: use fewer levels."): (
        "recursion_loop", "recursion_depth_exceeded",
    ),
    Sentence(
        "此值无法使用，请按接口文档 /api/docs 填写。",
        "This value can't be used: give it as /api/docs describes.",
    ): (
        "needs_python_object", "get_attribute_error", "set_item_not_hashable", "value_error",
        "assertion_error", "missing_sentinel_error", "ellipsis_error", "is_instance_of",
        "is_subclass_of", "callable_type",
    ),
    Sentence("此项不能修改，请删除。", "This can't be changed: leave it out."): (
        "frozen_field", "frozen_instance",
    ),
    Sentence(
        "请填写网址，例如 https://example.cn。", "Give an address such as https://example.cn."
    ): (
        "url_type", "url_parsing", "url_syntax_violation",
    ),
    Sentence("请填写 UUID。", "Give a UUID."): ("uuid_type", "uuid_parsing"),
}  # fmt: skip

TEXTS: Final[Mapping[str, Sentence]] = {
    **{error: text for text, errors in _ALIKE.items() for error in errors},
    "json_invalid": Sentence("JSON 格式有误，请检查引号、逗号和括号。",
                             "This isn't JSON: check quotes, commas and brackets."),
    "invalid_key": Sentence("键名请使用文字。", "Use texts as names."),
    "none_required": Sentence("此项只能为 null。", "This must be null."),
    "greater_than": Sentence("请填写大于 {gt} 的值。", "Give more than {gt}."),
    "greater_than_equal": Sentence("请填写不小于 {ge} 的值。", "Give {ge} or more."),
    "less_than": Sentence("请填写小于 {lt} 的值。", "Give less than {lt}."),
    "less_than_equal": Sentence("请填写不大于 {le} 的值。", "Give {le} or less."),
    "multiple_of": Sentence("请填写 {multiple_of} 的倍数。", "Give a multiple of {multiple_of}."),
    "finite_number": Sentence("请填写有限的数字（不能是 NaN 或无穷大）。",
                              "Give a finite number (not NaN or infinity)."),
    "too_short": Sentence("请至少填写 {min_length} 项。", "Give at least {min_length} of them."),
    "too_long": Sentence("请最多填写 {max_length} 项。", "Give at most {max_length} of them."),
    "string_unicode": Sentence("文字请使用 UTF-8 编码。", "Send the text as UTF-8."),
    "string_too_short": Sentence("请至少填写 {min_length} 个字符。",
                                 "Give at least {min_length} characters."),
    "string_too_long": Sentence("请缩短到 {max_length} 个字符以内。",
                                "Shorten it to at most {max_length} characters."),
    "string_pattern_mismatch": Sentence("请按此格式填写：{pattern}",
                                        "Give it in the form {pattern}"),
    "string_not_ascii": Sentence("请只使用英文字母、数字和符号。", "Use ASCII characters only."),
    "int_parsing_size": Sentence("数字过大，请填写较小的整数。",
                                 "The number is too large: give a smaller one."),
    "bytes_too_short": Sentence("请至少提供 {min_length} 个字节。",
                                "Give at least {min_length} bytes."),
    "bytes_too_long": Sentence("请最多提供 {max_length} 个字节。",
                               "Give at most {max_length} bytes."),
    "bytes_invalid_encoding": Sentence("内容编码有误，请使用 {encoding} 编码。",
                                       "The encoding is wrong: use {encoding}."),
    "date_past": Sentence("请填写过去的日期。", "Give a date in the past."),
    "date_future": Sentence("请填写将来的日期。", "Give a date in the future."),
    "datetime_past": Sentence("请填写过去的时间。", "Give a time in the past."),
    "datetime_future": Sentence("请填写将来的时间。", "Give a time in the future."),
    "timezone_naive": Sentence("时间请不要带时区偏移。", "Give the time without an offset."),
    "timezone_offset": Sentence("时区偏移应为 {tz_expected} 秒，请改正。",
                                "Give the time with an offset of {tz_expected} s."),
    "union_tag_invalid": Sentence("{discriminator} 只能填写：{expected_tags}。",
                                  "{discriminator}: give one of {expected_tags}."),
    "union_tag_not_found": Sentence("请填写 {discriminator}。", "Give {discriminator}."),
    "multiple_argument_values": Sentence("此项重复，请只填写一次。",
                                         "This is given twice: give it once."),
    "url_too_long": Sentence("网址请缩短到 {max_length} 个字符以内。",
                             "Shorten the address to at most {max_length} characters."),
    "url_scheme": Sentence("网址请以 {expected_schemes} 开头。",
                           "Begin the address with {expected_schemes}."),
    "uuid_version": Sentence("请填写第 {expected_version} 版 UUID。",
                             "Give a UUID of version {expected_version}."),
    "decimal_max_digits": Sentence("请最多填写 {max_digits} 位数字。",
                                   "Give at most {max_digits} digits."),
    "decimal_max_places": Sentence("请最多填写 {decimal_places} 位小数。",
                                   "Give at most {decimal_places} decimal places."),
    "decimal_whole_digits": Sentence("小数点前请最多填写 {whole_digits} 位数字。",
                                     "Give at most {whole_digits} digits before the point."),
}  # fmt: skip

_NEXT: Final = Sentence(
    "请原样使用上一页答复中的 next。", "Use the `next` of the page before as it is."
)
# A regular expression helps no reader; a test finds patterns of the API without a text here.
PATTERNS: Final[Mapping[str, Sentence]] = {
    r"^\d{1,15}$": _NEXT,
    r"^\d{1,15}\.\d{1,15}$": _NEXT,
    r"^\d{2}:\d{2}$": Sentence(
        "时刻请写成两位数，例如 08:00。", "Write the time with two digits each, for example 08:00."
    ),
    r"^([01]\d|2[0-3]):[0-5]\d$": Sentence(
        "时刻请写成 00:00 到 23:59，例如 08:00。",
        "Write the time as 00:00 to 23:59, such as 08:00.",
    ),
    r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$": Sentence(
        "时刻请写成 00:00 到 24:00，例如 18:00。",
        "Write the time as 00:00 to 24:00, such as 18:00.",
    ),
    r"^[a-z_]{1,30}$": Sentence(
        "请使用故障代码，例如 offline。", "Use the code of an incident, such as offline."
    ),
    r"^[0-9]{4,8}$": Sentence("请填写 4 到 8 位数字。", "Give 4 to 8 digits."),
    r"^[\w.@-]{2,60}$": Sentence(
        "用户名为 2 到 60 个字母、数字、汉字或 . @ - _。",
        "A user name has 2 to 60 letters, digits or . @ - _.",
    ),
}
