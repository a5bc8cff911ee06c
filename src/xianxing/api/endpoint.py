"""One endpoint as data: a register's modules give lists of these, :mod:`.product` mounts them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from django.http import HttpResponse

__all__ = ["Endpoint", "View", "typed"]

View: TypeAlias = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Endpoint:
    """Method and path below the API's root, the view, a stable operation id, what it says in the reference."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    view: View
    operation: str
    summary: str
    response: Any = None
    status: int = 200
    extra: dict[str, Any] = field(default_factory=dict)


def typed(view: View, **annotations: Any) -> View:
    """The view with annotations that are only known at run time, such as the body of one register."""
    view.__annotations__ = {**view.__annotations__, **annotations}
    return view
