"""Set-based writing: many rows at once, the same on SQLite and PostgreSQL, without model instances."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

__all__ = ["insert", "reserve", "update_versioned"]

CHUNK = 5_000


def _columns(model: type[models.Model], names: Sequence[str]) -> list["models.Field[Any, Any]"]:
    found = {f.attname: f for f in model._meta.concrete_fields} | {f.name: f for f in model._meta.concrete_fields}
    return [found[name] for name in names]


def _adapters(fields: Sequence["models.Field[Any, Any]"]) -> list[tuple[int, "models.Field[Any, Any]"]]:
    """The positions whose values the driver cannot take as they are: on SQLite, dates and times."""
    if connection.vendor == "postgresql":
        return []
    return [(place, field) for place, field in enumerate(fields) if isinstance(field, models.DateField)]


def _adapt(adapters: list[tuple[int, "models.Field[Any, Any]"]], row: Sequence[Any]) -> Sequence[Any]:
    if not adapters:
        return row
    adapted = list(row)
    for place, field in adapters:
        if adapted[place] is not None:
            adapted[place] = field.get_db_prep_save(adapted[place], connection)
    return adapted


@contextmanager
def _cursor() -> Iterator[Any]:
    with connection.cursor() as cursor:
        yield cursor


def reserve(model: type[models.Model], number: int) -> list[int]:
    """Fresh ids for ``number`` rows. Call inside the writing transaction."""
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
    """Insert rows, given column by column in the order of ``names``."""
    if not rows:
        return
    fields = _columns(model, names)
    quoted = ", ".join(f'"{field.column}"' for field in fields)
    table = f'"{model._meta.db_table}"'
    adapters = _adapters(fields)
    adapted = (_adapt(adapters, row) for row in rows)
    with _cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > 100:
            with cursor.cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in adapted:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(adapted))  # noqa: S608 - our own names


def update_versioned(
    model: type[models.Model], rows: Mapping[int, Mapping[str, Any]], versions: Mapping[int, int] | None
) -> int:
    """Set columns of rows by id, only where the version is still the one given; returns how many rows changed."""
    changed = 0
    groups: dict[tuple[str, ...], list[int]] = {}
    for pk, values in rows.items():
        groups.setdefault(tuple(values), []).append(pk)
    table = f'"{model._meta.db_table}"'
    with _cursor() as cursor:
        for names, ids in groups.items():
            fields = _columns(model, names)
            sets = ", ".join(f'"{field.column}" = %s' for field in fields)
            where = "id = %s AND version = %s" if versions is not None else "id = %s"
            statement = f"UPDATE {table} SET {sets} WHERE {where}"  # noqa: S608 - our own names
            adapters = _adapters(fields)
            data = [
                (*_adapt(adapters, tuple(rows[pk].values())), pk, *((versions[pk],) if versions is not None else ()))
                for pk in ids
            ]
            cursor.executemany(statement, data)
            changed += cursor.rowcount
    return changed
