"""The API from its own reference: whatever fits it, and much that does not, is answered and breaks nothing."""

import json
import re
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.strategies import one_of
from schemathesis.generation import GenerationMode
from tests.api.zone import caller, context, make_zone

from xianxing.api.product import reference, the_api
from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find

pytestmark = pytest.mark.django_db

# A case with a subject, a plain register without codes, what stands beside the registers; all are a trial.
SHAPES = ("attraction", "holding", "general")


def alone(name: str) -> dict[str, Any]:
    """The reference with one operation and what it refers to: the whole is too long to read for every test."""
    whole = json.loads(reference(the_api()))
    paths = {
        path: {method: known for method, known in methods.items() if known["operationId"] == name}
        for path, methods in whole["paths"].items()
    }
    whole["paths"] = {path: methods for path, methods in paths.items() if methods}
    for methods in whole["paths"].values():
        for known in methods.values():
            known["responses"] = {"200": {"description": "any"}}
    schemas = whole["components"]["schemas"]
    wanted: set[str] = set()
    queue = [json.dumps(whole["paths"])]
    while queue:
        fresh = set(re.findall(r"#/components/schemas/([^\"]+)", queue.pop())) - wanted
        wanted |= fresh
        queue += [json.dumps(schemas[one]) for one in fresh]
    whole["components"]["schemas"] = {one: schemas[one] for one in wanted}
    return whole


def operations(tags: tuple[str, ...]) -> list[str]:
    """Operation ids of the given tags; all of them when none is given."""
    paths = json.loads(reference(the_api()))["paths"]
    known = [operation for path in paths.values() for operation in path.values()]
    return [operation["operationId"] for operation in known if not tags or operation["tags"][0] in tags]


def fuzz(name: str, examples: int, post: str = "officer") -> None:
    """Send generated requests to one operation as the holder of a post, fitting and unfitting ones."""
    schema = schemathesis.openapi.from_dict(alone(name))
    headers = {"Authorization": f"Bearer {caller(post).secret}", "Accept-Language": "en"}
    operation = schema.find_operation_by_id(name)

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
    )  # fmt: skip
    @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def send(case: Any) -> None:
        sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        kind = sent.headers.get("Content-Type", "application/json")
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
        answer = Client(raise_request_exception=False).generic(
            sent.method or "GET", sent.path_url, body, kind, headers=headers
        )
        assert answer.status_code < 500, (sent.method, sent.path_url, body, answer.content)

    send()


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()
    lead = {"name": "新能源电池项目", "investor": "甲公司", "industry": "new_energy", "investment": 1000}
    create(find("attraction"), context("officer"), **lead)


@pytest.mark.parametrize("name", operations(SHAPES))
def test_an_operation_answers_whatever_it_is_sent(name: str) -> None:
    fuzz(name, 4)


def test_every_operation_has_an_id_of_its_own() -> None:
    names = operations(())
    assert len(names) == len(set(names))
