"""An English document, read."""

from xianxing.documents.reading.citations import citations
from xianxing.documents.reading.draft import Draft
from xianxing.documents.reading.english.deadlines import deadlines
from xianxing.documents.reading.english.duties import duties
from xianxing.documents.reading.english.headings import headings
from xianxing.documents.reading.english.projects import projects
from xianxing.documents.reading.english.quantities import targets
from xianxing.documents.reading.years import reference_year
from xianxing.documents.text import Text

__all__ = ["read_english"]


def read_english(text: Text, ref_year: int | None) -> Draft:
    """The draft of an English text."""
    paragraphs = text.paragraphs
    title = paragraphs[0].text.strip().lstrip("# ") if paragraphs else ""
    year = ref_year or reference_year(paragraphs, title)
    found = headings(paragraphs)
    return Draft(
        title=title,
        lang="en",
        ref_year=year,
        headings=found,
        targets=tuple(target for one in paragraphs for target in targets(one.number, one.text)),
        deadlines=tuple(due for one in paragraphs for due in deadlines(one.number, one.text, year)),
        projects=projects(paragraphs),
        citations=tuple(title for one in paragraphs for title in citations(one.number, one.text)),
        duties=duties(paragraphs, found),
    )
