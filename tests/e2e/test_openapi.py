"""docs/openapi.yaml: its own examples fit it, and a server shows it with its own paths."""
import json

import contract_schema
import jsonschema
import pytest
import requests


def media_types(value, where=""):
    """Every media type object of the document, with where it stands."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "application/json" and isinstance(item, dict):
                yield f"{where}/{name}", item
            yield from media_types(item, f"{where}/{name}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from media_types(item, f"{where}/{i}")


def examples():
    for where, media_type in media_types(contract_schema.document()):
        if "example" in media_type:
            yield pytest.param(media_type["schema"], media_type["example"], id=where)
        for name, example in media_type.get("examples", {}).items():
            yield pytest.param(media_type["schema"], example["value"], id=f"{where}/{name}")


@pytest.mark.parametrize("schema, example", examples())
def test_example_fits(schema, example):
    contract_schema.validate(schema, example)


def test_there_are_examples():
    assert len(list(examples())) >= 15


def test_every_schema_is_one():
    for name, schema in contract_schema.document()["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(contract_schema.resolved(schema))
        assert contract_schema.resolved(schema), name


@pytest.mark.parametrize("schema, wrong", [
    ("Error", {"error_reason": "nope"}),
    ("Error", {"error_reason": "bad_request", "display_message": None}),
    ("ConnectResponse", {"redirect_uri": "http://localhost/"}),
    ("Id", 1 << 63),
    ("TestConnectionResponse", {"test_results": []}),
])
def test_what_is_wrong_does_not_fit(schema, wrong):
    with pytest.raises(jsonschema.ValidationError):
        contract_schema.validate({"$ref": f"#/components/schemas/{schema}"}, wrong)


def served(server):
    answer = requests.get(server.base + "/openapi.json", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def test_a_server_shows_its_own_paths(serve):
    server = serve(config={
        "endpoints": {"connect_path": "/pc/begin", "delete_connection_path": "/pc/end"}})
    document = served(server)
    usual = json.loads(json.dumps(contract_schema.document()))
    assert set(document["paths"]) == {"/pc/begin", "/pc/end"}
    assert document["paths"]["/pc/begin"] == usual["paths"]["/connect"]
    assert document["paths"]["/pc/end"] == usual["paths"]["/delete-connection"]
    assert document["components"] == usual["components"]
    assert document["openapi"] == "3.1.0"


def test_test_hooks_are_shown_where_they_are_on(serve):
    hooks = {"/delete-account", "/expire-account"}
    assert not hooks & set(served(serve())["paths"])
    assert hooks <= set(served(serve(test_hooks="on"))["paths"])
