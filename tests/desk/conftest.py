"""Fixtures of the desk's tests."""

from importlib import import_module

import pytest


@pytest.fixture
def zone(db: None) -> None:
    """The small zone of the pages' tests with a plan; imported late, for this file may load before Django is set up."""
    import_module("tests.desk.programme").make_programme()
