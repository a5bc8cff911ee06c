"""Starting the product: migrate, fill an empty database, serve, tick."""

import multiprocessing
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from xianxing.cli import printing
from xianxing.demo.loader import load
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.units.login import first_start, is_empty
from xianxing.kernel.units.seats import business_date
from xianxing.kernel.units.zone import the_zone

__all__ = ["check_address", "check_free", "migrate", "prepare", "serve", "start"]

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1", "[::1]"))
WORKERS, THREADS = 2, 8
TICK_SECONDS, SEND_SECONDS = 60, 15

DEMO_IN_THE_OPEN = Problem(
    "demo_in_the_open",
    gettext_lazy("A database born as demo lets everybody in with one click; it is not served at %(value)s"),
    gettext_lazy("Serve it on 127.0.0.1 with XIANXING_HOSTS=127.0.0.1,localhost, or start a zone of your own"),
)
DEMO_HALF = Problem(
    "demo_half",
    gettext_lazy("The database holds a zone already"),
    gettext_lazy("Choose an empty XIANXING_HOME or DATABASE_URL"),
)
NOT_FREE = Problem(
    "address_not_free",
    gettext_lazy("Nothing can listen at %(value)s: %(why)s"),
    gettext_lazy("Stop what listens there, or choose another port with PORT=… or --port"),
)

Host = Annotated[str, typer.Option("--host", envvar="HOST", help=gettext_noop("Address to listen on."))]
Port = Annotated[int, typer.Option("--port", envvar="PORT", min=1, max=65535, help=gettext_noop("Port to listen on."))]
Scale = Annotated[
    int, typer.Option("--scale", min=1, max=1000, help=gettext_noop("How many times the usual number of projects."))
]


def migrate() -> None:
    """Bring the database's tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    printing.say(_("The tables are up to date."))


def start(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    demo: Annotated[
        bool, typer.Option("--demo/--empty", help=gettext_noop("What an empty database is filled with."))
    ] = True,
    scale: Scale = 1,
) -> None:
    """Migrate, fill an empty database, serve."""
    check_free(host, port)
    call_command("migrate", interactive=False, verbosity=0)
    if is_empty():
        check_address(host, demo)
        prepare(demo, scale)
    serve(host, port)


def prepare(demo: bool, scale: int = 1) -> None:
    """Fill an empty database: with the demo zone, or with three administrators whose one-time codes are printed."""
    if not is_empty():
        raise Blocked((Blocker(DEMO_HALF),))
    if demo:
        printing.say(_("Loading the demo zone …"))
        with transaction.atomic():  # a first start that is interrupted leaves an empty database, not half a zone
            load(scale)
        return
    name = os.environ.get("XIANXING_ZONE") or _("Development zone")
    codes = first_start(Context.system(business_date(), "cli"), name)
    printing.say(_("An empty zone with three administrators, each with a code that works once. Note them down now:"))
    printing.table((_("log-in name"), _("one-time code")), codes.items())


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the product, tick every minute and send notices, until stopped."""
    zone = the_zone()
    born_as_demo = bool(zone and zone.born_as_demo)
    check_address(host, born_as_demo)
    check_free(host, port)
    _greet(host, port, born_as_demo)
    environment = {"XIANXING_URL": f"http://{host}:{port}", **os.environ}  # links in mails lead here, unless said
    beside = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "xianxing.cli", *command, "--every", str(seconds)],
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        for command, seconds in ((("tick",), TICK_SECONDS), (("notices", "send"), SEND_SECONDS))
    ]
    # Polars keeps threads that a fork would leave behind: each worker begins afresh.
    multiprocessing.set_start_method("spawn", force=True)
    try:
        Granian(
            "xianxing.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=WORKERS,
            blocking_threads=THREADS,
            backpressure=4 * THREADS,
            log_level=LogLevels.warning,
            working_dir=Path.cwd(),
        ).serve()
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait()


def check_address(host: str, born_as_demo: bool) -> None:
    """Refuse to let a demo be reached from other machines; raises :class:`Blocked`."""
    if not born_as_demo:
        return
    outside = [name for name in (host, *settings.ALLOWED_HOSTS) if name not in LOOPBACK]
    if outside:
        raise Blocked((Blocker(DEMO_IN_THE_OPEN, value=", ".join(outside)),))


def check_free(host: str, port: int) -> None:
    """Refuse an address at which somebody listens already, or nobody may: the server itself would share it.

    Raises :class:`Blocked`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left is free
        try:
            trial.bind((host.strip("[]"), port))
        except OSError as error:
            params = {"why": error.strerror or str(error)}
            raise Blocked((Blocker(NOT_FREE, value=f"{host}:{port}", params=params),)) from error


def _greet(host: str, port: int, born_as_demo: bool) -> None:
    printing.say(_("Xianxing is at %(address)s") % {"address": f"http://{host}:{port}/"})
    if born_as_demo:
        day = business_date().isoformat()
        printing.say(
            _("The demo stands at %(day)s. Its log-in page lets you in with one click, post by post.") % {"day": day}
        )
    printing.say(_("Stop with Ctrl+C."))
