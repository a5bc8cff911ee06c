"""A one-time code is good for one password; the first start makes three administrators and hands their codes out."""

from datetime import date

import pytest

from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.calendar.models import CalendarYear
from xianxing.kernel.context import Context
from xianxing.kernel.units.login import enter, first_start, is_empty, issue_code, set_password
from xianxing.kernel.units.models import Person, Unit
from xianxing.kernel.units.seats import context_for

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
GOOD = "seven-lakes-in-dezhou"


@pytest.fixture
def codes() -> dict[str, str]:
    return first_start(Context.system(DAY, "cli"), "开发区", "Zone")


def test_the_first_start_makes_three_administrators_who_exclude_one_another(codes: dict[str, str]) -> None:
    assert sorted(codes) == ["audit-admin", "sec-admin", "sys-admin"]
    assert len(set(codes.values())) == 3
    roles = {login: context_for(Person.objects.get(login=login), "page", day=DAY).roles for login in codes}
    assert roles == {
        "sys-admin": frozenset({"system_admin"}),
        "sec-admin": frozenset({"security_admin"}),
        "audit-admin": frozenset({"audit_admin"}),
    }
    assert Unit.objects.get().code == "zone"
    assert CalendarYear.objects.filter(year=2017).exists()


def test_a_zone_is_set_up_only_once(codes: dict[str, str]) -> None:
    assert not is_empty()
    with pytest.raises(Blocked):
        first_start(Context.system(DAY, "cli"), "另一个")
    assert Unit.objects.count() == 1


def test_a_one_time_code_opens_the_choice_of_a_password_until_one_is_chosen(codes: dict[str, str]) -> None:
    for _lost_connection in range(2):
        entry = enter("sys-admin", codes["sys-admin"].lower())
        assert entry is not None
        assert entry.must_change
    set_password(context_for(entry.person, "page", day=DAY), entry.person, GOOD).must()
    assert enter("sys-admin", codes["sys-admin"]) is None


def test_of_two_who_entered_with_one_code_the_first_to_choose_has_it(codes: dict[str, str]) -> None:
    first, second = (enter("sys-admin", codes["sys-admin"]) for _session in range(2))
    assert first is not None
    assert second is not None
    context = context_for(first.person, "page", day=DAY)
    set_password(context, first.person, GOOD).must()
    assert set_password(context, second.person, GOOD + "!").state == "stale"
    assert enter("sys-admin", GOOD) is not None


def test_a_code_opens_nobody_elses_log_in(codes: dict[str, str]) -> None:
    assert enter("sec-admin", codes["sys-admin"]) is None
    assert enter("nobody", codes["sys-admin"]) is None
    assert enter("sys-admin", "") is None


def test_codes_and_passwords_are_nowhere_in_the_database(codes: dict[str, str]) -> None:
    person = Person.objects.get(login="sys-admin")
    assert codes["sys-admin"] not in person.code_digest
    payloads = "".join(AuditItem.objects.values_list("payload", flat=True))
    assert not any(code in payloads for code in codes.values())
    assert person.code_digest not in payloads


def test_a_password_replaces_the_code_and_then_opens_the_log_in(codes: dict[str, str]) -> None:
    person = Person.objects.get(login="sys-admin")
    outcome = set_password(context_for(person, "page", day=DAY), person, GOOD)
    assert outcome.done
    entry = enter("sys-admin", GOOD)
    assert entry is not None
    assert not entry.must_change
    assert enter("sys-admin", codes["sys-admin"]) is None


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "sys-admin"])
def test_a_weak_password_is_refused_with_the_reason(codes: dict[str, str], password: str) -> None:
    person = Person.objects.get(login="sys-admin")
    outcome = set_password(context_for(person, "page", day=DAY), person, password)
    assert outcome.blockers[0].code == "weak_password"
    assert "%(" not in outcome.blockers[0].words()
    assert outcome.blockers[0].params["why"]
    assert enter("sys-admin", password) is None


def test_nobody_sets_the_password_of_somebody_else(codes: dict[str, str]) -> None:
    security = context_for(Person.objects.get(login="sec-admin"), "page", day=DAY)
    assert set_password(security, Person.objects.get(login="sys-admin"), GOOD).blockers[0].code == "may_not"


def test_a_new_code_from_the_security_administrator_ends_the_old_password(codes: dict[str, str]) -> None:
    person = Person.objects.get(login="sys-admin")
    set_password(context_for(person, "page", day=DAY), person, GOOD).must()
    code = issue_code(context_for(Person.objects.get(login="sec-admin"), "page", day=DAY), person)
    assert enter("sys-admin", GOOD) is None
    assert enter("sys-admin", code) is not None


def test_only_the_security_administrator_issues_codes(codes: dict[str, str]) -> None:
    person = Person.objects.get(login="sec-admin")
    for login in ("sys-admin", "audit-admin"):
        with pytest.raises(Blocked):
            issue_code(context_for(Person.objects.get(login=login), "page", day=DAY), person)


def test_an_ended_log_in_stays_shut(codes: dict[str, str]) -> None:
    Person.objects.filter(login="sys-admin").update(active_until=DAY)
    assert enter("sys-admin", codes["sys-admin"]) is None
