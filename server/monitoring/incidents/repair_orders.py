"""报修单: the repair sheet for a firm, for one incident or all open ones."""

from collections.abc import Sequence
from typing import Final

from server.foundation.i18n import Sentence
from server.foundation.phone_masking import masked
from server.monitoring.incidents.catalogue import CAUSES, STATES
from server.monitoring.incidents.messages import Reader, name_of
from server.monitoring.incidents.with_names import Named

SHEET: Final = Sentence("报修单", "Repair orders")
HEADINGS: Final = (
    Sentence("单号", "Number"),
    Sentence("责任单位", "Unit"),
    Sentence("线路", "Line"),
    Sentence("点位/车辆", "Venue or vehicle"),
    Sentence("显示屏", "Screen"),
    Sentence("地址", "Address"),
    Sentence("故障", "Fault"),
    Sentence("起始时间", "Since"),
    Sentence("状态", "State"),
    Sentence("原因", "Cause"),
    Sentence("联系人", "Contact"),
    Sentence("联系电话", "Phone"),
    Sentence("维修单位", "Firm"),
    Sentence("维修电话", "Its phone"),
    Sentence("派单时间", "Ordered at"),
    Sentence("说明", "Note"),
    Sentence("处理结果", "What was done"),
    Sentence("维修人签字", "Signed by the firm"),
    Sentence("验收人签字", "Signed by us"),
)


def order_row(reader: Reader, one: Named, *, whole: bool = False) -> list[str]:
    """The cells of one incident in the order of the headings; the last are filled in by hand.

    `whole`: with full phone numbers, on the sheet of one incident.
    """
    format_phone = str if whole else masked
    row = one.incident
    cause = CAUSES.get(row.cause) if row.cause else None
    return [
        f"BX{row.id:06d}",
        one.unit,
        one.line,
        one.vehicle or one.venue,
        one.screen,
        one.address,
        name_of(reader, row.code),
        reader.on_paper(row.since),
        reader.translate(STATES[row.state][0]),
        reader.translate(cause) if cause else "",
        one.contact_name,
        format_phone(one.contact_phone),
        row.firm,
        format_phone(row.firm_phone),
        reader.on_paper(row.dispatched_at) if row.dispatched_at else "",
        row.order_note or row.note,
        "",
        "",
        "",
    ]


def order_rows(reader: Reader, rows: Sequence[Named], *, whole: bool = False) -> list[list[str]]:
    """The cells of several incidents."""
    return [order_row(reader, one, whole=whole) for one in rows]


def headings(reader: Reader) -> list[str]:
    """The column headings."""
    return [reader.translate(one) for one in HEADINGS]
