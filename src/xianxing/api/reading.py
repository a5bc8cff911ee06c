"""Reading requests: JSON without what no store can hold, addresses without what no text can hold."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.errors import HttpError
from ninja.parser import Parser

__all__ = ["StrictParser", "clean"]


class StrictParser(Parser):
    """Ninja's parser, but NaN, infinity, lone surrogates, NUL and bottomless nesting are refused as not readable."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            found = json.loads(request.body, parse_constant=_no_constant)
            _check(json.dumps(found, ensure_ascii=False))
        except (ValueError, RecursionError) as error:
            raise HttpError(400, "") from error
        return found  # type: ignore[no-any-return]

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, values in data.lists():
            for text in (name, *values):
                clean(str(text))
        return super().parse_querydict(data, list_fields, request)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(text: str) -> None:
    text.encode("utf-8")
    if "\\u0000" in text or "\x00" in text:
        raise ValueError("NUL")


def clean(text: str) -> str:
    """A text from an address; refused when no store can hold it."""
    if "\x00" in text:
        raise HttpError(400, "")
    return text
