"""The zone of the crowd, prepared and afterwards proven; run with XIANXING_HOME and DATABASE_URL of the server's.

``python crowd_zone.py prepare`` fills an empty database with the demo, gives sixteen people posts in one unit, and
prints their sessions and the codes of the shared cases as JSON. ``python crowd_zone.py prove SHARED…`` prints what
stands in the end.
"""

import json
import os
import sys
from typing import Any

import django

PEOPLE = 16
SHARED = 8
UNIT = "invest1"
ROLES = ("investment_officer", "unit_head")
CASE = {"industry": "new_energy", "investment": "50000", "brings": "technology"}


def main() -> None:
    """Do what the command line asks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianxing.settings"
    django.setup()
    told = prepare() if sys.argv[1] == "prepare" else prove(sys.argv[2:])
    print(json.dumps(told, default=str))


def prepare() -> dict[str, Any]:
    """The demo with a crowd in one of its units, and cases that all of them may edit."""
    from django.core.management import call_command  # noqa: PLC0415 - the settings are read by now
    from django.db import transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from xianxing.demo.loader import load  # noqa: PLC0415
    from xianxing.kernel import gate  # noqa: PLC0415
    from xianxing.kernel.actions.act import create  # noqa: PLC0415
    from xianxing.kernel.context import Context  # noqa: PLC0415
    from xianxing.kernel.register import find  # noqa: PLC0415
    from xianxing.kernel.units.models import Person  # noqa: PLC0415
    from xianxing.kernel.units.seats import business_date, context_of_post  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load(projects=60)
        system = Context.system(business_date(), "demo")
        for number in range(PEOPLE):
            code = f"crowd-{number:02d}"
            post = {"code": code, "name": f"同事{number}", "unit": UNIT, "role": ROLES[number % len(ROLES)]}
            create(find("post"), system, **post, opened_on="2010-01-01")
            create(find("person"), system, login=code, name=f"同事{number}")
            create(find("holding"), system, post=code, person=code, starts_on="2015-01-01")
        register, officer = find("attraction"), context_of_post("crowd-00", "demo")
        made = [
            create(register, officer, name=f"共用项目{n}号", investor=f"共用{n}方", year_plan="0", **CASE)
            for n in range(SHARED)
        ]
        shared = [str(gate.get(register, officer, pk).values["code"]) for pk in made]
    Person.objects.filter(login__startswith="crowd-").update(must_change=False)
    sessions = {}
    for number in range(PEOPLE):
        client = Client()
        client.force_login(Person.objects.get(login=f"crowd-{number:02d}"))
        sessions[f"crowd-{number:02d}"] = client.cookies["sessionid"].value
    return {"sessions": sessions, "shared": shared}


def prove(shared: list[str]) -> dict[str, Any]:
    """What the shared cases sum to, what else stands, and whatever does not hold."""
    from xianxing.kernel.backup.proof import prove_zone  # noqa: PLC0415
    from xianxing.kernel.jobs.models import Job  # noqa: PLC0415
    from xianxing.lines.attract.projects.models import ProjectCase  # noqa: PLC0415
    from xianxing.subjects.enterprise.models import Enterprise  # noqa: PLC0415

    proof = prove_zone()
    cases = ProjectCase.objects.filter(project__code__in=shared).values_list("year_plan", flat=True)
    return {
        "sum": sum(value or 0 for value in cases) // 1_000_000,
        "imported": Enterprise.objects.filter(name__startswith="人群工厂").count(),
        "moved": ProjectCase.objects.filter(project__name__startswith="人群项目", stage="negotiation").count(),
        "jobs": list(Job.objects.filter(function__startswith="sheet.", invented=False).values_list("state", "failure")),
        "entries": proof.entries,
        "findings": [f"{finding.place}: {finding.what}" for finding in proof.findings],
    }


if __name__ == "__main__":
    main()
