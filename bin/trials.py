"""Put what the trials measured into docs/trials.md: ``python bin/trials.py FIGURES``, with the file that they filled.

The section between the two marks is written anew, with day, commit and machine. At another scale than the whole the
figures are printed and nothing is written.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "trials.md"
BEGIN, END = "<!-- figures -->", "<!-- end of the figures -->"
HEADS = "| store | trial | | what came of it |\n|---|---|---|---|"


def main() -> int:
    """Print the figures; write them where the whole was tried."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    # Both stores are tried side by side: what belongs together is put together, otherwise as it was tried.
    figures = sorted(map(json.loads, lines), key=lambda figure: (figure["trial"], figure["store"]))
    told = "\n".join([HEADS, *dict.fromkeys(row(figure) for figure in figures)])
    print(told)
    if float(os.environ.get("TRIALS_SCALE") or 1) != 1:
        print("Not the whole was tried: docs/trials.md is left as it is.")
        return 0
    page = PAGE.read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{origin()}\n\n{told}\n{END}{after}", encoding="utf-8")
    return 0


def row(figure: dict[str, str]) -> str:
    """One line of the table."""
    return "| " + " | ".join(figure[name].replace("|", "/") for name in ("store", "trial", "what", "told")) + " |"


def origin() -> str:
    """Day, commit, machine, and how busy it is."""
    commit = said("git", "rev-parse", "--short", "HEAD") + ("+" if said("git", "status", "--porcelain") else "")
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {gigabytes:.0f} GB, {platform.system()}, Python {platform.python_version()}"
    load = f"load of the last quarter of an hour {os.getloadavg()[2]:.1f}"
    return f"{said('date', '+%Y-%m-%d')}, commit {commit}, {machine}, {load}."


def said(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
