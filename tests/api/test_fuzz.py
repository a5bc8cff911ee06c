"""The API from its own reference: whatever fits the reference, and much that does not, is answered and never breaks it."""

from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.strategies import one_of
from schemathesis.generation import GenerationMode

from tests.api.zone import caller, context, make_zone
from xianxing.api.product import API
from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find

pytestmark = pytest.mark.django_db

# One register of each shape: a case with a subject, a plain one with codes, one without codes; the rest is a trial.
SHAPES = ("attraction", "unit", "holding", "token", "general")


def operations(tags: tuple[str, ...]) -> list[str]:
    """Operation ids of the given tags; all of them when none is given."""
    paths = API.get_openapi_schema(path_prefix="/api/")["paths"]
    known = [operation for path in paths.values() for operation in path.values()]
    return [operation["operationId"] for operation in known if not tags or operation["tags"][0] in tags]


def fuzz(name: str, examples: int) -> None:
    """Send generated requests to one operation, fitting and unfitting ones."""
    schema = schemathesis.openapi.from_dict(API.get_openapi_schema(path_prefix="/api/"))
    headers = {"Authorization": f"Bearer {caller('officer').secret}", "Accept-Language": "en"}
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
    fuzz(name, 12)
