"""Rows that belong to a record: added, changed and binned from its page, and part of its timeline."""

import re

import pytest
from tests.pages.zone import client_of, context, text_of

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find

pytestmark = pytest.mark.usefixtures("zone")


@pytest.fixture
def case() -> int:
    """A project of the housing office's investment officer."""
    return create(find("attraction"), context("officer"), name="电池项目", investor="甲公司", industry="new_energy")


def page_of(case: int) -> str:
    return f"/r/attraction/{gate.get(find('attraction'), context('officer'), case).values['code']}/"


def test_a_child_is_added_from_its_parents_page_and_leads_back_there(case: int) -> None:
    client = client_of("officer")
    text = text_of(client.get(page_of(case)))
    assert f'href="/r/attraction-contact/new/?case=%23{case}"' in text
    form = text_of(client.get(f"/r/attraction-contact/new/?case=%23{case}"))
    assert f'type="hidden" name="case" value="#{case}"' in form
    response = client.post(
        "/r/attraction-contact/new/", {"case": f"#{case}", "person": "陈志强", "phone": "0534-1234567"}
    )
    assert response["Location"] == f"/r/attraction/~{case}/#attraction-contact"
    text = text_of(client.get(page_of(case)))
    assert "陈志强" in text
    assert re.search(r"Contacts: Entered", text)


def test_a_child_is_masked_on_the_parents_page_and_in_its_timeline(case: int) -> None:
    client_of("officer").post(
        "/r/attraction-contact/new/", {"case": f"#{case}", "person": "陈志强", "phone": "13805340000"}
    )
    text = text_of(client_of("leader").get(page_of(case)))
    assert "陈**" in text
    assert "陈志强" not in text
    assert "13805340000" not in text


def test_a_child_cannot_be_added_to_a_parent_one_may_not_edit(case: int) -> None:
    client = client_of("leader")
    assert "attraction-contact/new" not in text_of(client.get(page_of(case)))
    assert client.post("/r/attraction-contact/new/", {"case": f"#{case}", "person": "x"}).status_code in {404, 422}


def test_a_changed_child_leads_back_to_its_parent(case: int) -> None:
    contact = create(find("attraction-contact"), context("officer"), case=case, person="陈志强")
    client = client_of("officer")
    address = f"/r/attraction-contact/~{contact}/edit/"
    text = text_of(client.get(address))
    was = dict(re.findall(r'name="(was\.\w+)" value="([^"]*)"', text))
    typed = {**{name[4:]: value for name, value in was.items()}, **was, "version": "1", "position": "副总裁"}
    assert client.post(address, typed)["Location"] == f"/r/attraction/~{case}/#attraction-contact"
    assert "副总裁" in text_of(client.get(page_of(case)))


def test_a_bin_of_a_child_takes_it_off_the_parents_page(case: int) -> None:
    contact = create(find("attraction-contact"), context("officer"), case=case, person="陈志强")
    client = client_of("officer")
    client.post(f"/r/attraction-contact/~{contact}/delete/", {"version": "1", "reason": "离职"})
    text = text_of(client.get(page_of(case)))
    assert f"/r/attraction-contact/~{contact}/" not in text
