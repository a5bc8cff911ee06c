"""Documents that are cited by title: 《…》, with the number that may follow or stand inside."""

import re

from xianxing.documents.reading.draft import Citation, Place

__all__ = ["citations"]

_TITLE = re.compile(r"《(?P<title>[^《》]*(?:《[^《》]*》[^《》]*)*)》")
_NUMBER = re.compile(r"\s*[（(](?P<number>[^（）()]{2,40}?[〔\[［（(]?\d{4}[〕\]］）)]?\s*第?\d+号)[）)]?")


def citations(number: int, text: str) -> list[Citation]:
    """The titles cited in paragraph ``number``, in their order."""
    found = []
    for title in _TITLE.finditer(text):
        if not title["title"].strip():
            continue
        follows = _NUMBER.match(text, title.end())
        place = Place(number, title.start(), title.end())
        found.append(Citation(title.group(), place, follows["number"] if follows else ""))
    return found
