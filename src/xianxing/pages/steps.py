"""The step of the daily tick that the pages bring."""

from xianxing.pages import uploads

__all__ = ["uploads"]
