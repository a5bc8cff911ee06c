"""What is granted is done: each register, each role that may, on page, API and terminal, with the same result.

The door of all surfaces is tried for every different set of rights; page, API and terminal for the same callers.
"""

from collections.abc import Iterator
from typing import Any

from tests.suite.case import SuiteCase, spread, taken_back
from tests.suite.doors import DOORS, Done
from tests.suite.grants import Reader, forget, rows_of
from tests.suite.samples import Edit, Values, creation, deletion, edit, put_aside, stored
from tests.suite.zone import as_post

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register

SURFACES = {"Page": "page", "Api": "api", "Terminal": "cli"}
# What cannot be made, changed or removed by itself, each with the reason; a test says so when one can.
NOT_MADE = {"person": "a log-in name is never given twice, so none can be made anew like one that was put aside"}
NOT_CHANGED: dict[str, str] = {}
NOT_REMOVED: dict[str, str] = {}


class WriteTest(SuiteCase):
    """Everything written here is taken back at once."""

    def granted(self, verb: str) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with one caller for each different right to a verb that reaches something."""
        for register in REGISTRY.values():
            for post in self.alike(register, verb):
                reader = self.readers[post]
                if verb == "create" or reader.ids(register, verb):
                    yield register, post, reader

    def test_what_may_be_created_is_created_alike_on_page_api_and_terminal(self) -> None:
        made: set[str] = set()
        for register, post, reader in self.granted("create"):
            with self.subTest(register=register.code, post=post), taken_back():
                found, becomes = self.a_creation(register, post, reader)
                if not found:
                    continue
                made.add(register.code)
                for door in DOORS:
                    with taken_back():
                        done = door(register, post, self.clients[post]).create(found)
                        self.done_by(door.__name__, done)
                        assert stored(newest(register), register, found) == becomes, door.__name__
        may = {register.code for register, _post, _reader in self.granted("create")}
        self.assert_all_but(may - made, NOT_MADE)

    def a_creation(self, register: Register, post: str, reader: Reader) -> tuple[Values, Values]:
        """What makes a copy of a row that the register accepts, and what it becomes; the row stays put aside."""
        rows = reader.rows(register, "create" if not register.child_of else "view") or rows_of(register)
        for row in spread(rows):
            with taken_back():
                put_aside(register, row)
                values = creation(register, as_post(post), row)
                becomes = stored(newest(register), register, values or ())
            if values:
                put_aside(register, row)
                return values, becomes
        return {}, {}

    def test_what_may_be_edited_is_edited_alike_on_page_api_and_terminal(self) -> None:
        changed: set[str] = set()
        for register, post, reader in self.granted("edit"):
            with self.subTest(register=register.code, post=post):
                found = edit(register, as_post(post), reader, spread(reader.rows(register, "edit")))
                if found is None:
                    continue
                changed.add(register.code)
                for door in DOORS:
                    with taken_back():
                        given = {found.column.name: found.value}
                        done = door(register, post, self.clients[post]).edit(found.row.pk, found.row.version, given)
                        self.done_by(door.__name__, done)
                        row = again(found.row)
                        assert stored(row, register, given) == given, door.__name__
                        assert row.version > found.row.version
        may = {register.code for register, _post, _reader in self.granted("edit")}
        self.assert_all_but(may - changed, NOT_CHANGED)

    def test_of_two_who_edit_one_record_the_second_is_told_on_page_api_and_terminal(self) -> None:
        for register in REGISTRY.values():
            tried = self.an_edit(register)
            if tried is None:
                continue
            post, found = tried
            with self.subTest(register=register.code, post=post):
                given, row = {found.column.name: found.value}, found.row
                with taken_back():
                    type(row).objects.filter(pk=row.pk).update(version=row.version + 1)  # type: ignore[attr-defined]
                    before = AuditEntry.objects.count()
                    for door in DOORS:
                        done = door(register, post, self.clients[post]).edit(row.pk, row.version, given)
                        assert (done.done, done.stale) == (False, True), (door.__name__, done.said[-500:])
                    assert AuditEntry.objects.count() == before
                    assert stored(again(row), register, given) != given

    def an_edit(self, register: Register) -> tuple[str, Edit] | None:
        """Anybody's edit in a register."""
        for post in self.alike(register, "edit"):
            reader = self.readers[post]
            found = edit(register, as_post(post), reader, spread(reader.rows(register, "edit")))
            if found:
                return post, found
        return None

    def test_what_may_be_deleted_goes_to_the_bin_and_comes_back_on_page_api_and_terminal(self) -> None:
        removed: set[str] = set()
        for register, post, reader in self.granted("delete"):
            with self.subTest(register=register.code, post=post):
                row = deletion(register, as_post(post, "试行"), spread(reader.rows(register, "delete")))
                if row is None:
                    continue
                removed.add(register.code)
                back = row.pk in reader.ids(register, "restore")
                for door in DOORS:
                    with taken_back():
                        by = door(register, post, self.clients[post])
                        self.done_by(door.__name__, by.delete(row.pk, row.version))
                        assert again(row).deleted_at is not None
                        # A slice may refuse to bring back what it lets go; no surface then does it.
                        if back and one(register, as_post(post), Change("restore", row.pk), dry=True).done:
                            self.done_by(door.__name__, by.restore(row.pk, row.version + 1))
                            assert again(row).deleted_at is None
        may = {register.code for register, _post, _reader in self.granted("delete")}
        self.assert_all_but(may - removed, NOT_REMOVED)

    def done_by(self, door: str, done: Done) -> None:
        """It was done, and the last audit entry says through which surface."""
        assert done.done, (door, plain(done.said))
        entry = AuditEntry.objects.order_by("-number").values_list("surface", flat=True)[0]
        assert entry == SURFACES[door]
        forget()

    def assert_all_but(self, missing: set[str], excused: dict[str, str]) -> None:
        """Nothing is missing without a reason, and no reason is kept longer than it is needed."""
        assert missing == set(excused), missing ^ set(excused)


def newest(register: Register) -> Record:
    """The row that was entered last."""
    model: Any = register.model
    found: Record = model.objects.select_related().order_by("-pk")[0]
    return found


def again(row: Any) -> Record:
    """A row as it stands now."""
    found: Record = type(row).objects.select_related().get(pk=row.pk)
    return found


def plain(page: str) -> str:
    """What a refused page says, cut to what matters."""
    start = page.find("error-summary")
    return page[start : start + 600] if start > 0 else page[-600:]
