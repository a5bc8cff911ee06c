"""A project's identity goes to the bin with the last case on it and comes back with it; its code is free meanwhile."""

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.subjects import in_use, subjects_follow
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.register import find
from xianxing.subjects.enterprise.models import Enterprise
from xianxing.subjects.project.models import Project

CASES = "attraction"


def change(town, verb, pk) -> Outcome:
    return one(find(CASES), town.as_post("officer-one", "重复登记"), Change(verb, pk))


def make(town, name="项目甲", code="P1") -> int:
    return create(find(CASES), town.as_post("officer-one"), name=name, code=code)


def gone(code="P1") -> bool:
    return Project.objects.get(code=code).deleted_at is not None


def test_a_deleted_case_takes_its_subject_along_and_brings_it_back(town):
    pk = make(town)
    outcome = change(town, "delete", pk)
    assert outcome.done
    assert gone()
    assert sorted(AuditItem.objects.filter(entry_id=outcome.entry).values_list("register", flat=True)) == [
        CASES,
        "project",
    ]
    assert change(town, "restore", pk).done
    assert not gone()


def test_the_code_of_a_deleted_case_is_free_and_a_restore_that_collides_is_refused_by_name(town):
    first = make(town)
    change(town, "delete", first).must()
    second = make(town, name="项目乙")
    outcome = change(town, "restore", first)
    assert [(blocker.code, blocker.field, blocker.value) for blocker in outcome.blockers] == [("taken", "code", "P1")]
    change(town, "delete", second).must()
    assert change(town, "restore", first).done
    assert list(Project.objects.filter(deleted_at=None).values_list("name", flat=True)) == ["项目甲"]


def test_a_code_that_a_subject_without_a_case_has_is_refused_by_name(town):
    create(find("project"), town.as_post("planner"), name="只有身份", code="P1")
    outcome = one(find(CASES), town.as_post("officer-one"), Change("create", fields={"name": "项目甲", "code": "P1"}))
    assert [blocker.code for blocker in outcome.blockers] == ["taken"]


def test_what_a_living_record_names_is_in_use_and_no_longer_when_that_is_deleted(town, code):
    company = create(find("enterprise"), town.as_post("officer-one"), code=code(1), name="某公司")
    pk = create(find(CASES), town.as_post("officer-one"), name="项目甲", code="P1", enterprise=f"#{company}")
    assert in_use(Enterprise, [company]) == {company}
    change(town, "delete", pk).must()
    assert in_use(Enterprise, [company]) == set()


def test_a_subject_that_something_else_names_stays(town, monkeypatch):
    pk = make(town)
    monkeypatch.setattr("xianxing.kernel.actions.subjects.in_use", lambda _model, ids: set(ids))
    assert change(town, "delete", pk).done
    assert not gone()
    assert change(town, "restore", pk).done


def test_a_subject_changed_meanwhile_is_not_deleted_unseen(town, monkeypatch):
    pk = make(town)
    real = "xianxing.kernel.actions.write.subjects_follow"
    from_before = Project.objects.get(code="P1").version

    def meanwhile(register, context, drafts):
        Project.objects.filter(code="P1").update(version=from_before + 1)
        return subjects_follow(register, context, drafts)

    monkeypatch.setattr(real, meanwhile)
    assert change(town, "delete", pk).state == "stale"
    assert not gone()
