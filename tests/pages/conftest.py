"""Fixtures of the pages' tests."""

from importlib import import_module

import pytest


@pytest.fixture
def zone(db: None) -> None:
    """The small zone of :mod:`tests.pages.zone`; imported late, for this file may load before Django is set up."""
    import_module("tests.pages.zone").make_zone()
