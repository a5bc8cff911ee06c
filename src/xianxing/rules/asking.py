"""What is asked of a rule set: the version that judges on a day, with the parameters laid down for it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.evaluation import plain_held
from xianxing.rules.faults import NOT_IN_FORCE
from xianxing.rules.parameters import Laid, laid
from xianxing.rules.ruleset import RuleSet, Version

__all__ = ["Asked", "asked", "must_ask"]


@dataclass(frozen=True)
class Asked:
    """A rule set with the version and the parameters by which it judges."""

    ruleset: RuleSet
    version: Version
    parameters: Laid

    @property
    def digest(self) -> str:
        """The hash of everything that decides, facts apart."""
        used = {
            code: [plain_held(dated.value), dated.starts_on.isoformat()] if dated and dated.value is not None else None
            for code, dated in self.parameters.items()
        }
        return hashlib.sha256(json.dumps([self.version.digest, used], ensure_ascii=False).encode()).hexdigest()


def asked(
    ruleset: RuleSet,
    on: date,
    *,
    jurisdiction: str = "",
    version: str = "",
    as_filed: bool = False,
    parameters: Laid | None = None,
) -> Asked | None:
    """A rule set as it judges on a day; nothing where no version is in force.

    ``version`` names one, also a draft; ``parameters`` are those to judge by, if not those laid down on the day.
    """
    chosen = ruleset.version(version) if version else ruleset.in_force(on, jurisdiction)
    if chosen is None:
        return None
    if parameters is None:
        parameters = laid(chosen, on, jurisdiction or chosen.jurisdiction, as_filed=as_filed)
    return Asked(ruleset, chosen, parameters)


def must_ask(ruleset: RuleSet, on: date, *, jurisdiction: str = "", version: str = "", as_filed: bool = False) -> Asked:
    """The same; raises :class:`Blocked` where no version is in force."""
    one = asked(ruleset, on, jurisdiction=jurisdiction, version=version, as_filed=as_filed)
    if one is None:
        raise Blocked((Blocker(NOT_IN_FORCE, "on", ruleset.title, params={"day": on.isoformat()}),))
    return one
