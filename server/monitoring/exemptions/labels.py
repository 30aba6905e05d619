"""Labels of exemptions: reasons and states of requests."""

from typing import Final, Literal, get_args

from server.foundation.i18n import Sentence

Code = Literal[
    "power_cut", "network_cut", "maintenance", "out_of_service", "refurbishment", "closed"
]
CODES: Final[dict[Code, Sentence]] = {
    "power_cut": Sentence("停电", "Power cut"),
    "network_cut": Sentence("断网", "Network cut"),
    "maintenance": Sentence("检修", "Maintenance"),
    "out_of_service": Sentence("停驶", "Out of service"),
    "refurbishment": Sentence("装修", "Refurbishment"),
    "closed": Sentence("停业", "Closed"),
}
assert set(CODES) == set(get_args(Code))  # noqa: S101 - both lists are one
STATES: Final = {
    "submitted": (Sentence("待审批", "Waiting for approval"), "wait"),
    "approved": (Sentence("已批准", "Approved"), "good"),
    "rejected": (Sentence("已退回", "Rejected"), "bad"),
    "withdrawn": (Sentence("已撤回", "Withdrawn"), ""),
}
