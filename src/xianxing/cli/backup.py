"""Commands that keep a zone safe: backup, verify, restore, keys, check."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.cli import printing
from xianxing.kernel.backup import keys
from xianxing.kernel.backup.archive import Broken, Manifest
from xianxing.kernel.backup.fresh import has_tables
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.proof import prove_zone
from xianxing.kernel.backup.restore import check_archive, restore
from xianxing.kernel.backup.shelf import shelf, trouble
from xianxing.kernel.backup.works import make_and_tidy, old_after
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.upkeep import left_over
from xianxing.kernel.personal.erasure import reapply_erasures
from xianxing.kernel.sandbox.keeper import walls
from xianxing.kernel.units.seats import business_date

__all__ = ["KEYS", "check", "make", "restore_zone", "verify_zone"]

Archive = Annotated[Path, typer.Argument(metavar="BACKUP", exists=True, dir_okay=False, readable=True)]
Foreign = Annotated[
    bool, typer.Option("--foreign", help=gettext_noop("Take a backup that another installation signed, unproven."))
]
Passphrase = Annotated[
    str,
    typer.Option(
        "--passphrase", envvar="XIANXING_PASSPHRASE", prompt=gettext_noop("Passphrase"), hide_input=True,
        help=gettext_noop("Seals the keys. Better typed when asked than written into the command."),
    ),
]  # fmt: skip


def make(
    target: Annotated[
        Path | None,
        typer.Argument(metavar="TARGET", help=gettext_noop("File or folder; default: the folder of the installation.")),
    ] = None,
) -> None:
    """Write a backup while the zone works."""
    if target is None:
        written = shelf_path(make_and_tidy(Context.system(business_date(), "cli"), "cli"))
    else:
        written = make_backup(target, why="cli")
    manifest, faults = check_archive(written)
    if faults:
        _damaged(faults)
    printing.say(_("Written: %(path)s") % {"path": written})
    _told(manifest)
    printing.say(_("It holds no keys: keep “xianxing keys backup” apart from it."))


def shelf_path(name: str) -> Path:
    """A backup of the installation's own folder by its name."""
    return next(kept.path for kept in shelf() if kept.path.name == name)


def verify_zone(
    archive: Annotated[
        Path | None,
        typer.Argument(metavar="BACKUP", exists=True, dir_okay=False, help=gettext_noop("Default: the zone.")),
    ] = None,
    foreign: Foreign = False,
) -> None:
    """Check a backup, or the living zone; what does not hold is named, exit code 2."""
    if archive:
        manifest, faults = check_archive(archive, foreign=foreign)
        _told(manifest)
        if faults:
            _damaged(faults)
        printing.say(_("The backup is whole."))
        return
    proof = prove_zone()
    printing.pairs(
        {
            _("entries of the audit"): number_format(proof.entries, force_grouping=True),
            _("links between tables"): number_format(proof.links),
            _("files of evidence"): number_format(proof.files, force_grouping=True),
            _("cases with their limits"): number_format(proof.limits, force_grouping=True),
        }
    )
    for finding in proof.findings:
        printing.say(f"✗ {finding.place}: {finding.what}")
    if proof.findings:
        raise typer.Exit(printing.REFUSED)
    printing.say(_("The zone is whole."))


def restore_zone(
    archive: Archive,
    replace: Annotated[
        bool, typer.Option("--replace", help=gettext_noop("Replace the zone that stands here, after a backup of it."))
    ] = False,
    foreign: Foreign = False,
) -> None:
    """Put a backup in the place of the zone, proven table by table."""
    done = restore(archive, replace=replace, foreign=foreign)
    if done.before:
        printing.say(_("The zone as it was before: %(path)s") % {"path": done.before})
    _told(done.manifest)
    printing.say(
        _("Restored and compared: %(tables)s tables, %(rows)s rows, %(files)s files, %(entries)s entries of the audit.")
        % {"tables": len(done.manifest.tables), "rows": done.rows, "files": done.files, "entries": done.entries}
    )
    if done.erased:
        printing.say(_("Erased again: %(number)s data subjects.") % {"number": done.erased})


def _told(manifest: Manifest) -> None:
    printing.pairs(
        {
            _("zone"): manifest.zone,
            _("made at"): f"{manifest.made_at[:19]} UTC",
            _("business date"): manifest.business_date,
            _("tables"): len(manifest.tables),
            _("rows"): number_format(manifest.rows, force_grouping=True),
            _("files"): manifest.files["number"],
            _("last entry of the audit"): manifest.head["number"],
        }
    )


def _damaged(faults: Iterable[Broken]) -> None:
    for fault in faults:
        printing.say(f"✗ {fault.member}: {fault.what}")
    raise typer.Exit(printing.REFUSED)


def seal_keys(
    target: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, writable=True)], passphrase: Passphrase
) -> None:
    """Write the keys, sealed with a passphrase."""
    number = keys.seal_keys(target, passphrase)
    printing.say(_("%(number)s keys written, sealed: %(path)s") % {"number": number, "path": target})


def restore_keys(
    source: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    passphrase: Passphrase,
    replace: Annotated[bool, typer.Option("--replace", help=gettext_noop("Lose the keys that are here."))] = False,
) -> None:
    """Put sealed keys back; what was erased stays erased."""
    number = keys.restore_keys(source, passphrase, replace=replace)
    if has_tables():
        reapply_erasures(Context.system(business_date(), "cli"))
    printing.say(_("%(number)s keys are back.") % {"number": number})


KEYS = (
    ("backup", seal_keys, gettext_noop("Write the keys to a file of their own, sealed with a passphrase.")),
    ("restore", restore_keys, gettext_noop("Put sealed keys back.")),
)


def check() -> None:
    """What an administrator should know of this installation."""
    newest, failed = next(iter(shelf()), None), trouble()
    stands = date_format(localtime(newest.made_at), "DATETIME_FORMAT") if newest else _("none")
    if newest and newest.age > old_after(Context.system(business_date(), "cli")):
        stands = _("%(when)s, %(days)s days old") % {"when": stands, "days": newest.age}
    may = [name for name, can in walls().items() if can]
    cannot = [name for name, can in walls().items() if not can]
    caged = _("with access to %(names)s") % {"names": ", ".join(may)} if may else ""
    printing.pairs(
        {
            _("last backup"): stands,
            _("last failure"): failed[1] if failed else _("none"),
            _("files left unfinished, removed by the next tick"): number_format(left_over()),
            _("files from outside are read"): caged or _("without %(names)s") % {"names": ", ".join(cannot)},
        }
    )
