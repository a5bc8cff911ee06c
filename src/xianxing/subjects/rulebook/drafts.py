"""What a draft's text says of itself, and what must be true before it is tried and put in force.

Fair competition: a measure that was not reviewed, or does not pass, is not issued (公平竞争审查条例, State Council
Decree 783, in force from 2024-08-01); before that day 国发〔2016〕34号 asked for the review.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Proof, Values
from xianxing.rules.check import check_text
from xianxing.rules.drafting import line_of
from xianxing.rules.library import library
from xianxing.rules.load import CODE
from xianxing.rules.reading import read_yaml

__all__ = [
    "BAD_HEAD",
    "ENACTORS",
    "OF_TEXT",
    "REVIEW",
    "apart",
    "begins",
    "facts",
    "follow_text",
    "free",
    "reviewed",
    "sound",
    "two_persons",
]

REVIEW = Proof("fair_competition", _("record of the fair-competition review"), source=_("State Council Decree 783"))
DECREE = date(2024, 8, 1)
ENACTORS = ("unit_head", "leader")
UNREADABLE = Problem(
    "ruleset_unreadable",
    _("The text cannot be kept: line %(line)s: %(what)s"),
    _("Give it at least code, title and versions, as docs/rules.md shows"),
)
ONE_VERSION = Problem(
    "ruleset_versions",
    _("The text has %(value)s versions"),
    _("Give it exactly one; an earlier version stays in force by itself until the new one starts"),
)
NOT_SOUND = Problem(
    "ruleset_faulty",
    _("The text has faults (%(count)s). Line %(line)s: %(what)s"),
    _("Open the draft, press “Check” and mend what is named there"),
)
SHIPPED = Problem(
    "ruleset_shipped",
    _("“%(value)s” is the code of a rule set that the product brings along; it is not replaced"),
    _("Give the zone's own rule set its own code"),
)
SAME_DRAFTER = Problem(
    "ruleset_two_persons",
    _("Whoever wrote the text does not put it in force"),
    _("Let another person put it in force"),
)
ALREADY = Problem(
    "ruleset_same_version",
    _("“%(value)s” is in force already with version “%(edition)s” from %(day)s"),
    _("Give the new version another name and another first day"),
)
NOT_REVIEWED = Problem(
    "ruleset_not_reviewed",
    _("The fair-competition review is not recorded: %(missing)s (%(basis)s)"),
    _("Record who concluded it, on which day and how, and attach the record as “%(proof)s”"),
)
MAY_NOT_ISSUE = Problem(
    "ruleset_restricts",
    _("The fair-competition review found that the policy restricts competition (%(basis)s)"),
    _("Change the policy and have it reviewed again"),
)
BEGINS = Problem(
    "ruleset_begins", _("A rule set begins as a draft"), _("Leave the stage out; it is tried and put in force by moves")
)
BAD_HEAD = Problem(
    "ruleset_head", _("“%(label)s” is missing or cannot be read: “%(value)s”"), _("Fill it in as the field says")
)
OF_TEXT = ("name", "ruleset", "edition", "starts_on")


def head_of(text: str) -> dict[str, Any]:
    """Code, title, version and first day as the text says them; raises :class:`Blocked`."""
    try:
        data = read_yaml(text)
    except Refused as error:
        fault = Blocker(error.problem, "text", params=error.params)
        raise _unreadable(fault.words(), line_of(text, fault)) from error
    found = data if isinstance(data, Mapping) else {}
    versions = [one for one in found.get("versions") or [] if isinstance(one, Mapping)]
    code, title = str(found.get("code") or ""), found.get("title")
    if not CODE.fullmatch(code) or not title or not versions:
        raise _unreadable(str(_("code, title or versions are missing")), 1)
    if len(versions) > 1:
        raise Blocked((Blocker(ONE_VERSION, "text", value=str(len(versions))),))
    starts = versions[0].get("starts_on")
    name = str(title.get("zh") or title.get("en") or code) if isinstance(title, Mapping) else str(title)
    return {
        "name": name[:200],
        "ruleset": code,
        "edition": str(versions[0].get("version") or "")[:60],
        "starts_on": starts if type(starts) is date else None,
    }


def _unreadable(what: str, line: int) -> Blocked:
    return Blocked((Blocker(UNREADABLE, "text", params={"what": what, "line": line}),))


def begins(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A new row is a draft, and its text says what it is called."""
    del context
    if facts["verb"] == "create" and values.get("stage") != "draft":
        yield Blocker(BEGINS, "stage")
    if "text" in facts["changed"] and values.get("text"):
        try:
            head_of(values["text"])
        except Blocked as error:
            yield from error.blockers


def follow_text(drafts: Sequence[Draft], context: Context) -> None:
    """Title, code, version and first day follow the text; whoever writes it last is its drafter."""
    for draft in drafts:
        if draft.change.verb in {"create", "edit"} and "text" in draft.changed:
            draft.values |= {**head_of(draft.result["text"]), "drafted_by": context.actor}
        if draft.change.verb == "move" and draft.result.get("stage") == "retired":
            draft.values["ends_on"] = draft.result["retired_on"]


def facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """Who acts, and what else is or was in force under the same codes: two queries for a batch."""
    actor = context.actor if context.roles & set(ENACTORS) else None  # others are refused by their role
    rows = gate.all_rows("ruleset", context)
    own = dict(rows.filter(pk__in=ids).values_list("pk", "ruleset"))
    others: dict[str, list[tuple[int, str, date | None]]] = {}
    standing = rows.filter(ruleset__in=set(own.values()), stage__in=("in_force", "retired"))
    for pk, code, edition, day in standing.values_list("pk", "ruleset", "edition", "starts_on"):
        others.setdefault(code, []).append((pk, edition, day))
    return {pk: {"actor": actor, "standing": [o for o in others.get(code, ()) if o[0] != pk]}
            for pk, code in own.items()}  # fmt: skip


def sound(values: Values, facts: Facts) -> Blocker | None:
    """The text has no fault, and its worked examples come out right."""
    del facts
    faults = check_text(values["text"])
    if not faults:
        return None
    params = {"count": len(faults), "line": line_of(values["text"], faults[0]), "what": faults[0].words()}
    return Blocker(NOT_SOUND, "text", params=params)


def free(values: Values, facts: Facts) -> Blocker | None:
    """The code is none of a shipped rule set."""
    del facts
    return Blocker(SHIPPED, "text", value=values["ruleset"]) if values["ruleset"] in library().rulesets else None


def apart(values: Values, facts: Facts) -> Blocker | None:
    """No other version of the same code bears the same name or starts on the same day."""
    for _pk, edition, day in facts.get("standing", ()):
        if edition == values["edition"] or day == values["starts_on"]:
            return Blocker(ALREADY, "text", value=values["ruleset"], params={"edition": edition, "day": day})
    return None


def two_persons(values: Values, facts: Facts) -> Blocker | None:
    """Another person than the drafter puts a text in force."""
    same = values["drafted_by"] is not None and values["drafted_by"] == facts.get("actor")
    return Blocker(SAME_DRAFTER, "drafted_by") if same else None


def reviewed(values: Values, facts: Facts) -> Blocker | None:
    """The fair-competition review of a policy is recorded, by whom, when, how it ended, with its file."""
    if values["kind"] != "policy":
        return None
    day: date = facts["business_date"]
    basis = _("State Council Decree 783") if day >= DECREE else _("Guofa [2016] No. 34")
    fields = facts["register"].fields
    lacking: list[Label] = [fields[n].label for n in ("review_on", "review_by", "review_result") if not values.get(n)]
    if not REVIEW.stands(facts["tags"]):
        lacking.append(REVIEW.label)
    if lacking:
        params = {"missing": lacking, "basis": basis, "proof": REVIEW.label}
        return Blocker(NOT_REVIEWED, "review_result", params=params)
    return (
        Blocker(MAY_NOT_ISSUE, "review_result", params={"basis": basis})
        if values["review_result"] == "restricts"
        else None
    )
