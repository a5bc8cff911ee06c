"""Undoing an entry: creations go, edits go back, nobody's later change is lost."""

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.actions.undo import undo
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.register import find

JUDGED = {
    "investor": "甲投资有限公司", "industry": "new_energy", "brings": "project", "investment": "32000",
    "fixed_investment": "25000", "judged_on": "2017-09-29",
}  # fmt: skip


def batch(town, code, number: int = 150):
    changes = [Change("create", fields={"code": code(i), "name": f"企业{i}", "capital": "12.5"}) for i in range(number)]
    return act(find("enterprise"), town.as_post("officer-one"), changes, name="import").must()


def test_an_undone_import_is_gone_and_can_be_imported_again(town, code):
    officer = town.as_post("officer-one")
    outcome = undo(officer, batch(town, code).entry)
    assert outcome.state == "done"
    assert gate.rows(find("enterprise"), officer).count() == 0
    entry = AuditEntry.objects.get(number=outcome.entry)
    assert (entry.action, entry.size) == ("undo", 150)
    assert batch(town, code).state == "done"
    assert verify()[1] is None


def test_undone_edits_get_their_former_values_back(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    ids = batch(town, code).records
    edits = [Change("edit", pk, 1, {"name": "改", "capital": "", "founded_on": "2017-01-01"}) for pk in ids]
    entry = act(register, officer, edits).must().entry
    assert undo(officer, entry).state == "done"
    row = gate.get(register, officer, ids[0])
    assert (row.values["name"], row.values["capital"], row.values["founded_on"]) == ("企业0", 12_500_000, None)


def test_nothing_is_undone_over_a_later_change_which_is_named(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    first = batch(town, code, 3)
    later = edit(register, officer, first.records[1], {"name": "后来改的"}).entry
    outcome = undo(officer, first.entry)
    assert outcome.blockers[0].code == "changed_since"
    assert "后来改的" in outcome.blockers[0].words()
    assert str(later) in outcome.blockers[0].words()
    assert gate.rows(register, officer).count() == 3


def test_an_undone_case_takes_its_subject_along(town):
    cases, officer = find("attraction"), town.as_post("officer-one")
    entry = act(cases, officer, [Change("create", fields={"name": "项目甲", "code": "P1"})]).must().entry
    assert undo(officer, entry).state == "done"
    assert act(cases, officer, [Change("create", fields={"name": "项目甲", "code": "P1"})]).state == "done"


def test_only_who_may_delete_or_edit_may_undo(town, code):
    entry = batch(town, code, 2).entry
    outcome = undo(town.as_post("officer-two"), entry)
    assert outcome.state == "blocked"
    assert gate.rows(find("enterprise"), town.as_post("officer-one")).count() == 2


def test_a_move_and_an_unknown_entry_are_refused_in_words(town):
    cases, officer = find("attraction"), town.as_post("officer-one")
    pk = create(cases, officer, name="项目甲")
    entry = act(cases, officer.because("推进"), [Change("move", pk, fields=JUDGED, to="negotiate")]).must().entry
    assert [blocker.code for blocker in undo(officer, entry).blockers] == ["not_undoable"]
    assert [blocker.code for blocker in undo(officer, 10_000).blockers] == ["no_entry"]
