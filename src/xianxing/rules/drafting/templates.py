"""What a draft begins with: a head, and shapes already filled in, to be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel.bilingual import bilingual
from xianxing.kernel.blockers import Label
from xianxing.rules.drafting.shapes import write
from xianxing.rules.drafting.writer import Terms
from xianxing.rules.reading import read_yaml

__all__ = ["TEMPLATES", "Template", "begin"]

HERE = _("this zone")


@dataclass(frozen=True)
class Template:
    """A kind of beginning; ``shapes`` are written one after the other."""

    code: str
    label: Label
    shapes: tuple[tuple[str, Mapping[str, str]], ...]


@cache
def _templates() -> Mapping[str, Template]:
    data = read_yaml(Path(__file__).with_name("templates.yaml").read_text(encoding="utf-8"))
    return {
        code: Template(
            code, bilingual(**one["label"]), tuple((made["shape"], made["values"]) for made in one["shapes"])
        )
        for code, one in data.items()
    }


TEMPLATES = _templates()


def _here() -> str:
    with override("zh-hans"):
        return str(HERE)


def begin(template: str, head: Mapping[str, str], terms: Terms, on: date) -> str:
    """The text of a new draft. ``head``: code, title, source (empty: the zone's own), jurisdiction, version."""
    source: dict[str, Any] = {"source": head["source"]} if head.get("source") else {"own": True}
    top = {
        "code": head["code"],
        "title": head["title"],
        **source,
        "jurisdiction": head.get("jurisdiction") or _here(),
    }
    edition = {"version": head.get("version") or "1", "state": "draft", "starts_on": on}
    text = yaml.safe_dump(top, allow_unicode=True, sort_keys=False, width=110)
    text += yaml.safe_dump({"versions": [edition]}, allow_unicode=True, sort_keys=False, default_flow_style=None)
    for shape, values in TEMPLATES[template].shapes:
        text = write(text, shape, values, terms, on)
    return text
