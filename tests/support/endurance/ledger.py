"""Plays handed in by virtual players and their acknowledgements, recorded on the way."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from server.simulator.wire.links import NetLink
from server.simulator.wire.protocol import COMPLETED, Json, NoNetwork, Refused

UNRECORDED, OTHER, WHOLE = 0, 1, 2


@dataclass
class Ledger:
    """By boot one byte a play, by its number, and the number acknowledged by the server."""

    plays: dict[str, bytearray] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    lost: list[Json] = field(default_factory=list)
    switched: int = 0
    """How often a player reported a plan on air, with an acknowledgement."""

    def note_sent(self, batch: Json) -> None:
        """A batch is on its way, for the first time or again; the last word on a play counts."""
        if "lost" in batch:
            self.lost.append(batch)
            return
        states = self.plays.setdefault(batch["boot"], bytearray())
        end = batch["first"] - 1 + len(batch["slot"])
        states.extend(bytes(max(0, end - len(states))))
        for place, state in enumerate(batch["state"], batch["first"] - 1):
            is_whole = batch["manifest"] is not None and state == COMPLETED
            states[place] = WHOLE if is_whole else OTHER

    def note_answer(self, batch: Json, answer: Any) -> None:
        """The server's answer to it."""
        before = self.acknowledged.get(batch["boot"], 0)
        self.acknowledged[batch["boot"]] = max(before, int(answer["upto"]))
        if answer["upto"] < before:
            self.lost.append({"boot": batch["boot"], "told": before, "now": answer["upto"]})

    def figures(self) -> Json:
        """For the comparison: acknowledged and handed in by boot, whole plays, and oddities."""
        return {
            "told": self.acknowledged,
            "plays": {boot: states.hex() for boot, states in self.plays.items()},
            "holes": sum(states.count(UNRECORDED) for states in self.plays.values()),
            "refused": dict(self.refused),
            "lost": self.lost,
            "switched": self.switched,
        }


class NotingLink(NetLink):
    """A way to the server that writes into a ledger."""

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base)
        self._ledger = ledger

    def send(self, token: str, event: str, payload: Json) -> Any:
        """As it goes. Raises NoNetwork and Refused."""
        if event != "plays":
            answer = super().send(token, event, payload)
            self._ledger.switched += event == "switched"
            return answer
        self._ledger.note_sent(payload)
        try:
            answer = super().send(token, event, payload)
        except Refused as refused:
            self._ledger.refused[f"{refused.status} {refused.code}"] += 1
            raise
        except NoNetwork:
            self._ledger.refused["no answer"] += 1
            raise
        self._ledger.note_answer(payload, answer)
        return answer
