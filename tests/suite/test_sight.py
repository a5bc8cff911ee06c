"""Each register, each role, each surface: the rows and values that the declared grants give, and no others."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from tests.suite.case import SuiteCase
from tests.suite.grants import Reader, rows_of, value_of
from tests.suite.surfaces import Asked, run
from tests.suite.zone import CALLERS, NOBODY, as_post

from xianxing.kernel import gate
from xianxing.kernel.filters import Query, operators_of, read_filter
from xianxing.kernel.kinds import Moment
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Column, Reference, Register
from xianxing.kernel.units.models import ROLES

QUERIES = 13  # of one page of a list: session, log-in, seats, zone, rows, count
LARGE = 200  # rows; the pages of a larger register are walked under a filter only


class SightTest(SuiteCase):
    """Reads only. The gate is asked for every role; page, API, terminal and workbook for each different answer."""

    def different(self) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with one caller for each set of rows and way of seeing them."""
        for register in REGISTRY.values():
            for post in self.alike(register):
                yield register, post, self.readers[post]

    def test_every_register_holds_something_to_tell_apart(self) -> None:
        assert [code for code, register in REGISTRY.items() if not rows_of(register)] == []
        roles = {reader.role for reader in self.readers.values()}
        assert roles - {""} == {role for role, _label in ROLES}

    def test_gate_api_page_and_terminal_show_the_rows_that_the_grants_give(self) -> None:
        for register, post, reader in self.pairs():
            with self.subTest(register=register.code, post=post):
                assert Asked(register, post, self.clients[post]).by_gate() == reader.ids(register)
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                expected = reader.ids(register)
                asked = Asked(register, post, self.clients[post])
                assert asked.by_api() == expected
                if len(expected) <= LARGE:
                    assert asked.by_page() == expected
                    assert asked.by_terminal() == expected

    def test_every_surface_shows_the_same_rows_under_the_same_filter(self) -> None:
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                if not reader.may(register, "view"):
                    continue
                column, value = a_filter(register, rows_of(register))
                wanted = [row for row in reader.rows(register) if value_of(row, column) == value]
                expected = {row.pk for row in wanted}
                asked = Asked(register, post, self.clients[post], (f"{column.name}:is:{column.kind.plain(value)}",))
                assert asked.by_gate() == expected
                assert asked.by_api() == expected
                assert asked.by_page() == expected
                assert asked.by_terminal() == expected
                for way in register.views[1:] if register.flow else ():
                    assert asked.total_as(way) == len(expected), way
                if reader.may(register, "export"):
                    allowed = reader.ids(register, "export")
                    keys = {key_of(register, row) for row in wanted if row.pk in allowed}
                    assert asked.by_export() == keys

    def test_search_finds_the_same_rows_in_the_list_and_in_the_search_over_all_registers(self) -> None:
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                if not (register.search and reader.may(register, "view")):
                    continue
                words = str(value_of(rows_of(register)[len(rows_of(register)) // 2], register.fields[register.title]))[
                    :12
                ]
                wanted = [
                    row for row in reader.rows(register) if all(w in row.search_text for w in words.lower().split())
                ]
                asked = Asked(register, post, self.clients[post], search=words)
                assert asked.by_api() == {row.pk for row in wanted}
                assert asked.by_page() == {row.pk for row in wanted}
                addresses = {f"~{row.pk}" for row in wanted} | {key_of(register, row) for row in wanted}
                hits = asked.by_search_page()
                assert hits <= addresses
                # What belongs to another record is found through it, in its own list.
                assert len(hits) == (0 if register.child_of else min(8, len(wanted)))

    def test_personal_values_are_as_clear_as_the_grants_say_on_every_surface(self) -> None:
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                personal = [column for column in register.fields.values() if column.personal]
                if not personal or not reader.may(register, "view"):
                    continue
                rows = reader.rows(register)
                expected = {row.pk: {c.name: reader.shown(register, c, row) for c in personal} for row in rows}
                answer = self.clients[post].get(f"/api/{register.code}?size=500").json()
                assert expected == {row["id"]: texts(row["values"], personal) for row in answer["rows"]}
                told = run("register", "list", register.code, "--as", post, "--size", "500")
                page = self.clients[post].get(f"/r/{register.code}/", {"columns": personal[0].name}).content.decode()
                for text in self.unseen(register, reader, rows, personal):
                    assert text not in told.stdout
                    assert text not in page
                if reader.may(register, "export"):
                    allowed = reader.ids(register, "export")
                    book = [texts(row, personal) for row in Asked(register, post, self.clients[post]).exported()]
                    # An export carries masks; what is clear in it was released by a second person.
                    wanted = [
                        {c.name: reader.masked(register, c, row) for c in personal} for row in rows if row.pk in allowed
                    ]
                    assert sorted(map(str, book)) == sorted(map(str, wanted))

    def unseen(self, register: Register, reader: Reader, rows: list[Record], personal: list[Column]) -> set[str]:
        """The personal values that this reader may see nowhere in clear."""
        clear = {str(value_of(r, c)) for r in rows for c in personal if reader.sight(register, c, r) == "clear"}
        return {str(value_of(r, c)) for r in rows_of(register) for c in personal if value_of(r, c)} - clear

    def test_a_mask_is_not_walked_round_by_filter_order_page_or_timeline(self) -> None:
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                rows = reader.rows(register)
                personal = [column for column in register.fields.values() if column.personal]
                masked = [
                    (c, r)
                    for c in personal
                    for r in rows
                    if value_of(r, c) and reader.sight(register, c, r) == "masked"
                ]
                if not masked:
                    continue
                column, row = masked[0]
                value = str(value_of(row, column))
                for asked in (f"f={column.name}:{op}:{value}" for op in ("is", "in", "contains")):
                    answer = self.clients[post].get(f"/api/{register.code}?size=500&{asked}").json()
                    assert row.pk not in {found["id"] for found in answer.get("rows", ())}
                    page = self.clients[post].get(f"/r/{register.code}/?{asked}").content.decode()
                    assert f'data-key="{row.pk}.' not in page
                answer = self.clients[post].get(f"/api/{register.code}?order={column.name}")
                assert answer.json()["blockers"][0]["code"] == "bad_order"
                assert row.pk not in Asked(register, post, self.clients[post], search=value).by_api()
                owner: Any = getattr(row, register.parent) if register.child_of else row
                page = self.clients[post].get(f"/r/{register.child_of or register.code}/~{owner.pk}/", follow=True)
                assert page.status_code == 200
                assert value not in page.content.decode()

    def test_what_a_grant_hides_is_nowhere(self) -> None:
        for register, post, reader in self.different():
            with self.subTest(register=register.code, post=post):
                hidden = {name for given in reader.grants(register, "view") for name in given.hidden}
                for row in reader.rows(register) if hidden else ():
                    answer = self.clients[post].get(f"/api/{register.code}/%23{row.pk}")
                    page = self.clients[post].get(f"/r/{register.code}/~{row.pk}/")
                    # A name that another grant opens, or that holds nothing, is not hidden in this row.
                    for name in hidden:
                        text = str(value_of(row, register.fields[name]) or "")
                        if text and reader.sight(register, register.fields[name], row) == "hidden":
                            assert text not in answer.content.decode()
                            assert text not in page.content.decode()

    def test_nobody_reads_anything(self) -> None:
        client = self.clients[NOBODY]
        for register in REGISTRY.values():
            row = rows_of(register)[0].pk
            assert Asked(register, NOBODY, client).by_gate() == set()
            for address in (
                f"/api/{register.code}",
                f"/api/{register.code}/%23{row}",
                f"/api/{register.code}/sheet/export",
            ):
                answer = client.get(address)
                assert answer.status_code in (401, 404), address  # 404: nobody at all may export from it
                assert "rows" not in answer.json()
            for address in ("", f"~{row}/", "export/", "template/", "options/", "new/"):
                answer = client.get(f"/r/{register.code}/{address}")
                assert (answer.status_code, answer.headers["Location"][:7]) == (302, "/login/"), address

    def test_every_column_has_filters_and_each_of_them_works(self) -> None:
        for register in REGISTRY.values():
            post = next(p for p in CALLERS if self.readers[p].may(register, "view"))
            context = as_post(post)
            for name, column in register.fields.items():
                operators = operators_of(register, name)
                assert operators or isinstance(column.kind, Moment), f"{register.code}.{name}"
                reader = self.readers[post]
                clear = [row for row in reader.rows(register) if reader.sight(register, column, row) == "clear"]
                filled = [row for row in clear if value_of(row, column) not in (None, "")]
                for operator in operators:
                    with self.subTest(register=register.code, column=name, operator=operator):
                        bare = operator in {"empty", "filled"}
                        if not (filled or bare):
                            continue
                        text = "" if bare else str(column.kind.plain(value_of(filled[0], column)))
                        if isinstance(column.kind, Reference) and operator == "contains":
                            continue
                        token = f"{name}:{operator}:{text}"
                        found = gate.rows(register, context, Query((read_filter(register, context, token),)))
                        ids = set(found.values_list("pk", flat=True))
                        if operator in {"is", "ge", "le", "filled", "in", "includes", "any_of", "reached"} and filled:
                            if "," not in text:
                                assert filled[0].pk in ids
                        elif operator in {"is_not", "gt", "lt", "empty"} and filled:
                            assert filled[0].pk not in ids

    def test_a_list_asks_as_many_questions_for_two_rows_as_for_all(self) -> None:
        for register in REGISTRY.values():
            post = next((p for p in ("invest1-officer1", *CALLERS) if len(self.readers[p].ids(register)) > 2), None)
            if post is None:
                continue
            with self.subTest(register=register.code, post=post):
                client = self.clients[post]
                client.get(f"/api/{register.code}?size=1")
                few, many = (queries(client, f"/api/{register.code}?size={size}") for size in (2, 500))
                assert few == many
                assert few <= QUERIES


def queries(client: Client, address: str) -> int:
    """How many queries an address costs."""
    with CaptureQueriesContext(connection) as taken:
        client.get(address)
    return len(taken)


def a_filter(register: Register, rows: list[Record]) -> tuple[Column, Any]:
    """A column that tells rows apart, with the value of the row in the middle."""
    columns = [c for c in register.fields.values() if "is" in operators_of(register, c.name) and not c.personal]
    columns = [c for c in columns if c.kind.code not in {"moment", "long_text"}]
    row = rows[len(rows) // 2]
    usable = [c for c in columns if value_of(row, c) not in (None, "")]
    # Whoever may not see a record cannot filter by it either: references only where there is nothing else.
    usable = [c for c in usable if not isinstance(c.kind, Reference)] or usable
    fourth = len(rows) // 4
    column = min(usable, key=lambda c: abs(sum(value_of(r, c) == value_of(row, c) for r in rows) - fourth))
    return column, value_of(row, column)


def key_of(register: Register, row: Record) -> str:
    """What names the row in a workbook and in an address: its code, or its number."""
    if register.key not in register.fields:
        return f"#{row.pk}"
    column = register.fields[register.key]
    with override("en"):
        return str(column.kind.plain(value_of(row, column)))


def texts(values: dict[str, Any], columns: list[Column]) -> dict[str, str]:
    """The personal values of a row of an answer, empty ones as empty text."""
    return {column.name: str(values.get(column.name) or "") for column in columns}
