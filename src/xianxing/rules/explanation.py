"""What a rule set says of one record, to be given to whom it concerns: all reasons, and nothing of anybody else."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.rules.asking import Asked
from xianxing.rules.disclosure import veiled, withheld
from xianxing.rules.engine.explaining import explain as explain_row
from xianxing.rules.judgement import Judgement
from xianxing.rules.library import rulesets
from xianxing.rules.ruleset import RuleSet
from xianxing.rules.sources import KEY, YEAR, Source
from xianxing.rules.trying import facts_of, judges

__all__ = ["explained", "judging", "years_of"]

NO_RETURN = Problem(
    "rule_no_return",
    _("Nothing is reported of this record for %(year)s"),
    _("Choose another year, or enter the annual return first"),
)
NOT_ALL_SEEN = Problem(
    "rule_not_all_seen",
    _("You may not see all facts from which this is judged: %(what)s"),
    _("Ask somebody who may see them"),
)


def judging(source: Source, on: date) -> list[RuleSet]:
    """The rule sets in force on a day that ask for nothing but what the source has."""
    return [one for one in rulesets() if (version := one.in_force(on)) and judges(version, source)]


def years_of(source: Source, context: Context, pk: int) -> list[int]:
    """The years for which a record has a return that the caller may see, latest first."""
    if not source.yearly:
        return []
    found = source.gather(context, (), ids=[pk])
    return sorted(found[YEAR].to_list(), reverse=True)


def explained(one: Asked, source: Source, context: Context, pk: int, year: int, on: date) -> Judgement:
    """The judgement of one record among all others; raises :class:`Blocked` where the caller may not see it.

    Where the rule compares records all of them are judged, whoever asks; nothing of the others is told.
    """
    register = find(source.register)
    if not gate.rows(register, context).filter(pk=pk).exists():
        raise Blocked((Blocker(gate.NOT_THERE, value=f"#{pk}", params={"register": register.label}),))
    own = facts_of([one.version], source, context, year, [pk])
    ours = own.filter(own[YEAR] == year) if source.yearly else own
    if not len(ours):
        raise Blocked((Blocker(NO_RETURN, "year", value=str(year), params={"year": year}),))
    hidden = [
        one.version.labels[code] for code in one.version.inputs if code in source.terms and code not in own.columns
    ]
    if hidden:
        raise Blocked((Blocker(NOT_ALL_SEEN, params={"what": hidden}),))
    key = str(ours[KEY][0])
    facts = facts_of([one.version], source, context.unscoped(), year) if one.version.compares else own
    found = explain_row(one, facts.lazy(), key, on)
    at = facts.filter(facts[KEY] == key)[YEAR].to_list().index(year) if source.yearly else 0
    return veiled(found[at], one.version, withheld(one, facts, key, on))
