"""The one way in: a text becomes the draft of a plan."""

import re

from xianxing.documents.reading.chinese.reader import read_chinese
from xianxing.documents.reading.draft import Draft
from xianxing.documents.reading.english.reader import read_english
from xianxing.documents.text import Text

__all__ = ["read"]

_CJK = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")


def read(text: Text, ref_year: int | None = None) -> Draft:
    """What the text says of headings, targets, deadlines, projects, documents and units, each with its place.

    ``ref_year`` is the year from which "this year" counts; left out, the document's own number, date or title says it.
    """
    whole = "".join(one.text for one in text.paragraphs)
    chinese = len(_CJK.findall(whole)) >= len(_LATIN.findall(whole)) // 2
    return read_chinese(text, ref_year) if chinese else read_english(text, ref_year)
