"""The measurements themselves: the same enterprises and projects treated by us and by plain Django."""

import gc
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from stdnum.cn import uscc

from bench.report import Measured
from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import context_of_post
from xianxing.subjects.enterprise.models import Enterprise

DAY = date(2017, 9, 29)
FOUNDED = date(2016, 2, 29)
PAGE = 50


def run(size: int, *, brief: bool = False) -> Iterator[Measured]:
    """All measurements with so many rows, one by one; the store is empty at the start and full at the end.

    ``brief`` leaves out edits and the sheet, which plain Django takes long for.
    """
    officer = zone()
    yield import_enterprises(officer, size)
    if not brief:
        yield edit_enterprises(officer, size)
    for measure in (first_page, deep_page, searched_page):
        yield measure(officer, size)
    if not brief:
        yield sheet_import(officer, min(size, 100_000))
    for measure in (import_projects, project_page):
        yield measure(officer, size)
    entries, fault = verify()
    if fault:
        raise SystemExit(f"the audit chain broke at entry {fault.number} of {entries}: {fault.what}")


def zone() -> Context:
    """A zone with one investment unit and its officer: a role that sees a part of the zone only."""
    system = Context.system(DAY, "tick")
    seed(system)
    create(find("unit"), system, code="zone", name="开发区", kind="authority", opened_on="2010-01-01")
    for code in ("one", "two"):
        create(find("unit"), system, code=code, name=f"招商{code}局", parent="zone", opened_on="2010-01-01")
        post = {"code": f"o-{code}", "name": "招商专员", "unit": code, "role": "investment_officer"}
        create(find("post"), system, **post, opened_on="2010-01-01")
        create(find("person"), system, login=f"p-{code}", name=f"人{code}")
        create(find("holding"), system, post=f"o-{code}", person=f"p-{code}", starts_on="2015-01-01")
    return context_of_post("o-one", "api", day=DAY)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result of a piece of work, from its call to its materialised result."""
    gc.collect()
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def best(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """The fastest of several runs of a piece of reading."""
    runs = [timed(work) for _time in range(times)]
    return min(seconds for seconds, _result in runs), runs[0][1]


def digest(rows: Iterable[Iterable[Any]]) -> str:
    """A hash of rows, whatever types their cells have."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(repr([str(cell) for cell in row]).encode())
    return whole.hexdigest()[:12]


def store() -> str:
    return "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"


def result(name: str, size: int, ours: tuple[float, str], plain: tuple[float, str], note: str = "") -> Measured:
    return Measured(name, store(), size, ours[0], plain[0], ours[1], plain[1], note)


def codes(size: int, start: int = 0) -> list[str]:
    bodies = (f"91371400{start + i:09d}" for i in range(size))
    return [body + str(uscc.calc_check_digit(body)) for body in bodies]


def counted() -> None:
    """Let PostgreSQL count its tables, as it does by itself within a minute: plain Django's load leaves it unaware."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def stored(**condition: Any) -> str:
    """The hash of the enterprises that stand in the store."""
    counted()
    names = ("code", "name", "unit_id", "founded_on", "capital", "address")
    return digest(Enterprise.objects.filter(**condition).order_by("code").values_list(*names).iterator(5_000))


def plain_write(enterprises: list[Enterprise]) -> None:
    with transaction.atomic():
        Enterprise.objects.bulk_create(enterprises, batch_size=500)


def import_enterprises(officer: Context, size: int) -> Measured:
    """A plain register: parse, check, insert, search text, audit items and chain, against ``bulk_create``."""
    unit = officer.seats[0].unit
    rows = list(enumerate(codes(size)))

    def plain() -> None:
        moment = timezone.now()  # noqa: TID251 - plain Django stamps its rows itself
        plain_write([
            Enterprise(
                code=code, name=f"重庆{i}新能源有限公司", capital=(i + 1) * 1_000_000, founded_on=FOUNDED, unit_id=unit,
                created_at=moment, updated_at=moment,
            )
            for i, code in rows
        ])  # fmt: skip

    plain_seconds, _nothing = timed(plain)
    plain_hash = stored()
    Enterprise.objects.all().delete()
    fields = [
        {"code": code, "name": f"重庆{i}新能源有限公司", "capital": str(i + 1), "founded_on": "2016-02-29"}
        for i, code in rows
    ]
    ours, outcome = timed(
        lambda: act(find("enterprise"), officer, [Change("create", fields=row) for row in fields], name="import")
    )
    outcome.must()
    note = "parsed, checked, audited"
    return result("import of enterprises", size, (ours, stored()), (plain_seconds, plain_hash), note)


def edit_enterprises(officer: Context, size: int) -> Measured:
    """One value of every row: versions checked, audited, against one UPDATE by ``bulk_update``."""
    found = list(Enterprise.objects.order_by("id"))
    for enterprise in found:
        enterprise.address = f"路{enterprise.pk}"

    def plain() -> None:
        with transaction.atomic():
            Enterprise.objects.bulk_update(found, ["address"], batch_size=500)

    plain_seconds, _nothing = timed(plain)
    plain_hash = stored()
    Enterprise.objects.update(address="")
    changes = [Change("edit", row.pk, row.version, {"address": f"路{row.pk}"}) for row in found]
    ours, outcome = timed(lambda: act(find("enterprise"), officer, changes))
    outcome.must()
    return result("edit of enterprises", size, (ours, stored()), (plain_seconds, plain_hash), "beside bulk_update")


SHOWN = ("code", "name", "unit", "founded_on", "capital")
PATHS = ("code", "name", "unit_id", "founded_on", "capital")


def reading(
    officer: Context, name: str, size: int, query: Query, plain: Callable[[], list[Any]], after: str = ""
) -> Measured:
    register = find("enterprise")
    columns = [register.fields[column] for column in SHOWN]

    def ours() -> list[list[Any]]:
        page = gate.page(register, officer, query, columns, size=PAGE, after=after)
        return [[row.values[column] for column in SHOWN] for row in page.rows]

    seconds, rows = best(ours)
    plain_seconds, plain_rows = best(plain)
    return result(name, size, (seconds, digest(rows)), (plain_seconds, digest(plain_rows)))


def first_page(officer: Context, size: int) -> Measured:
    """The first fifty rows in the register's order, as a role that sees one unit's."""
    unit = officer.seats[0].unit
    rows = Enterprise.objects.filter(unit_id=unit, deleted_at=None).order_by("-id").values_list(*PATHS)
    return reading(officer, "first page as scoped role", size, Query(), lambda: list(rows.all()[:PAGE]))


def deep_page(officer: Context, size: int) -> Measured:
    """The fifty rows in the middle: ours by key, plain Django by offset."""
    unit = officer.seats[0].unit
    rows = Enterprise.objects.filter(unit_id=unit, deleted_at=None).order_by("-id").values_list(*PATHS)
    middle = size // 2
    register = find("enterprise")
    last = rows.values_list("id", flat=True)[middle - 1]
    after = gate._cursor(register, ["-id"], gate.Row(last, 1, False, {}, {}))
    return reading(
        officer, "page in the middle", size, Query(), lambda: list(rows.all()[middle : middle + PAGE]), after
    )


def searched_page(officer: Context, size: int) -> Measured:
    """A search that finds one row; plain Django looks in the name."""
    unit = officer.seats[0].unit
    wanted = f"{size // 2}新能源"
    rows = Enterprise.objects.filter(unit_id=unit, deleted_at=None, name__contains=f"庆{wanted}").order_by("-id")
    query = Query(search=f"庆{wanted}")
    return reading(officer, "page of a search", size, query, lambda: list(rows.values_list(*PATHS)[:PAGE]))


def sheet_import(officer: Context, size: int) -> Measured:
    """From the bytes of a workbook to the audited import, against reading the same bytes and ``bulk_create``."""
    unit = officer.seats[0].unit
    start = 500_000_000
    lines = [f"{code},工厂{i},{i + 1},2016-02-29" for i, code in enumerate(codes(size, start))]
    content = "\n".join(["code,name,capital,founded_on", *lines]).encode()

    def plain() -> None:
        moment = timezone.now()  # noqa: TID251 - plain Django stamps its rows itself
        made = []
        for cells in sheet.read(content).parts[0].rows[1:]:
            code, name, capital, founded = (str(cell) for cell in cells)
            made.append(
                Enterprise(
                    code=code, name=name, capital=int(capital) * 1_000_000, founded_on=date.fromisoformat(founded),
                    unit_id=unit, created_at=moment, updated_at=moment,
                )
            )  # fmt: skip
        plain_write(made)

    own = {"name__startswith": "工厂"}
    plain_seconds, _nothing = timed(plain)
    plain_hash = stored(**own)
    Enterprise.objects.filter(**own).delete()
    ours, outcome = timed(lambda: sheet.apply(find("enterprise"), officer, sheet.read(content)))
    outcome.must()
    return result("sheet, from bytes to rows", size, (ours, stored(**own)), (plain_seconds, plain_hash), "CSV")


def import_projects(officer: Context, size: int) -> Measured:
    """Cases with a subject, a stage, clocks and duplicate checks: five rows written for each."""
    register = find("attraction")
    case, project = register.model, register.subject_model
    if project is None:
        raise SystemExit("the register of attraction cases has no subject")
    seat = officer.seats[0]

    def plain() -> None:
        moment = timezone.now()  # noqa: TID251 - plain Django stamps its rows itself
        stamps = {"created_at": moment, "updated_at": moment}
        with transaction.atomic():
            projects = [
                project(code=f"P{i}", name=f"项目{i}", investor=f"投资人{i}", investment=i + 1, **stamps)
                for i in range(size)
            ]
            made = project._default_manager.bulk_create(projects, batch_size=500)
            held = {"unit_id": seat.unit, "owner_id": seat.post, "stage": "lead", "stage_on": DAY, **stamps}
            case._default_manager.bulk_create([case(project_id=p.pk, **held) for p in made], batch_size=500)

    def standing() -> str:
        counted()
        names = ("project__code", "project__name", "project__investor", "project__investment", "stage", "unit_id")
        return digest(case._default_manager.order_by("project__code").values_list(*names).iterator(5_000))

    plain_seconds, _nothing = timed(plain)
    plain_hash = standing()
    case._default_manager.all().delete()
    project._default_manager.all().delete()
    fields = [
        {"code": f"P{i}", "name": f"项目{i}", "investor": f"投资人{i}", "investment": f"{(i + 1) / 1_000_000:.6f}"}
        for i in range(size)
    ]
    changes = [Change("create", fields=row) for row in fields]
    ours, outcome = timed(lambda: act(register, officer, changes, name="import"))
    outcome.must()
    note = "case, subject, clocks, audit"
    return result("import of projects", size, (ours, standing()), (plain_seconds, plain_hash), note)


def project_page(officer: Context, size: int) -> Measured:
    """The first page over HTTP, through sessions, permissions and templates, beside the bare query of the same rows."""
    register = find("attraction")
    client = Client(HTTP_HOST="127.0.0.1")
    person = Person.objects.get(login="p-one")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = f"/api/{register.code}"

    def ours() -> list[list[str]]:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}: {answer.content[:300]!r}")
        return [[row["values"]["code"]] for row in answer.json()["rows"]]

    seconds, rows = best(ours)
    found = register.model._default_manager.filter(deleted_at=None).order_by("-id")
    plain = best(lambda: list(found.values_list("project__code")[: len(rows)]))
    return result("API page over HTTP", size, (seconds, digest(rows)), (plain[0], digest(plain[1])))
