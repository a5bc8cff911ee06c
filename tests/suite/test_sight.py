"""Each register, each role, each surface: the rows and values that the declared grants give, and no others."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.test import Client, TestCase
from django.utils.translation import override
from tests.suite.grants import Reader, rows_of, value_of
from tests.suite.surfaces import Asked, client_of, run
from tests.suite.zone import CALLERS, NOBODY, as_post, build

from xianxing.kernel import gate
from xianxing.kernel.filters import Query, operators_of, read_filter
from xianxing.kernel.kinds import Moment
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Column, Reference, Register

LARGE = 200  # rows; the pages of a larger register are walked under a filter only


class SightTest(TestCase):
    """Reads only; the zone is built once."""

    readers: dict[str, Reader]
    clients: dict[str, Client]

    @classmethod
    def setUpTestData(cls) -> None:
        build()
        cls.readers = {post: Reader.of(post) for post in (*CALLERS, NOBODY)}

    def setUp(self) -> None:
        self.clients = {post: client_of(post) for post in (*CALLERS, NOBODY)}
        self.rows = cache(rows_of)

    def pairs(self) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with every caller."""
        for register in REGISTRY.values():
            for post in CALLERS:
                with self.subTest(register=register.code, post=post):
                    yield register, post, self.readers[post]

    def test_every_register_holds_something_to_tell_apart(self) -> None:
        self.assertEqual([code for code, register in REGISTRY.items() if not self.rows(register)], [])
        roles = {reader.role for reader in self.readers.values()}
        self.assertEqual(len(roles - {""}), 9)

    def test_gate_api_page_and_terminal_show_the_rows_that_the_grants_give(self) -> None:
        for register, post, reader in self.pairs():
            expected = reader.ids(register)
            asked = Asked(register, post, self.clients[post])
            self.assertEqual(asked.by_gate(), expected)
            if not reader.may(register, "view"):
                continue
            self.assertEqual(asked.by_api(), expected)
            if len(expected) <= LARGE:
                self.assertEqual(asked.by_page(), expected)
                self.assertEqual(asked.by_terminal(), expected)

    def test_every_surface_shows_the_same_rows_under_the_same_filter(self) -> None:
        for register, post, reader in self.pairs():
            if not reader.may(register, "view"):
                continue
            column, value = a_filter(register, self.rows(register))
            wanted = [row for row in reader.rows(register) if value_of(row, column) == value]
            expected = {row.pk for row in wanted}
            asked = Asked(register, post, self.clients[post], (f"{column.name}:is:{column.kind.plain(value)}",))
            self.assertEqual(asked.by_gate(), expected)
            self.assertEqual(asked.by_api(), expected)
            self.assertEqual(asked.by_page(), expected)
            self.assertEqual(asked.by_terminal(), expected)
            for way in register.views[1:] if register.flow else ():
                self.assertEqual(asked.total_as(way), len(expected), way)
            if reader.may(register, "export"):
                allowed = reader.ids(register, "export")
                keys = {key_of(register, row) for row in wanted if row.pk in allowed}
                self.assertEqual(asked.by_export(), keys)

    def test_search_finds_the_same_rows_in_the_list_and_in_the_search_over_all_registers(self) -> None:
        for register, post, reader in self.pairs():
            if not (register.search and reader.may(register, "view")):
                continue
            words = str(value_of(self.rows(register)[len(self.rows(register)) // 2], register.fields[register.title]))[:12]
            wanted = [row for row in reader.rows(register) if all(w in row.search_text for w in words.lower().split())]
            asked = Asked(register, post, self.clients[post], search=words)
            self.assertEqual(asked.by_api(), {row.pk for row in wanted})
            self.assertEqual(asked.by_page(), {row.pk for row in wanted})
            addresses = {f"~{row.pk}" for row in wanted} | {key_of(register, row) for row in wanted}
            hits = asked.by_search_page()
            self.assertLessEqual(hits, addresses)
            self.assertEqual(len(hits), min(8, len(wanted)))

    def test_personal_values_are_as_clear_as_the_grants_say_on_every_surface(self) -> None:
        for register, post, reader in self.pairs():
            personal = [column for column in register.fields.values() if column.personal]
            if not personal or not reader.may(register, "view"):
                continue
            rows = reader.rows(register)
            expected = {row.pk: {c.name: reader.shown(register, c, row) for c in personal} for row in rows}
            answer = self.clients[post].get(f"/api/{register.code}?size=500").json()
            self.assertEqual(expected, {row["id"]: texts(row["values"], personal) for row in answer["rows"]})
            told = run("register", "list", register.code, "--as", post, "--size", "500")
            for text in self.unseen(register, reader, rows, personal):
                self.assertNotIn(text, told.stdout)
                asked = [("columns", c.name) for c in personal]
                page = self.clients[post].get(f"/r/{register.code}/", dict(asked[:1])).content.decode()
                self.assertNotIn(text, page)
            if reader.may(register, "export"):
                allowed = reader.ids(register, "export")
                book = [texts(row, personal) for row in Asked(register, post, self.clients[post]).exported()]
                wanted = [expected[row.pk] for row in rows if row.pk in allowed]
                self.assertEqual(sorted(map(str, book)), sorted(map(str, wanted)))

    def unseen(self, register: Register, reader: Reader, rows: list[Record], personal: list[Column]) -> set[str]:
        """The personal values that this reader may see nowhere in clear."""
        clear = {str(value_of(r, c)) for r in rows for c in personal if reader.sight(register, c, r) == "clear"}
        return {str(value_of(r, c)) for r in self.rows(register) for c in personal if value_of(r, c)} - clear

    def test_a_mask_is_not_walked_round_by_filter_order_page_or_timeline(self) -> None:
        for register, post, reader in self.pairs():
            rows = reader.rows(register)
            personal = [column for column in register.fields.values() if column.personal]
            masked = [(c, r) for c in personal for r in rows if value_of(r, c) and reader.sight(register, c, r) == "masked"]
            if not masked:
                continue
            column, row = masked[0]
            value = str(value_of(row, column))
            for operator in ("is", "contains"):
                asked = Asked(register, post, self.clients[post], (f"{column.name}:{operator}:{value}",))
                self.assertNotIn(row.pk, asked.by_api())
                self.assertNotIn(row.pk, asked.by_page())
            self.assertNotIn(row.pk, Asked(register, post, self.clients[post], search=value).by_api())
            owner: Any = getattr(row, register.parent) if register.child_of else row
            page = self.clients[post].get(f"/r/{register.child_of or register.code}/~{owner.pk}/", follow=True)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn(value, page.content.decode())

    def test_what_a_grant_hides_is_nowhere(self) -> None:
        for register, post, reader in self.pairs():
            hidden = {name for given in reader.grants(register, "view") for name in given.hidden}
            for row in reader.rows(register) if hidden else ():
                answer = self.clients[post].get(f"/api/{register.code}/%23{row.pk}")
                page = self.clients[post].get(f"/r/{register.code}/~{row.pk}/")
                for name in hidden:
                    self.assertNotIn(str(value_of(row, register.fields[name])), answer.content.decode())
                    self.assertNotIn(str(value_of(row, register.fields[name])), page.content.decode())

    def test_nobody_reads_anything(self) -> None:
        client = self.clients[NOBODY]
        for register in REGISTRY.values():
            row = self.rows(register)[0].pk
            self.assertEqual(Asked(register, NOBODY, client).by_gate(), set())
            for address in (f"/api/{register.code}", f"/api/{register.code}/%23{row}", f"/api/{register.code}/sheet/export"):
                self.assertEqual(client.get(address).status_code, 401, address)
            for address in ("", f"~{row}/", "export/", "template/", "options/", "new/"):
                answer = client.get(f"/r/{register.code}/{address}")
                self.assertEqual((answer.status_code, answer.headers["Location"][:7]), (302, "/login/"), address)

    def test_every_column_has_filters_and_each_of_them_works(self) -> None:
        for register in REGISTRY.values():
            post = next(p for p in CALLERS if self.readers[p].may(register, "view"))
            context = as_post(post)
            for name, column in register.fields.items():
                operators = operators_of(register, name)
                self.assertTrue(operators or isinstance(column.kind, Moment), f"{register.code}.{name}")
                filled = [row for row in self.readers[post].rows(register) if value_of(row, column) not in (None, "")]
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
                                self.assertIn(filled[0].pk, ids)
                        elif operator in {"is_not", "gt", "lt", "empty"} and filled:
                            self.assertNotIn(filled[0].pk, ids)

    def test_a_list_asks_as_many_questions_for_two_rows_as_for_all(self) -> None:
        for register in REGISTRY.values():
            post = next((p for p in ("invest1-officer1", *CALLERS) if len(self.readers[p].ids(register)) > 2), None)
            if post is None:
                continue
            with self.subTest(register=register.code, post=post):
                client = self.clients[post]
                client.get(f"/api/{register.code}?size=1")
                with self.assertNumQueries(FewQueries()) as few:
                    client.get(f"/api/{register.code}?size=2")
                with self.assertNumQueries(FewQueries()) as many:
                    client.get(f"/api/{register.code}?size=500")
                self.assertEqual(len(few), len(many))


class FewQueries(int):
    """Equal to any number up to twelve: the session, the seats, the page and its count."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and other <= 12

    __hash__ = int.__hash__


def a_filter(register: Register, rows: list[Record]) -> tuple[Column, Any]:
    """A column that tells rows apart, with the value of the row in the middle."""
    columns = [c for c in register.fields.values() if "is" in operators_of(register, c.name) and not c.personal]
    columns = [c for c in columns if c.kind.code not in {"moment", "long_text"}]
    row = rows[len(rows) // 2]
    usable = [c for c in columns if value_of(row, c) not in (None, "")]
    apart = [c for c in usable if len({value_of(r, c) for r in rows}) > 1]
    column = min(apart or usable, key=lambda c: len({value_of(r, c) for r in rows}))
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
