"""Typed bodies and answers of one register, made from its columns.

Values travel as their kinds print them plainly (money as decimal text in the column's unit, days as ISO dates,
references as ``#id``). What comes in is judged by the kinds and not by the schema, so that a refusal has the words of
every other surface.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import override
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from xianxing.kernel.register import Column, Register

__all__ = ["BatchOf", "Models", "Receipt", "Refusal", "Stale", "fields_of", "fields_type", "models_of"]


class BlockerOut(Schema):
    """One reason why something was refused, in the reader's language."""

    code: str
    index: int = Field(description="Place of the change in its batch, from 0.")
    field: str
    label: str
    value: str
    words: str = Field(description="What is wrong.")
    mend: str = Field(description="How to mend it.")
    at: dict[str, Any] | None = Field(description="Sheet, row and column, where the value stood in a workbook.")


class Refusal(Schema):
    """Why nothing was done."""

    blockers: list[BlockerOut]


class Receipt(Schema):
    """What an action did: the records by id, the number of its audit entry, how many records were as asked already."""

    state: str
    records: list[int]
    entry: int | None
    unchanged: int
    record: dict[str, Any] | None = Field(None, description="The record afterwards, where the change named one.")


class Stale(Schema):
    """Somebody else changed the record first: both versions."""

    blockers: list[BlockerOut]
    yours: dict[str, Any] = Field(description="What you sent, and the version you had seen.")
    theirs: dict[str, Any] | None = Field(description="The record as it stands now.")


class Fields(BaseModel):
    """Fields by column name. Unknown names are refused by the action, in its words."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})


Reason = Annotated[str, Field(max_length=500, description="Why; kept in the audit trail.")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version you saw; 409 when there is a newer one.")]


@dataclass(frozen=True)
class Models:
    """The models of one register."""

    row: type[BaseModel]
    page: type[BaseModel]
    create: type[BaseModel]
    edit: type[BaseModel]
    move: type[BaseModel]
    batch: type[BaseModel]


class BatchOf(Schema):
    """The frame of a batch; ``changes`` is typed per register."""

    reason: Reason = ""


def name_of(register: Register) -> str:
    """The register's code as a type name."""
    return "".join(part.capitalize() for part in re.split(r"[^0-9a-zA-Z]+", register.code))


def fields_of(model: BaseModel) -> dict[str, Any]:
    """The fields somebody sent, by column name, unknown ones included."""
    known = {
        str(i.alias): getattr(model, n) for n, i in type(model).model_fields.items() if n in model.model_fields_set
    }
    return {**known, **(model.model_extra or {})}


def models_of(register: Register) -> Models:
    """The models of a register; titles are English whatever the language of the process."""
    with override("en"):
        name = name_of(register)
        values = create_model(f"{name}Values", **_properties(register.fields, _shown))
        editable = {known: column for known, column in register.fields.items() if column.editable}
        fields = fields_type(f"{name}Fields", editable)
        row = create_model(
            f"{name}Record",
            id=(int, ...),
            key=(str, Field(description="The code, or #id where the register has none.")),
            title=(str, ...),
            version=(int, ...),
            invented=(bool, Field(description="Demo data.")),
            values=(values, ...),
            refs=(dict[str, str], Field(description="Names of the records referred to, by column.")),
            masked=(list[str], Field(description="Columns whose values are masked for you.")),
            deleted=(dict[str, Any] | None, Field(None, description="In the bin: on, by, post, reason, entry.")),
        )
        page = create_model(
            f"{name}Page",
            rows=(list[row], ...),  # type: ignore[valid-type]
            after=(str, Field(description="Cursor of the next page; empty on the last.")),
            count=(dict[str, Any], Field(description="{number, exact}: exact to 10,000 unless asked with exact=true.")),
        )
        reason = (Reason, "")
        optional: Any = (fields | None, None)
        create = create_model(f"{name}Creation", fields=(fields, ...), reason=reason)
        edit = create_model(f"{name}Edit", version=(Version, ...), fields=(fields, ...), reason=reason)
        move = create_model(
            f"{name}Move", version=(Version, ...), fields=optional, reason=reason, override=(bool, False)
        )
        change = create_model(
            f"{name}Change",
            verb=(str, Field(pattern="^(create|edit|move|status|verify|delete|restore)$")),
            key=(str | None, Field(None, description="Code or #id; absent for a creation.")),
            version=(Version | None, None),
            fields=optional,
            to=(str, Field("", max_length=60, description="Code of the move or status.")),
            override=(bool, False),
        )
        batch = create_model(f"{name}Batch", __base__=BatchOf, changes=(list[change], Field(max_length=20_000)))  # type: ignore[valid-type]
    return Models(row, page, create, edit, move, batch)


def fields_type(name: str, columns: Mapping[str, Column]) -> type[Fields]:
    """The type of fields that come in, by column."""
    return create_model(name, __base__=Fields, **_properties(columns, _sent))


def _properties(columns: Mapping[str, Column], schema: Any) -> dict[str, Any]:
    """Model fields by a neutral name (columns may be called ``register`` or ``json``), aliased to the column's."""
    return {
        f"column_{place}": (
            Annotated[Any, WithJsonSchema(schema(column))],
            Field(None, alias=name, title=str(column.head)),
        )
        for place, (name, column) in enumerate(columns.items())
    }


def _shown(column: Column) -> Mapping[str, Any]:
    """The schema of a value that goes out. A masked value is text of no certain form."""
    shape = {"type": "string"} if column.personal else dict(column.kind.schema)
    return {**_words(column), "anyOf": [shape, {"type": "null"}]}


def _sent(column: Column) -> Mapping[str, Any]:
    """The schema of a value that comes in: null empties the field."""
    shapes = [dict(column.kind.schema), {"type": "null"}]
    if column.kind.numeric and shapes[0].get("type") == "string":
        shapes.append({"type": "number"})
    return {**_words(column), "anyOf": shapes}


def _words(column: Column) -> dict[str, Any]:
    words = {"title": column.head, "description": str(column.help)}
    return {name: text for name, text in words.items() if text}
