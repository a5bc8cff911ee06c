"""Evidence as a register: who may see the record may see its files; the actions are in :mod:`.actions`."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.register import Register, declare

EVIDENCE = declare(
    Register(
        code="evidence",
        label=_("Evidence"),
        model=Evidence,
        key="id",
        columns=("register", "record", "tag", "name", "media_type", "size", "digest", "withdrawn_on", "withdrawn_why"),
        grants=(grant("audit_admin", "view"),),
        group=_("System"),
    )
)
