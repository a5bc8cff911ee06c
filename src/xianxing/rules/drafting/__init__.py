"""Writing rule sets without code: common shapes of criteria from a form into the text, which stays readable."""

from xianxing.rules.drafting.shapes import SHAPES, Ask, Shape, write
from xianxing.rules.drafting.templates import TEMPLATES, begin
from xianxing.rules.drafting.text import line_of
from xianxing.rules.drafting.writer import version_of

__all__ = ["SHAPES", "TEMPLATES", "Ask", "Shape", "begin", "line_of", "version_of", "write"]
