"""What the description of the API says beside the schemas of the records."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_RECORDS = {
    "decisions": ("Decision", "Decisions; as JSON Lines also outcomes, reviews and effects."),
    "outcomes": ("Outcome", "What later turned out to be true about decisions."),
    "reviews": ("Review", "What people found who looked at decisions."),
    "effects": ("Effect", "What was done to people because of decisions."),
}
_FAILURES = {
    "400": "The body is not what its content type says.",
    "401": "No service token that is valid now.",
    "403": "The token does not open this, or is for another use.",
    "409": "The source has sent another record under this id.",
    "413": "Too many bytes or records.",
    "415": "A content type or encoding that is not read here.",
    "422": "The record is refused; the document says why.",
    "503": "Not now: send it again after Retry-After seconds. Nothing was stored.",
}


def api(schemas: Mapping[str, Any]) -> Json:
    """Describe the API around the schemas of the records."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Answerable: the decision API",
            "version": "1",
            "description": (
                "Every answer to a record comes after it is on disk. Send a record again with "
                "the same source and id as often as you like: it is stored once."
            ),
        },
        "security": [{"token": []}],
        "paths": {
            **{f"/api/v1/{name}": _records(*told) for name, told in _RECORDS.items()},
            **_permits(),
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas, **_answers()},
        },
    }


def _records(schema: str, summary: str) -> Json:
    record = {"$ref": f"#/components/schemas/{schema}"}
    records = {"type": "array", "items": record}
    event = {"$ref": "#/components/schemas/CloudEvent"}
    content = {
        "application/json": {"schema": {"oneOf": [record, records]}},
        "application/x-ndjson": {"schema": {"type": "string", "description": "One a line."}},
        "application/cloudevents+json": {"schema": event},
        "application/cloudevents-batch+json": {"schema": {"type": "array", "items": event}},
    }
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": content},
            "responses": {
                "201": _json("One record is stored.", "Stored"),
                "200": _json("What became of each record of a batch.", "Batch"),
                **_failures("400", "401", "403", "409", "413", "415", "422", "503"),
            },
        }
    }


def _permits() -> Json:
    asked = {"required": True, "content": {"application/json": {"schema": _ref("LeaseRequest")}}}
    return {
        "/api/v1/leases": {
            "post": {
                "summary": "What a use may do for the next seconds, signed.",
                "requestBody": asked,
                "responses": {
                    "200": _json("A lease.", "Envelope"),
                    **_failures("400", "401", "403", "413", "503"),
                },
            }
        },
        "/api/v1/leases/returned": {
            "post": {
                "summary": "Give back what leases did not use.",
                "requestBody": asked,
                "responses": {
                    "204": {"description": "Taken back."},
                    **_failures("400", "401", "403", "413", "503"),
                },
            }
        },
        "/api/v1/leases/opt-outs": {
            "get": {
                "summary": "The marks of the people who opted out of a use.",
                "parameters": [_parameter("use")],
                "responses": {
                    "200": {
                        "description": "A salt of 32 bytes, then marks of 16 bytes in order.",
                        "content": {"application/octet-stream": {}},
                    },
                    **_failures("400", "401", "403", "503"),
                },
            }
        },
        "/api/v1/effect": {
            "get": {
                "summary": "Whether a stored decision may take effect now.",
                "parameters": [_parameter("source"), _parameter("id")],
                "responses": {
                    "200": _json("Clear, or held with the reasons.", "EffectAnswer"),
                    **_failures("400", "401", "403", "503"),
                },
            }
        },
        "/api/v1/health": {
            "get": {
                "summary": "Whether the gateway takes records.",
                "security": [],
                "responses": {
                    "200": _json("It takes records.", "Health"),
                    "503": _json("It is starting.", "Health"),
                },
            }
        },
    }


def _answers() -> Json:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    item = _object(
        {"kind": text, "source": text, "id": text, "digest": text, "index": number},
        proof={"type": "array", "items": text},
    )
    returned = _object({"lease": text, "unused": number})
    return {
        "CloudEvent": _object(
            {
                "specversion": {"const": "1.0"},
                "type": {"type": "string", "pattern": r"^org\.answerable\.[a-z]+\.v1$"},
                "source": text,
                "id": text,
                "data": {"type": "object"},
            },
            time={"type": "string", "format": "date-time"},
        ),
        "Envelope": _object(
            {"payload": text, "payloadType": text, "signatures": {"type": "array"}}
        ),
        "Receipt": _object({"commit": _ref("Envelope"), "items": {"type": "array", "items": item}}),
        "Stored": _object(
            {"status": {"enum": ["stored", "stored_before"]}, "receipt": _ref("Receipt")}
        ),
        "Batch": _object(
            {
                "stored": number,
                "stored_before": number,
                "refused": {
                    "type": "array",
                    "items": _object({"row": number, "code": text, "message": text, "hint": text}),
                },
                "receipt": {"oneOf": [_ref("Receipt"), {"type": "null"}]},
            }
        ),
        "LeaseRequest": _object(
            {"use": text}, version=text, nonce=text, returned={"type": "array", "items": returned}
        ),
        "EffectAnswer": _object(
            {"effect": {"enum": ["clear", "held"]}, "reasons": {"type": "array", "items": text}}
        ),
        "Health": _object({"status": text, "waiting": number}),
        "Problem": _object(
            {"type": text, "title": text, "status": number, "code": text, "detail": text},
            hint=text,
        ),
    }


def _failures(*statuses: str) -> Json:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {one: {"description": _FAILURES[one], "content": content} for one in statuses}


def _json(description: str, schema: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": _ref(schema)}},
    }


def _parameter(name: str) -> Json:
    return {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(required: Json, **optional: Json) -> Json:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **optional},
    }
