"""A private PostgreSQL cluster for tests: unprivileged, on a Unix socket only, gone when its user is done.

As a command: ``python tests/postgres.py -- COMMAND …`` starts a cluster, runs the command with ``DATABASE_URL`` set,
stops the cluster and exits as the command did, also when it is itself told to stop. In Python:
``with cluster() as url: …``.
Durability is off: a crash loses the cluster, and nobody wants it back.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

USER = "xianxing"
DATABASE = "xianxing"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_messages": "fatal",
}
PATIENCE = 60.0  # seconds that a start may take


class ClusterError(Exception):
    """PostgreSQL is missing or would not start; the text says which and shows its log."""


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster with one empty database; yields its ``DATABASE_URL``; stops and removes it on the way out."""
    programs = find_programs()
    # A socket's path may have 107 bytes: a long TMPDIR would break it.
    home = Path(tempfile.mkdtemp(prefix="xianxing-pg-", dir="/tmp"))
    try:
        server_user = give_away(home)
        with serving(programs, home, server_user):
            call([programs / "createdb", "--host", home, "--username", USER, DATABASE], server_user)
            yield f"postgresql://{USER}@/{DATABASE}?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def find_programs() -> Path:
    """The newest folder that holds ``initdb`` and ``postgres``; Debian keeps them off the PATH."""
    debian = Path("/usr/lib/postgresql")
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    for initdb in [*versions, *([Path(on_path).resolve()] if on_path else [])]:
        if (initdb.parent / "postgres").exists():
            return initdb.parent
    raise ClusterError("PostgreSQL is not installed. On Debian type: sudo apt-get install postgresql")


def give_away(home: Path) -> str | None:
    """When root, hand the folder to a user without rights (PostgreSQL refuses to run as root); returns the user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, user)
    return user


@contextmanager
def serving(programs: Path, home: Path, user: str | None) -> Iterator[None]:
    """Initialise the cluster in ``home``, serve it on a socket there, and shut it down."""
    data, log = home / "data", home / "log"
    initdb: list[str | Path] = [programs / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust"]
    # The C locale sorts by code point, as SQLite does: the same list in the same order on both stores.
    call([*initdb, "--encoding", "UTF8", "--locale", "C", "--no-sync"], user)
    # setpriv is part of every Debian: the server ends with us even if we are killed.
    leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [*leash, programs / "postgres", "-D", data, "-k", home, *options]
    with log.open("wb") as sink:
        server = subprocess.Popen(
            command, stdout=sink, stderr=sink, start_new_session=True, cwd=home, user=user, extra_groups=groups(user)
        )
    try:
        wait_until_ready(programs, home, server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: clients are sent away, files are closed
        try:
            server.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_ready(programs: Path, home: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers; raise with its log when it has died or takes too long."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        answer = subprocess.run([programs / "pg_isready", "--quiet", "--host", home], check=False)
        if answer.returncode == 0:
            return
        time.sleep(0.05)
    raise ClusterError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def call(command: list[str | Path], user: str | None) -> None:
    """Run one of PostgreSQL's programs to its end; raise with what it printed when it fails."""
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd="/", user=user, extra_groups=groups(user)
    )
    if done.returncode:
        raise ClusterError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def groups(user: str | None) -> list[int] | None:
    """No supplementary groups for the other user; our own kept when nobody is switched to."""
    return [] if user else None


def stop(number: int, _frame: FrameType | None) -> None:
    """Turn a request to stop into an orderly way out through the context managers."""
    raise SystemExit(128 + number)


def main(words: list[str]) -> int:
    """Run the command after ``--`` against a fresh cluster and return its exit code."""
    if words[:1] != ["--"] or len(words) < 2:
        print("usage: python tests/postgres.py -- COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with cluster() as url:
            return run_command(words[1:], url)
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 2


def run_command(words: list[str], url: str) -> int:
    """Run the command with ``DATABASE_URL``; on the way out it is stopped before its database is."""
    child = subprocess.Popen(words, env={**os.environ, "DATABASE_URL": url})
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
