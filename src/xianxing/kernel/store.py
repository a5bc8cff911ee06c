"""Set-based writing: many rows at once, the same on SQLite and PostgreSQL, without model instances."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from xianxing.kernel.personal.fields import PersonalField, refuse_clear

__all__ = ["insert", "insert_columns", "insert_new", "reserve", "update_versioned"]

CHUNK = 5_000
COPY_FROM = 100
COUNT_FROM = 2_000
JUMP = 16


def _columns(model: type[models.Model], names: Sequence[str]) -> list["models.Field[Any, Any]"]:
    found = {f.attname: f for f in model._meta.concrete_fields} | {f.name: f for f in model._meta.concrete_fields}
    return [found[name] for name in names]


def _adapted(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    """A column as the driver takes it: on SQLite, dates and times become text, each distinct one once.

    Raises ``ValueError`` where personal data would be stored in clear.
    """
    if isinstance(field, PersonalField):
        refuse_clear(field, values)
    if connection.vendor == "postgresql" or not isinstance(field, models.DateField):
        return values
    known = {value: field.get_db_prep_save(value, connection) for value in set(values) if value is not None}
    return [known.get(value) for value in values]


@contextmanager
def _cursor() -> Iterator[Any]:
    with connection.cursor() as cursor:
        yield cursor


def reserve(model: type[models.Model], number: int, *, jumps: bool = False) -> list[int]:
    """Fresh ids for ``number`` rows, ascending. Call inside the writing transaction.

    With ``jumps`` ids are left out at random, so that a gap says nothing about rows that a reader is not shown.
    """
    if jumps:
        drawn = reserve(model, number + sum(secrets.randbelow(JUMP) for _each in range(number)))
        return sorted(secrets.SystemRandom().sample(drawn, number))
    table = model._meta.db_table
    with _cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', number]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f'SELECT max(coalesce((SELECT max(id) FROM "{table}"), 0),'  # noqa: S608 - a table name of our own
            " coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        first = cursor.fetchone()[0] + 1
    return list(range(first, first + number))


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, given row by row in the order of ``names``."""
    if rows:
        insert_columns(model, dict(zip(names, map(list, zip(*rows)), strict=True)))


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows, given column by column."""
    fields = _columns(model, tuple(columns))
    adapted = [_adapted(field, values) for field, values in zip(fields, columns.values(), strict=True)]
    quoted = ", ".join(f'"{field.column}"' for field in fields)
    table = f'"{model._meta.db_table}"'
    with _cursor() as cursor:
        if connection.vendor == "postgresql" and len(adapted[0]) > COPY_FROM:
            with cursor.cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in zip(*adapted):
                    copy.write_row(row)
            if len(adapted[0]) >= COUNT_FROM:
                transaction.on_commit(partial(_count_rows, table), robust=True)
            return
        marks = ", ".join(["%s"] * len(fields))
        rows = list(zip(*adapted))
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _count_rows(table: str) -> None:
    """Tell PostgreSQL what a table holds: until its own counting comes round, a join after a load would run for hours.

    After the commit, because the lock that counting takes would make other writers wait for the whole transaction.
    """
    with _cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert the rows that no unique constraint refuses, given row by row; the others are left out in silence."""
    if not rows:
        return
    fields = _columns(model, names)
    adapted = [_adapted(field, values) for field, values in zip(fields, map(list, zip(*rows)), strict=True)]
    quoted, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    table = f'"{model._meta.db_table}"'
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    with _cursor() as cursor:
        cursor.executemany(statement, list(zip(*adapted)))


def update_versioned(
    model: type[models.Model], rows: Mapping[int, Mapping[str, Any]], versions: Mapping[int, int] | None
) -> int:
    """Set columns of rows by id, only where the version is still the one given; returns how many rows changed."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for pk, values in rows.items():
        groups.setdefault(tuple(values), []).append(pk)
    changed = 0
    for names, ids in groups.items():
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            columns = dict(zip(names, map(list, zip(*(rows[pk].values() for pk in part))), strict=True))
            changed += _update(model, columns, part, [versions[pk] for pk in part] if versions is not None else None)
    return changed


def _update(
    model: type[models.Model], columns: Mapping[str, Sequence[Any]], ids: Sequence[int], versions: Sequence[int] | None
) -> int:
    fields = _columns(model, tuple(columns))
    adapted = [_adapted(field, values) for field, values in zip(fields, columns.values(), strict=True)]
    table = f'"{model._meta.db_table}"'
    keys = [ids] if versions is None else [ids, versions]
    with _cursor() as cursor:
        if connection.vendor == "postgresql" and len(ids) > COPY_FROM:
            kinds = [f"{field.db_type(connection)}" for field in fields] + ["bigint"] * len(keys)
            names = [f"c{place}" for place in range(len(fields))] + ["key", "seen"][: len(keys)]
            given, aliases = ", ".join(f"%s::{kind}[]" for kind in kinds), ", ".join(names)
            sets = ", ".join(f'"{field.column}" = new.c{place}' for place, field in enumerate(fields))
            where = f"{table}.id = new.key" + (f" AND {table}.version = new.seen" if versions is not None else "")
            new = f"unnest({given}) AS new({aliases})"
            statement = f"UPDATE {table} SET {sets} FROM {new} WHERE {where}"  # noqa: S608 - our own names
            cursor.execute(statement, [*map(list, adapted), *map(list, keys)])
            return int(cursor.rowcount)
        sets = ", ".join(f'"{field.column}" = %s' for field in fields)
        where = "id = %s" + (" AND version = %s" if versions is not None else "")
        statement = f"UPDATE {table} SET {sets} WHERE {where}"  # noqa: S608 - our own names
        cursor.executemany(statement, list(zip(*adapted, *keys)))
        return int(cursor.rowcount)
