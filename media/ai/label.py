"""The implicit label of AI-generated material: the AIGC field in a file's metadata.

GB 45438-2025 (with the measures of 2025-09-01 on labelling) names the field `AIGC`; its value is a
JSON object of strings. Generators put it into XMP, into PNG text or into tags of a container. Only
the elements of the standard are kept, as everything else comes from a stranger.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

FIELD: Final = "AIGC"
ELEMENTS: Final = (
    "Label", "ContentProducer", "ProduceID", "ReservedCode1",
    "ContentPropagator", "PropagateID", "ReservedCode2",
)  # fmt: skip
CERTAINTIES: Final = ("1", "2", "3")
"""Values of `Label`: it is AI-generated, may be, is suspected to be."""
LONGEST: Final = 300
MOST_TEXT: Final = 256 * 1024
MOST_OBJECTS: Final = 64
"""So many opening braces are tried in a text: a hostile one has nothing else."""
NAMESPACE: Final = "http://www.tc260.org.cn/ns/AIGC/1.0/"
PACKET: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:TC260="{namespace}"><TC260:AIGC>{label}</TC260:AIGC>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)

Label = dict[str, str]
Declared = Literal["none", "unmarked", "marked"]
"""An author's declaration: no AI-generated content; some, without a visible mark or with one."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The facts on a material: its author's declaration, and the label that its file had.

    `propagator` and `propagate_id` are ours; they are written beside what the producer wrote.
    """

    declared: Declared | None = None
    label: Label | None = None
    propagator: str = ""
    propagate_id: str = ""

    def __post_init__(self) -> None:
        """A label that passed a JSON order is checked again."""
        if self.label is not None:
            object.__setattr__(self, "label", _checked(self.label))

    def with_label(self, found: Label | None) -> Declaration:
        """The same with the label of the file itself, if it has one."""
        return self if found is None else replace(self, label=found)

    @property
    def is_ai(self) -> bool:
        """By the author's declaration or the file's label; the label holds against the author."""
        return self.declared in ("unmarked", "marked") or self.label is not None

    @property
    def draws_mark(self) -> bool:
        """Whether we have to draw the visible mark."""
        return self.is_ai and self.declared != "marked"

    @property
    def written(self) -> Label | None:
        """The label of our renditions; None for material that isn't AI-generated."""
        if not self.is_ai:
            return None
        own = {"ContentPropagator": self.propagator, "PropagateID": self.propagate_id}
        existing = self.label or {}
        plain = dict.fromkeys(ELEMENTS, "") | {"Label": "1"}
        return (
            plain
            | existing
            | {key: existing.get(key) or text[:LONGEST] for key, text in own.items()}
        )

    def as_order(self) -> dict[str, Any]:
        """As JSON for a child process, which gives it to the constructor again."""
        return asdict(self)


UNDECLARED: Final = Declaration()


def label_in(text: str) -> Label | None:
    """The label in a text of metadata: XMP, or the field's JSON; None without one."""
    for decoded in (text[:MOST_TEXT], html.unescape(text[:MOST_TEXT])):
        for candidate in _objects(decoded):
            label = _checked(candidate.get(FIELD, candidate))
            if label is not None:
                return label
    return None


def of_info(info: Mapping[Any, Any]) -> Label | None:
    """The label in the texts that Pillow read beside a picture."""
    return _first(_texts(info))


def of_tags(tags: Mapping[str, Any]) -> Label | None:
    """The label in the tags of a container, whose names come in any case."""
    named = [str(value) for key, value in tags.items() if FIELD in str(key).upper()]
    others = [str(value) for value in tags.values() if FIELD in str(value)]
    return _first((*named, *others))


def as_json(label: Label) -> str:
    """The field's value."""
    return json.dumps(label, ensure_ascii=False, separators=(",", ":"))


def as_xmp(label: Label) -> bytes:
    """An XMP packet with the field."""
    text = html.escape(as_json(label), quote=False)
    return PACKET.format(namespace=NAMESPACE, label=text).encode()


def _first(texts: Iterable[str]) -> Label | None:
    return next((one for text in texts if (one := label_in(text)) is not None), None)


def _texts(info: Mapping[Any, Any]) -> Iterator[str]:
    for key, value in info.items():
        name = str(key).upper()
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        if isinstance(text, str) and (FIELD in name or FIELD in text[:MOST_TEXT]):
            yield text


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects in a text, from their opening braces on."""
    decoder, at = json.JSONDecoder(), text.find("{")
    for _ in range(MOST_OBJECTS):
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(found, dict):
                yield found
        at = text.find("{", end)


def _checked(found: object) -> Label | None:
    """The standard's elements, if these are a label's."""
    if isinstance(found, str):
        return label_in(found) if found.startswith("{") else None
    if not isinstance(found, Mapping) or str(found.get("Label")) not in CERTAINTIES:
        return None
    texts = {key: str(found.get(key) or "") for key in ELEMENTS}
    return {
        key: "".join(char for char in text if char.isprintable())[:LONGEST]
        for key, text in texts.items()
    }
