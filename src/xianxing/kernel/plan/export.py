"""The plan as JSON."""

import json
from datetime import date

from xianxing.kernel.context import Context
from xianxing.kernel.plan.tree import tree

__all__ = ["export_json"]


def export_json(context: Context, plan: str = "", day: date | None = None) -> str:
    """The plan tree as indented JSON: nodes, numbers, projects, documents, organisations, lights with reasons."""
    return json.dumps(tree(context, plan, day), ensure_ascii=False, indent=2)
