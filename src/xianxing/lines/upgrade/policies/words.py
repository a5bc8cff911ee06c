"""How policies and what is lacking are called, on page, report and sheet alike."""

from django.utils.translation import gettext as _

from xianxing.lines.upgrade.policies.matching import Standing
from xianxing.rules.judgement import Clause

__all__ = ["called_off", "lack", "place_of"]


def called_off(one: Standing) -> str:
    """What keeps a policy from paying on this day."""
    if one.trial and one.one:
        return _("in force only from %(day)s: judged as if it were") % {"day": one.one.version.starts_on.isoformat()}
    return "" if one.row["stage"] == "issued" else _("noted for comparison; not published here")


def place_of(one: Standing) -> str | None:
    """Where the rule holds."""
    place = one.one.version.jurisdiction if one.one else None
    return {"zone": _("this zone"), "全国": _("the whole country")}.get(place or "", place)


def lack(clause: Clause) -> str:
    """A clause that does not hold, with its distance, or what is not known of it."""
    if clause.holds is None:
        return _("%(clause)s: not known") % {"clause": clause.label}
    distance = clause.shown["distance"]
    if distance.startswith(("-", "−")):
        return _("%(clause)s (short by %(distance)s)") % {"clause": clause.label, "distance": distance[1:]}
    return str(clause.label)
