"""The rules of the house that no linter knows. Prints each breach; exit 1 when there is one.

A source file has an end one can see, a name that says what is in it, and no address of the machine or registry it was
written with; the repository keeps no promise for later; a link in the documents leads somewhere.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = {"src": 400, "bin": 400, "bench": 400, "tests": 600}  # lines of a Python file, by top folder
EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
ADDRESSES = re.compile(
    r"registry\.npmjs|pypi\.org|pythonhosted|/home/[a-z]+/|/root/|/work/(main|shared)|/opt/(pypi|wheels)"
)
PROMISES = re.compile(r"\b(TODO|FIXME|XXX)\b")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def main() -> int:
    """Check every file that is or would be committed."""
    breaches = [breach for path in files() for breach in check(path)]
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


def files() -> Iterator[Path]:
    """What git follows or would follow, and still exists."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in sorted(set(listing.stdout.split("\0")) - {""}):
        path = ROOT / name
        if path.is_file():
            yield path


def check(path: Path) -> Iterator[str]:
    """The breaches of one file, each with its place."""
    place = path.relative_to(ROOT)
    if path == Path(__file__).resolve():  # this file holds the words it looks for
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return  # a picture or another binary file
    if path.suffix == ".py" and path.parent.name != "migrations":
        limit = LONGEST.get(place.parts[0])
        if limit is not None and len(lines) > limit:
            yield f"{place}: {len(lines)} lines; a file has at most {limit}: split it by idea"
        if path.stem in EMPTY_NAMES:
            yield f"{place}: the name does not say what is in the file"
    for number, line in enumerate(lines, 1):
        if ADDRESSES.search(line):
            yield f"{place}:{number}: an address of a registry or machine"
        if PROMISES.search(line):
            yield f"{place}:{number}: a promise for later: do it, or file an issue"
    if path.suffix == ".md":
        yield from dead_links(path, lines)


def dead_links(path: Path, lines: list[str]) -> Iterator[str]:
    """Relative links of a Markdown file whose target does not exist."""
    for number, line in enumerate(lines, 1):
        for target in LINK.findall(line):
            name = target.split("#", 1)[0]
            outside = re.match(r"[a-z]+:", target) or name.startswith("../shared")
            if name and not outside and not (path.parent / name).exists():
                yield f"{path.relative_to(ROOT)}:{number}: the link leads nowhere: {target}"


if __name__ == "__main__":
    sys.exit(main())
