"""How a parser says no."""

from typing import Any

__all__ = ["Refusal"]


class Refusal(Exception):
    """The file is not accepted: the code of the problem, and the parameters of its words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params
