"""Examples of bodies that aren't JSON, or that the view parses itself."""

from typing import Any, Final

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"


def _form(description: str, **others: dict[str, Any]) -> dict[str, Any]:
    """A form with a file and other fields."""
    file = {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": description,
    }
    schema = {"type": "object", "required": ["file"], "properties": {"file": file, **others}}
    return {"multipart/form-data": {"schema": schema}}


UPLOAD: Final = _form(
    "a picture or clip; its type comes from its content",
    name={"type": "string", "description": "left out: the file's"},
    unit_id={"type": "string", "description": "left out: one's own unit"},
    fit={
        "enum": ["whole", "crop"],
        "description": "left out: whole, of a new version the old one's",
    },
)
PHOTO: Final = _form("a picture; its type comes from its content")
TABLE: Final = _form("xlsx, or csv in UTF-8 or GB 18030")
PART: Final[dict[str, Any]] = {
    "application/offset+octet-stream": {
        "schema": {"type": "string", "contentMediaType": "application/octet-stream"}
    }
}
TOKEN: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "examples": [DEVICE_GRANT, "enrolment_key"]},
        "device_code": {"type": "string"},
        "enrolment_key": {"type": "string"},
        "serial": {"type": "string"},
        "box": {"type": "string", "pattern": "^([A-Za-z0-9_-]{22,64})?$"},
    },
}
REBINDING: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Of a player that holds pins: docs/protocol.md, part 1.",
    "required": ["screen", "nonce"],
    "properties": {
        "screen": {"type": "string", "minLength": 1, "maxLength": 64},
        "nonce": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        "kids": {"type": "array", "maxItems": 8, "items": {"type": "string", "maxLength": 64}},
    },
}
TOKEN_AS_JSON: Final[dict[str, Any]] = {
    **TOKEN,
    "properties": {**TOKEN["properties"], "rebinding": REBINDING},
}
_BATCH: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Columns of equal length, or declared losses: docs/protocol.md, part 5.",
    "required": ["boot"],
    "properties": {
        "boot": {"type": "string", "minLength": 1, "maxLength": 64},
        "first": {"type": "integer", "minimum": 1},
        "manifest": {"type": ["string", "null"]},
        "lost": {"type": ["array", "null"]},
    },
}
_BEAT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "docs/protocol.md, part 6.",
    "required": ["boot", "state"],
    "properties": {
        "boot": {"type": "string", "minLength": 1, "maxLength": 64},
        "state": {
            "enum": [
                "pairing", "preparing", "playing", "takeover", "off_hours", "fallback", "stalled",
            ]
        },
        "version": {"type": ["integer", "null"], "minimum": 0},
    },
}  # fmt: skip
_CLOCK: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["t0"],
    "properties": {"t0": {"type": "number"}},
}
_SWITCHED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["version", "manifest", "at"],
    "properties": {
        "version": {"type": "integer", "minimum": 0},
        "manifest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "at": {"type": "number"},
    },
}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


FORMS: Final[dict[str, dict[str, Any]]] = {
    "upload_asset": UPLOAD,
    "replace_asset": UPLOAD,
    "upload_spot_photo": PHOTO,
    "import_roster_table": TABLE,
    **dict.fromkeys(
        (
            "import_venues",
            "import_lines",
            "import_vehicles",
            "import_screens",
            "mark_venue_problems",
            "mark_line_problems",
            "mark_vehicle_problems",
            "mark_screen_problems",
        ),
        TABLE,
    ),
    "append_to_upload": PART,
    "fetch_token": {
        "application/json": {"schema": TOKEN_AS_JSON},
        "application/x-www-form-urlencoded": {"schema": TOKEN},
    },
    "take_plays": _json(_BATCH),
    "take_beat": _json(_BEAT),
    "answer_clock": _json(_CLOCK),
    "take_switched": _json(_SWITCHED),
}


def _header(name: str, schema: dict[str, Any], description: str = "") -> dict[str, Any]:
    required = name != "Upload-Metadata"
    found = {"in": "header", "name": name, "required": required, "schema": schema}
    return found | ({"description": description} if description else {})


_COUNT: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_TUS: Final = _header("Tus-Resumable", {"type": "string", "const": "1.0.0"})
HEADERS: Final[dict[str, list[dict[str, Any]]]] = {
    "begin_upload": [
        _TUS,
        _header("Upload-Length", _COUNT, "of the whole file, in bytes"),
        _header(
            "Upload-Metadata",
            {"type": "string", "examples": ["filename cGhvbmUuanBn"]},
            "pairs of a key and a value in base64, separated by commas",
        ),
    ],
    "look_at_upload": [_TUS],
    "append_to_upload": [_TUS, _header("Upload-Offset", _COUNT, "where these bytes belong")],
    "forget_upload": [_TUS],
}
