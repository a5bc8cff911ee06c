"""What was measured, as text and as a page of the documentation."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "bench.md"
SPEED = PAGE.with_name("speed.md")
HEAD = """# Measurements

`make bench` measures; each line compares the product with plain Django doing the same with the same rows in one run.
“Plain” knows no permission, no field rights, no versions, no audit, no search text: it is the floor, not a rival. The
hash is of the rows that were read or written; a run in which the two sides differ fails. Each line names the day and
the commit after which it was measured.

"""
SAVED = (
    "| store | rows | what | Xianxing | plain Django | ratio | hash | | measured at |\n"
    "|---|---:|---|---:|---:|---:|---|---|---|"
)
HEADING = "| store | rows | what | Xianxing | plain Django | ratio | hash | |\n|---|---:|---|---:|---:|---:|---|---|"


@dataclass(frozen=True)
class Measured:
    """One measurement: seconds of ours and of plain Django, and the hash of the rows each of them treated."""

    name: str
    store: str
    rows: int
    ours: float
    plain: float
    our_hash: str
    plain_hash: str
    note: str = ""

    @property
    def agrees(self) -> bool:
        return self.our_hash == self.plain_hash

    def line(self) -> str:
        writes = self.name.startswith(("import", "edit", "sheet"))
        each = f"{self.ours / self.rows * 1e6:.0f} µs a row" if writes else ""
        note = ", ".join(part for part in (each, self.note) if part)
        return (
            f"| {self.store} | {self.rows:,} | {self.name} | {self.ours:.3f} s | {self.plain:.3f} s"
            f" | {self.ours / self.plain:.1f} | {self.our_hash} | {note} |"
        )


def save(results: list[Measured]) -> None:
    """Put the results into docs/bench.md: each line replaces that of the same store, size and name, others stay."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    origin = f"{when()}, {commit.strip() or 'unknown'}"
    old = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    lines = {_key(line): line for line in old if line.startswith("| ") and not line.startswith("| store")}
    for result in results:
        line = f"{result.line()} {origin} |"
        lines[_key(line)] = line
    table = "\n".join([SAVED, *(lines[key] for key in sorted(lines))])
    PAGE.write_text(
        f"{HEAD}{cores()} cores, Python {platform.python_version()}, {platform.system()}.\n\n{table}\n", "utf-8"
    )


def save_table(name: str, lines: list[str], versions: str) -> None:
    """Put a table into docs/speed.md between the marks that bear its name, with the machine it was measured on."""
    mark = f"<!-- {name} -->"
    before, _old, after = SPEED.read_text(encoding="utf-8").split(mark)
    made = f"Python {platform.python_version()}, {versions}, {platform.system()}"
    machine = f"{when()}, {cores()} cores, {made}; load of the machine at the end: {os.getloadavg()[0]:.1f}."
    SPEED.write_text(f"{before}{mark}\n{machine}\n\n" + "\n".join(lines) + f"\n{mark}{after}", "utf-8")


def _key(line: str) -> tuple[str, int, str]:
    """Store, rows and name of a line of the table."""
    store, rows, name = (part.strip() for part in line.split("|")[1:4])
    return store, int(rows.replace(",", "")), name


def cores() -> int:
    return len(Path("/proc/cpuinfo").read_text(encoding="utf-8").split("processor\t:")) - 1


def when() -> str:
    """The day of the run, as the system's clock has it."""
    return subprocess.run(["date", "+%Y-%m-%d"], capture_output=True, text=True, check=True).stdout.strip()
