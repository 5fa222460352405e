"""The API does what its description says, whatever it is asked: no server error, no breach of the schema.

`make fuzz` (SKILLMIX_FUZZ=1) asks much longer; where a machine judges, the examples are the same each time.
"""

from __future__ import annotations

import copy
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from api_clients import token_of
from hypothesis import HealthCheck, given, settings

from skillmix.web.api import rates
from skillmix.web.api.operations import NEEDS, api
from skillmix.web.api.urls import ROUTES

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode, checks
    from schemathesis.core.failures import FailureGroup

pytestmark = pytest.mark.database

assert ROUTES, "the operations are declared where they are imported"
EXAMPLES = 400 if os.environ.get("SKILLMIX_FUZZ") else 20
#: Free text such as `by` takes more than the description can forbid: it is refused with a cure, so that what
#: the description allows need not be accepted.
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
)


@pytest.fixture
def schema(projected: str) -> Any:
    """The description, to be asked within this process."""
    return described(dict(api.get_openapi_schema()))


def described(description: dict[str, Any]) -> Any:
    from skillmix.web.site.wsgi import application

    checks.load_all_checks()
    found = schemathesis.openapi.from_dict(description)
    found.app = application
    return found


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("name", sorted(NEEDS))
def test_every_operation_answers_as_described(
    schema: Any,
    projected: str,
    account: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    mode: str,
) -> None:
    monkeypatch.setattr(rates, "A_MINUTE", 1_000_000)
    secret = token_of(account("organisation_lead", "NT1"))
    operation = schema.find_operation_by_id(name)
    asked: list[int] = []

    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        if mode == "positive":
            # Nearly every word is the name of no place: those that are there must be asked too.
            if "place" in case.path_parameters:
                case.path_parameters["place"] = "north"
            if "run" in case.path_parameters:
                case.path_parameters["run"] = projected
        answer = case.call(headers={"Authorization": f"Bearer {secret}", "Host": "localhost"})
        asked.append(answer.status_code)
        case.validate_response(answer, checks=list(CHECKS))

    ask()
    assert asked
    if mode == "positive":
        assert 200 in asked


def test_a_breach_of_the_description_is_seen(projected: str, account: Callable[..., Any]) -> None:
    description = copy.deepcopy(dict(api.get_openapi_schema()))
    columns = description["components"]["schemas"]["OrganisationRow"]["properties"]
    columns["share_place"]["type"] = "string"
    case = (
        described(description).find_operation_by_id("organisations").Case(path_parameters={"place": "north"})
    )
    secret = token_of(account("organisation_lead", "NT1"))
    answer = case.call(headers={"Authorization": f"Bearer {secret}", "Host": "localhost"})
    assert answer.status_code == 200
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=[checks.response_schema_conformance])
