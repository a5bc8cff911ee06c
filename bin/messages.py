"""The catalogue of Chinese texts: check that it is complete, bring it up to date, fill it from a table.

``messages.py check``         every text of the sources stands in the catalogue, translated, not fuzzy, with the same
                              placeholders, without tabs; exit 1 and a list otherwise
``messages.py update``        write new texts into the catalogue, empty; drop what no source says any more
``messages.py fill TABLE…``   give texts their translation from lines ``English<TAB>中文`` (a later line wins)
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import python_format
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "xianxing"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Chinese texts of Xianxing. Made by `make messages`; the terms are the official ones."
METHODS = [("**/jinja2/**.html", "jinja2"), ("**/jinja2/**.txt", "jinja2"), ("**.py", "python")]
BARE = re.compile(r"(?<!%)(?:%%)*%(?![(%])")


def main(words: list[str]) -> int:
    """Run one of the three commands; returns the exit code."""
    match words:
        case ["check"]:
            return check()
        case ["update"]:
            write(updated())
            return 0
        case ["fill", *tables] if tables:
            write(filled(updated(), tables))
            return 0
    print(__doc__, file=sys.stderr)
    return 2


def check() -> int:
    """Print every text that lacks its translation and what is wrong with it; 0 when there is none."""
    faults = list(find_faults(extracted(), stored()))
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} faults in {CATALOGUE.name}. `make messages` adds new texts; then translate them.")
        return 1
    return 0


def find_faults(sources: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Compare what the sources say with the catalogue; yields one line per fault: where, what, the text."""
    for message in texts(sources):
        found = catalogue.get(message.id, context=message.context)
        place = message.locations[0][0] if message.locations else "?"
        if found is None or not all(parts(found.string)):
            yield f"{place}: not translated: {message.id!r}"
        elif found.fuzzy:
            yield f"{place}: fuzzy: {message.id!r}"
        elif any("\t" in part for part in parts(found.string)):
            yield f"{place}: a tab in the translation: {message.id!r}"
        elif place.endswith(".html") and any(BARE.search(part) for part in (*parts(message.id), *parts(found.string))):
            yield f"{place}: a percent sign that a template takes for a placeholder (write %%): {message.id!r}"
        else:
            yield from (f"{place}: {error}: {message.id!r}" for error in placeholder_errors(found))


def placeholder_errors(message: Message) -> Iterator[str]:
    """Placeholders (``%(name)s``) of the translation that the text does not have, or the other way round."""
    if message.python_format:
        try:
            python_format(None, message)
        except TranslationError as error:
            yield str(error)


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def parts(text: str | Iterable[str]) -> list[str]:
    """The forms of a text: one, or one for each plural."""
    return [text] if isinstance(text, str) else list(text)


def extracted() -> Catalog:
    """Every text marked for translation in the sources, with the files it stands in."""
    catalogue = Catalog(locale="zh_Hans", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        SOURCE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for name, _line, text, comments, context in found:
        catalogue.add(text, locations=[(name, None)], auto_comments=comments, context=context)
    return catalogue


def stored() -> Catalog:
    """The catalogue as it stands in the repository; an empty one when there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", header_comment=HEADER, project="xianxing", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="zh_Hans")


def updated() -> Catalog:
    """The stored catalogue with the texts of today's sources. No guesses: a changed text is a new text."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def filled(catalogue: Catalog, tables: list[str]) -> Catalog:
    """Set translations from tables; a line whose text no source says is named and left out."""
    lines = [line for table in tables for line in Path(table).read_text(encoding="utf-8").splitlines() if "\t" in line]
    translations = {text: translation.strip() for text, translation in (line.split("\t", 1) for line in lines)}
    used = set()
    for message in texts(catalogue):
        text = parts(message.id)[0]
        if text in translations:
            message.string = (translations[text],) if message.pluralizable else translations[text]
            used.add(text)
    for text in sorted(translations.keys() - used):
        print(f"No source says {text!r}", file=sys.stderr)
    return catalogue


def write(catalogue: Catalog) -> None:
    """Write the catalogue in the order of its texts, without line numbers, so that its history stays readable."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as target:
        write_po(target, catalogue, width=0, sort_output=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
