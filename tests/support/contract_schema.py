"""docs/openapi.yaml as the judge of answers: every answer that the tests get goes through check()."""
import functools
import json
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def document():
    return yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))


def resolved(value):
    """A part of the document with its local references followed, all the way down."""
    if isinstance(value, dict):
        if "$ref" in value:
            target = document()
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            rest = {name: item for name, item in value.items() if name != "$ref"}
            return {**resolved(target), **resolved(rest)}
        return {name: resolved(item) for name, item in value.items()}
    if isinstance(value, list):
        return [resolved(item) for item in value]
    return value


@functools.cache
def validator(schema_text):
    return jsonschema.Draft202012Validator(json.loads(schema_text))


def validate(schema, value):
    validator(json.dumps(resolved(schema))).validate(value)


@functools.cache
def operations():
    """By operationId and, where the paths are the usual ones, by method and path."""
    found = {}
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            found[operation["operationId"]] = operation
            found[method.upper(), path] = operation
    return found


def check(operation, status, content_type, body):
    """An answer to @operation: its status is foreseen, its body is what is said there."""
    responses = resolved(operations()[operation]["responses"])
    assert str(status) in responses, f"{operation}: no answer {status} in docs/openapi.yaml"
    content = responses[str(status)].get("content")
    if not content:
        assert body == b"", f"{operation}: {status} has no body"
        return
    assert content_type == "application/json", (operation, status, content_type)
    validator(json.dumps(content["application/json"]["schema"])).validate(json.loads(body))
