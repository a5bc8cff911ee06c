"""What was measured, as text and as a page of the documentation."""

import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "bench.md"
HEAD = """# Measurements

`make bench` measures; each line compares the product with plain Django doing the same with the same rows in one run.
“Plain” knows no permission, no field rights, no versions, no audit, no search text: it is the floor, not a rival. The
hash is of the rows that were read or written; a run in which the two sides differ fails.

"""
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


def as_text(results: list[Measured]) -> str:
    """The results as a table."""
    return "\n".join([HEADING, *(result.line() for result in results)])


def save(results: list[Measured]) -> None:
    """Put the results into docs/bench.md, replacing those of the same store."""
    stores = {result.store for result in results}
    old = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    kept = ["## " + part.rstrip() for part in old if part.split("\n", 1)[0] not in stores]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    machine = f"{cores()} cores, Python {platform.python_version()}, {platform.system()}"
    for store in sorted(stores):
        own = [result for result in results if result.store == store]
        where = f"{when()}, commit {commit.strip() or 'unknown'} and later, {machine}."
        kept.append(f"## {store}\n\n{where}\n\n{as_text(own)}")
    PAGE.write_text(HEAD + "\n\n".join(sorted(kept)) + "\n", encoding="utf-8")


def cores() -> int:
    return len(Path("/proc/cpuinfo").read_text(encoding="utf-8").split("processor\t:")) - 1


def when() -> str:
    """The day of the run, as the system's clock has it."""
    return subprocess.run(["date", "+%Y-%m-%d"], capture_output=True, text=True, check=True).stdout.strip()
