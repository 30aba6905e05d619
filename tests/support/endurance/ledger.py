"""Plays handed in by virtual players and their acknowledgements, recorded on the way."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from server.simulator.wire.links import NetLink
from server.simulator.wire.protocol import COMPLETED, Json, NoNetwork, Refused

UNSAID, OTHER, WHOLE = 0, 1, 2


@dataclass
class Ledger:
    """By boot one byte a play, by its number, and the number acknowledged by the server."""

    plays: dict[str, bytearray] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    lost: list[Json] = field(default_factory=list)
    switched: int = 0
    """How often a player reported a plan on air, with an acknowledgement."""

    def say(self, batch: Json) -> None:
        """A batch is on its way, for the first time or again; the last word on a play counts."""
        if "lost" in batch:
            self.lost.append(batch)
            return
        said = self.plays.setdefault(batch["boot"], bytearray())
        end = batch["first"] - 1 + len(batch["slot"])
        said.extend(bytes(max(0, end - len(said))))
        for place, state in enumerate(batch["state"], batch["first"] - 1):
            is_whole = batch["manifest"] is not None and state == COMPLETED
            said[place] = WHOLE if is_whole else OTHER

    def hear(self, batch: Json, answer: Any) -> None:
        """The server's answer to it."""
        before = self.told.get(batch["boot"], 0)
        self.told[batch["boot"]] = max(before, int(answer["upto"]))
        if answer["upto"] < before:
            self.lost.append({"boot": batch["boot"], "told": before, "now": answer["upto"]})

    def figures(self) -> Json:
        """For the comparison: acknowledged and handed in by boot, whole plays, and oddities."""
        return {
            "told": self.told,
            "plays": {boot: said.hex() for boot, said in self.plays.items()},
            "holes": sum(said.count(UNSAID) for said in self.plays.values()),
            "refused": dict(self.refused),
            "lost": self.lost,
            "switched": self.switched,
        }


class NotingLink(NetLink):
    """A way to the server that writes into a ledger."""

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base)
        self._ledger = ledger

    def say(self, token: str, event: str, payload: Json) -> Any:
        """As it goes. Raises NoNetwork and Refused."""
        if event != "plays":
            answer = super().say(token, event, payload)
            self._ledger.switched += event == "switched"
            return answer
        self._ledger.say(payload)
        try:
            answer = super().say(token, event, payload)
        except Refused as refused:
            self._ledger.refused[f"{refused.status} {refused.code}"] += 1
            raise
        except NoNetwork:
            self._ledger.refused["no answer"] += 1
            raise
        self._ledger.hear(payload, answer)
        return answer
