"""Each register that may be exported and imported: an unchanged export has nothing to do, a changed cell changes that
value, and a row outside one's rights is refused in the words of every other surface."""

from typing import Any

from django.utils.translation import override
from tests.suite.case import SuiteCase, spread, taken_back
from tests.suite.doors import book
from tests.suite.grants import Reader, value_of
from tests.suite.samples import as_typed, edit
from tests.suite.test_sight import LARGE, key_of
from tests.suite.test_writes import again
from tests.suite.zone import as_post

from xianxing.kernel import sheet
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditHead
from xianxing.kernel.filters import Query, read_filter
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register
from xianxing.kernel.sheet.heads import NUMBER_LABEL


class RoundTripTest(SuiteCase):
    """Written through workbooks, and taken back."""

    def both(self, register: Register) -> list[str]:
        """One caller for each different right to import, among those who may export too."""
        return [p for p in self.alike(register, "import") if self.readers[p].ids(register, "export")]

    def test_an_unchanged_export_has_nothing_to_do(self) -> None:
        tried = 0
        for register in REGISTRY.values():
            for post in self.both(register):
                tried += 1
                with self.subTest(register=register.code, post=post), override("en"):
                    context, before = as_post(post), AuditHead.objects.values_list("number", flat=True).first()
                    content = sheet.export(register, context, few(register, self.readers[post], context))
                    report = sheet.dry_run(register, context, sheet.read(content))
                    assert [error.words() for error in report.errors] == []
                    assert (report.created, report.edited, report.moved) == (0, 0, 0)
                    assert report.rows == report.unchanged > 0
                    outcome = sheet.apply(register, context, sheet.read(content))
                    assert (outcome.done, outcome.entry) == (True, None)
                    assert AuditHead.objects.values_list("number", flat=True).first() == before
        assert tried

    def test_a_row_with_one_changed_cell_changes_that_value(self) -> None:
        for register in REGISTRY.values():
            for post in self.alike(register, "import")[:2]:
                reader, context = self.readers[post], as_post(post)
                found = edit(register, context, reader, spread(reader.rows(register, "edit")))
                if found is None or not reader.may(register, "view"):
                    continue
                with self.subTest(register=register.code, post=post, column=found.column.name), taken_back():
                    cells = as_typed(register, {found.column.name: found.value})
                    sent = book([{**self.key(register, found.row), **cells}], register.code)
                    answer = self.clients[post].post(f"/api/{register.code}/sheet/import", {"file": sent})
                    assert answer.status_code == 200, answer.content.decode()
                    assert value_of(again(found.row), found.column) == found.value

    def key(self, register: Register, row: Record) -> dict[str, str]:
        """The cell that names a row."""
        return {register.key if register.key in register.fields else str(NUMBER_LABEL): key_of(register, row)}

    def test_a_row_outside_ones_rights_is_refused_in_the_words_of_the_door(self) -> None:
        for register in REGISTRY.values():
            for post in self.alike(register, "import"):
                reader, context = self.readers[post], as_post(post)
                inside, outside = rows_by_right(register, reader)
                found = edit(register, context, reader, spread(inside))
                if found is None or not outside:
                    continue
                with self.subTest(register=register.code, post=post), override("en"):
                    cells = as_typed(register, {found.column.name: found.value})
                    table = sheet.read(book([{**self.key(register, outside[0]), **cells}], register.code).read())
                    change = Change("edit", outside[0].pk, fields=cells)
                    said = {blocker.words() for blocker in one(register, context, change, dry=True).blockers}
                    assert said
                    assert said <= {error.words() for error in sheet.dry_run(register, context, table).errors}
                    assert not sheet.apply(register, context, table).done


def rows_by_right(register: Register, reader: Reader) -> tuple[list[Record], list[Record]]:
    """The rows a reader may edit, and those it only sees."""
    allowed = reader.ids(register, "edit")
    rows = reader.rows(register)
    return [row for row in rows if row.pk in allowed], [row for row in rows if row.pk not in allowed]


def few(register: Register, reader: Reader, context: Any) -> Query:
    """The whole register; of a large one what one column's commonest value leaves."""
    rows = reader.rows(register, "export")
    if len(rows) <= LARGE:
        return Query()
    columns = [c for c in register.fields.values() if c.kind.code in {"choice", "day", "yes_no", "reference", "text"}]
    column = min(columns, key=lambda c: abs(len([r for r in rows if value_of(r, c) == value_of(rows[0], c)]) - 50))
    token = f"{column.name}:is:{column.kind.plain(value_of(rows[0], column))}"
    return Query((read_filter(register, context, token),))
