"""What a declaration must say of its personal columns, checked when the product starts."""

from django.core.exceptions import ImproperlyConfigured

from xianxing.kernel.personal.fields import personal_fields
from xianxing.kernel.register import Register

__all__ = ["check_personal"]


def check_personal(register: Register) -> None:
    """Raises ``ImproperlyConfigured``, naming register and column, where personal data would lie or show in clear."""
    sealed = {name for name, column in register.fields.items() if column.sealed}
    if odd := sealed ^ register.personal:
        raise ImproperlyConfigured(
            f"register {register.code}: personal= names the columns of Personal…Field, no more, no less: {sorted(odd)}"
        )
    if sealed and register.privacy is None:
        raise ImproperlyConfigured(
            f"register {register.code}: personal columns need privacy=Privacy(purpose, basis, keep): why they are held,"
            " on what legal basis, for how long"
        )
    open_to_all = {register.key, *register.search, *(part.lstrip("-") for part in register.order)}
    if named := sealed & open_to_all:
        raise ImproperlyConfigured(f"register {register.code}: key, search and order cannot be sealed: {sorted(named)}")
    if register.title in sealed and (not register.child_of or register.task):
        raise ImproperlyConfigured(
            f"register {register.code}: its title {register.title!r} is sealed; entries are named by it: take the key"
        )
    if register.data_subject:
        model = register.model
        for name in register.data_subject.split("__"):
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]
        if not personal_fields(model):
            raise ImproperlyConfigured(f"register {register.code}: {register.data_subject} leads to nobody's data")
