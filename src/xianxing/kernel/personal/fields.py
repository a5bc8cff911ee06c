"""Model fields of personal data. The column holds what was sealed; beside it lie a digest and the subject's name.

A model with such a field gets, without being asked, ``<field>_digest`` for each of them and one ``subject_key``, the
name of the data subject in the key store. Only actions write them; a clear text is refused by the field itself.
"""

from typing import Any, ClassVar

from django.db import models

from xianxing.kernel import kinds
from xianxing.kernel.personal.ciphers import is_sealed

__all__ = [
    "DIGEST", "SUBJECT_KEY", "PersonalAccountField", "PersonalField", "PersonalIdField", "PersonalPhoneField",
    "PersonalTextField", "personal_fields",
]  # fmt: skip

SUBJECT_KEY = "subject_key"
DIGEST = "_digest"


class PersonalField(models.TextField[Any, Any]):
    """A sealed text. ``max_length`` limits the clear text; the column is as wide as its ciphertext needs."""

    _kind: ClassVar[kinds.PersonalText] = kinds.PersonalText()

    @property
    def kind(self) -> kinds.PersonalText:
        """The parser and printer of the clear text."""
        return self._kind

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        # Models of a migration's past name all their fields themselves.
        if cls._meta.abstract or cls.__module__ == "__fake__":
            return
        _add(cls, name + DIGEST, models.CharField(max_length=48, null=True, db_index=True, editable=False))
        _add(cls, SUBJECT_KEY, models.CharField(max_length=22, null=True, db_index=True, editable=False))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Refuses a text that was not sealed: it would lie readable in the file of the database."""
        refuse_clear(self, (value,))
        return super().get_db_prep_save(value, connection)


def _add(cls: type[models.Model], name: str, field: "models.Field[Any, Any]") -> None:
    if all(known.name != name for known in cls._meta.local_fields):
        field.contribute_to_class(cls, name)


def refuse_clear(field: "models.Field[Any, Any]", values: Any) -> None:
    """Raises ``ValueError`` where a personal field is about to be stored in clear; says the field, never the value."""
    if any(value and not is_sealed(value) for value in values):
        raise ValueError(f"{field} would be stored in clear: personal data is written by actions")


class PersonalTextField(PersonalField):
    """A personal line of text such as a name; with ``lines`` several, such as what a petition says."""

    def __init__(self, *args: Any, lines: bool = False, **options: Any) -> None:
        self.lines = lines
        super().__init__(*args, **options)

    @property
    def kind(self) -> kinds.PersonalText:
        if self.lines:
            return kinds.PersonalLongText(limit=self.max_length or 4000)
        return kinds.PersonalText(limit=self.max_length or 200)


class PersonalPhoneField(PersonalField):
    """A personal telephone number; masked as 138****1234."""

    _kind = kinds.PersonalPhone()


class PersonalIdField(PersonalField):
    """An identity number (GB 11643-1999); its mask keeps the first 6 and the last 4."""

    _kind = kinds.PersonalId()


class PersonalAccountField(PersonalField):
    """The number of a bank account; its mask keeps the last 4."""

    _kind = kinds.PersonalAccount()


def personal_fields(model: type[models.Model]) -> list[PersonalField]:
    """The sealed fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, PersonalField)]
