"""The Jinja2 environment of all pages: translated and autoescaped."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from jinja2 import Environment

__all__ = ["environment"]


def environment(**options: Any) -> Environment:
    """Built once, by Django. Components take dicts with absent keys: undefined names print nothing."""
    trimmed = {**options, "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(**trimmed)  # noqa: S701 - Django's backend sets autoescape
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(static=static, url=reverse)
    env.filters["day"] = lambda day: date_format(day, "DATE_FORMAT") if day else ""
    return env
