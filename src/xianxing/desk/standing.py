"""Where the projects that a plan names stand now, as far as the reader may see them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from xianxing.desk.plan import project_line
from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY, Register
from xianxing.pages.addresses import by_id
from xianxing.pages.lights import Lights

__all__ = ["projects_of"]

Plain = dict[str, Any]


def projects_of(context: Context, node: Plain) -> list[dict[str, Any]]:
    """The projects named here, each with the stage to reach and where it stands, as far as the caller may see."""
    standing = _standing(context, node["projects"])
    found = []
    for project in node["projects"]:
        here = standing.get((project["register"], project["record"]), {})
        wanted = here.get("labels", {}).get(project["stage"], "")
        found.append(
            {
                **project_line(project),
                "wanted": str(wanted) or project_line(project)["verb"],
                "quote": project["quote"],
                **here,
            }
        )
    return found


def _standing(context: Context, projects: Iterable[Plain]) -> dict[tuple[str, int], dict[str, Any]]:
    """Where named projects stand: their own record, or the case that a line runs on it. Two queries per register."""
    ids: dict[str, list[int]] = {}
    for project in projects:
        if project["register"] in REGISTRY and project["record"]:
            ids.setdefault(project["register"], []).append(project["record"])
    found: dict[tuple[str, int], dict[str, Any]] = {}
    lights = Lights.load(context) if ids else None
    for code, records in ids.items():
        subject = REGISTRY[code]
        if subject.may(context, "view"):
            rows = gate.rows(subject, context).filter(pk__in=records).values_list("pk", flat=True)
            found |= {(code, pk): {"url": by_id(subject, pk)} for pk in rows}
        for register in REGISTRY.values():
            own = register.model is subject.model and register.flow is not None
            if (
                lights
                and register.may(context, "view")
                and (own or (register.subject and register.subject_model is subject.model))
            ):
                found |= _cases(context, register, code, "id" if own else f"{register.subject}_id", records, lights)
    return found


def _cases(
    context: Context, register: Register, code: str, path: str, records: Sequence[int], lights: Lights
) -> dict[tuple[str, int], dict[str, Any]]:
    rows = gate.rows(register, context).filter(**{f"{path}__in": records})
    subjects = dict(rows.values_list("pk", path))
    flow = register.flow
    found = {}
    for row in gate.cells(register, context, rows, gate.visible(register, context)):
        stage = row.text(register.fields["stage"])
        found[code, subjects[row.id]] = {
            "url": by_id(register, row.id),
            "stage": stage or _("not stated"),
            "unstated": not stage,
            "labels": {s.code: s.label for s in flow.stages} if flow else {},
            "light": lights.of(register, row),
            "unverified": bool(row.values.get("as_stated")),
            "invented": row.invented,
        }
    return found
