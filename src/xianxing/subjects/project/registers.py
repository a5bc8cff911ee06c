"""The register of projects, as the lines share it. Cases of a line refer to it one to one."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.project.models import Project

PROJECTS = declare(
    Register(
        code="project",
        label=_("Projects"),
        model=Project,
        prefix="XM",
        columns=(
            "code", "name", "name_en", "investor", "enterprise", "industry", "place", "location", "land", "summary",
            "investment", "fixed_investment",
        ),
        shown=("code", "name", "investor", "industry", "place", "investment"),
        sections=(
            Section(_("Project"), ("name", "name_en", "investor", "enterprise", "industry", "summary")),
            Section(_("Site and money"), ("place", "location", "land", "investment", "fixed_investment")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("plan_officer", "view refer create export"),
        ),
        search=("code", "name", "name_en", "investor"),
        place="location",
        group=_("Subjects"),
    )
)  # fmt: skip
