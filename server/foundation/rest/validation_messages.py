"""Texts and remedies for each of pydantic's kinds of errors, one per line.

A test checks that none is missing. `{names}` are filled from the error.
"""

from collections.abc import Mapping
from typing import Final

from server.foundation.i18n import Sentence

_OBJECT: Final = Sentence(
    '请填写一个 JSON 对象，例如 {{"name": "…"}}。',
    'Give a JSON object, for example {{"name": "…"}}.',
)
_LIST: Final = Sentence('请填写一个列表，例如 ["…"]。', 'Give a list, for example ["…"].')
_TEXT: Final = Sentence("请填写文字（字符串）。", "Give a text (a string).")
_BOOL: Final = Sentence("请填写 true 或 false。", "Give true or false.")
_WHOLE: Final = Sentence("请填写整数。", "Give a whole number.")
_NUMBER: Final = Sentence("请填写数字。", "Give a number.")
_DATE: Final = Sentence(
    "请填写真实存在的日期，例如 2026-11-24。", "Give a date that exists, for example 2026-11-24."
)
_TIME: Final = Sentence("请填写时刻，例如 08:00。", "Give a time of day, for example 08:00.")
_INSTANT: Final = Sentence(
    "请填写带时区偏移的时间，例如 2026-11-24T08:00:00+08:00。",
    "Give a time with its offset, for example 2026-11-24T08:00:00+08:00.",
)
_DURATION: Final = Sentence("请填写时长，例如 PT15S。", "Give a duration, for example PT15S.")
_MISSING: Final = Sentence("此项必填，请补上。", "This is required: fill it in.")
_UNKNOWN: Final = Sentence(
    "没有这个字段，请删除或检查拼写。",
    "There is no such field: leave it out or check its spelling.",
)
_ONE_OF: Final = Sentence("只能填写：{expected}。", "Give one of: {expected}.")
_TOO_DEEP: Final = Sentence(
    "嵌套层数过多，请减少层数。", "It is nested too deeply: use fewer levels."
)
_NULL: Final = Sentence("此项只能为 null。", "This must be null.")
_AS_DESCRIBED: Final = Sentence(
    "此值无法使用，请按接口文档 /api/docs 填写。",
    "This value can't be used: give it as /api/docs describes.",
)
_READ_ONLY: Final = Sentence("此项不能修改，请删除。", "This can't be changed: leave it out.")
_URL: Final = Sentence(
    "请填写网址，例如 https://example.cn。", "Give an address such as https://example.cn."
)
_UUID: Final = Sentence("请填写 UUID。", "Give a UUID.")
_TWICE: Final = Sentence("此项重复，请只填写一次。", "This is given twice: give it once.")

TEXTS: Final[Mapping[str, Sentence]] = {
    "no_such_attribute": _UNKNOWN,
    "json_invalid": Sentence("JSON 格式有误，请检查引号、逗号和括号。",
                             "This isn't JSON: check quotes, commas and brackets."),
    "json_type": _TEXT,
    "needs_python_object": _AS_DESCRIBED,
    "recursion_loop": _TOO_DEEP,
    "recursion_depth_exceeded": _TOO_DEEP,
    "missing": _MISSING,
    "frozen_field": _READ_ONLY,
    "frozen_instance": _READ_ONLY,
    "extra_forbidden": _UNKNOWN,
    "invalid_key": Sentence("键名请使用文字。", "Use texts as names."),
    "get_attribute_error": _AS_DESCRIBED,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "dataclass_exact_type": _OBJECT,
    "named_tuple_type": _LIST,
    "default_factory_not_called": _MISSING,
    "none_required": _NULL,
    "greater_than": Sentence("请填写大于 {gt} 的值。", "Give more than {gt}."),
    "greater_than_equal": Sentence("请填写不小于 {ge} 的值。", "Give {ge} or more."),
    "less_than": Sentence("请填写小于 {lt} 的值。", "Give less than {lt}."),
    "less_than_equal": Sentence("请填写不大于 {le} 的值。", "Give {le} or less."),
    "multiple_of": Sentence("请填写 {multiple_of} 的倍数。", "Give a multiple of {multiple_of}."),
    "finite_number": Sentence("请填写有限的数字（不能是 NaN 或无穷大）。",
                              "Give a finite number (not NaN or infinity)."),
    "too_short": Sentence("请至少填写 {min_length} 项。", "Give at least {min_length} of them."),
    "too_long": Sentence("请最多填写 {max_length} 项。", "Give at most {max_length} of them."),
    "iterable_type": _LIST,
    "iteration_error": _LIST,
    "string_type": _TEXT,
    "string_unicode": Sentence("文字请使用 UTF-8 编码。", "Send the text as UTF-8."),
    "string_too_short": Sentence("请至少填写 {min_length} 个字符。",
                                 "Give at least {min_length} characters."),
    "string_too_long": Sentence("请缩短到 {max_length} 个字符以内。",
                                "Shorten it to at most {max_length} characters."),
    "string_pattern_mismatch": Sentence("请按此格式填写：{pattern}",
                                        "Give it in the form {pattern}"),
    "string_not_ascii": Sentence("请只使用英文字母、数字和符号。", "Use ASCII characters only."),
    "enum": _ONE_OF,
    "dict_type": _OBJECT,
    "frozen_dict_type": _OBJECT,
    "ordered_dict_type": _OBJECT,
    "counter_type": _OBJECT,
    "mapping_type": _OBJECT,
    "list_type": _LIST,
    "deque_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "set_item_not_hashable": _AS_DESCRIBED,
    "bool_type": _BOOL,
    "bool_parsing": _BOOL,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": Sentence("数字过大，请填写较小的整数。",
                                 "The number is too large: give a smaller one."),
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bytes_type": _TEXT,
    "bytes_too_short": Sentence("请至少提供 {min_length} 个字节。",
                                "Give at least {min_length} bytes."),
    "bytes_too_long": Sentence("请最多提供 {max_length} 个字节。",
                               "Give at most {max_length} bytes."),
    "bytes_invalid_encoding": Sentence("内容编码有误，请使用 {encoding} 编码。",
                                       "The encoding is wrong: use {encoding}."),
    "value_error": _AS_DESCRIBED,
    "assertion_error": _AS_DESCRIBED,
    "literal_error": _ONE_OF,
    "missing_sentinel_error": _AS_DESCRIBED,
    "ellipsis_error": _AS_DESCRIBED,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": Sentence("请填写过去的日期。", "Give a date in the past."),
    "date_future": Sentence("请填写将来的日期。", "Give a date in the future."),
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": Sentence("请填写过去的时间。", "Give a time in the past."),
    "datetime_future": Sentence("请填写将来的时间。", "Give a time in the future."),
    "timezone_naive": Sentence("时间请不要带时区偏移。", "Give the time without an offset."),
    "timezone_aware": _INSTANT,
    "timezone_offset": Sentence("时区偏移应为 {tz_expected} 秒，请改正。",
                                "Give the time with an offset of {tz_expected} s."),
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "is_instance_of": _AS_DESCRIBED,
    "is_subclass_of": _AS_DESCRIBED,
    "callable_type": _AS_DESCRIBED,
    "union_tag_invalid": Sentence("{discriminator} 只能填写：{expected_tags}。",
                                  "{discriminator}: give one of {expected_tags}."),
    "union_tag_not_found": Sentence("请填写 {discriminator}。", "Give {discriminator}."),
    "arguments_type": _OBJECT,
    "missing_argument": _MISSING,
    "unexpected_keyword_argument": _UNKNOWN,
    "missing_keyword_only_argument": _MISSING,
    "unexpected_positional_argument": _UNKNOWN,
    "missing_positional_only_argument": _MISSING,
    "multiple_argument_values": _TWICE,
    "url_type": _URL,
    "url_parsing": _URL,
    "url_syntax_violation": _URL,
    "url_too_long": Sentence("网址请缩短到 {max_length} 个字符以内。",
                             "Shorten the address to at most {max_length} characters."),
    "url_scheme": Sentence("网址请以 {expected_schemes} 开头。",
                           "Begin the address with {expected_schemes}."),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": Sentence("请填写第 {expected_version} 版 UUID。",
                             "Give a UUID of version {expected_version}."),
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": Sentence("请最多填写 {max_digits} 位数字。",
                                   "Give at most {max_digits} digits."),
    "decimal_max_places": Sentence("请最多填写 {decimal_places} 位小数。",
                                   "Give at most {decimal_places} decimal places."),
    "decimal_whole_digits": Sentence("小数点前请最多填写 {whole_digits} 位数字。",
                                     "Give at most {whole_digits} digits before the point."),
    "fraction_type": _NUMBER,
    "fraction_parsing": _NUMBER,
    "complex_type": _NUMBER,
    "complex_str_parsing": _NUMBER,
}  # fmt: skip

# A regular expression helps no reader; a test finds patterns of the API without a text here.
PATTERNS: Final[Mapping[str, Sentence]] = {
    r"^\d{1,15}$": Sentence(
        "请原样使用上一页答复中的 next。", "Use the `next` of the page before as it is."
    ),
    r"^\d{1,15}\.\d{1,15}$": Sentence(
        "请原样使用上一页答复中的 next。", "Use the `next` of the page before as it is."
    ),
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
