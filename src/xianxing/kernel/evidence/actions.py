"""Attaching and withdrawing evidence. Both judge the case anew: what was proven by a file stands and falls with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate, store
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.judge import REASON_MISSING
from xianxing.kernel.actions.prepare import MAY_NOT
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.actions.write import reprove
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.files import content_of, keep
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.personal import readings
from xianxing.kernel.personal.subjects import subjects_of
from xianxing.kernel.register import Register

__all__ = ["File", "attach", "files_of", "read", "withdraw"]

UNKNOWN_TAG = Problem("unknown_tag", _("“%(value)s” is not a kind of evidence here"), _("Choose one of: %(choices)s"))
NO_FILE = Problem("no_file", _("There is no such file, or you may not see it"), _("Open it from its record"))
OTHER_TAG = "other"
IMAGES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))


@dataclass(frozen=True)
class File:
    """A piece of evidence as its record's page shows it."""

    id: int
    tag: str
    label: Label
    name: str
    media_type: str
    size: int
    digest: str
    at: Any
    withdrawn_on: Any = None
    withdrawn_why: str = ""
    invented: bool = False

    @property
    def is_image(self) -> bool:
        """Whether its content, not its name, is that of a picture which a browser may draw."""
        return self.media_type in IMAGES


def tags(register: Register) -> dict[str, Label]:
    """The kinds of evidence a register knows, by tag."""
    known: dict[str, Label] = {p.tag: p.label for p in register.flow.proofs.values()} if register.flow else {}
    return known | {"photo": _("site photo"), OTHER_TAG: _("other file")}


def attach(
    register: Register, context: Context, files: Sequence[tuple[int, str, str, bytes]], *, dry: bool = False
) -> Outcome:
    """Attach files, given as (record id, tag, file name, bytes), to records the caller may edit."""
    blockers = _may(register, context, [record for record, *_rest in files])
    for index, (_record, tag, _name, _content) in enumerate(files):
        if tag not in tags(register):
            choices = list(tags(register).values())
            blockers.append(Blocker(UNKNOWN_TAG, field="tag", value=tag, params={"choices": choices}, index=index))
    if blockers:
        return Outcome("blocked", blockers=tuple(blockers))
    try:
        subjects = subjects_of(register, [record for record, *_rest in files])
        kept = [keep(name, tag, content, subjects.get(record, "")) for record, tag, name, content in files]
    except Refused as error:
        return Outcome("blocked", blockers=(Blocker(error.problem, field="file", params=error.params),))
    if dry:
        return Outcome("done")
    with working(context, "attach", register.code) as work:
        ids = store.reserve(Evidence, len(files))
        names = ("id", "version", "created_at", "updated_at", "invented", "search_text", "register", "record", "tag",
                 "name", "media_type", "size", "digest", "withdrawn_why")  # fmt: skip
        rows = [
            (pk, 1, context.instant, context.instant, context.surface == "demo", "", register.code, record, tag,
             file.name, file.media_type, file.size, file.digest, "")
            for pk, (record, tag, _n, _c), file in zip(ids, files, kept, strict=True)
        ]  # fmt: skip
        store.insert(Evidence, names, rows)
        for (record, tag, _n, _c), file in zip(files, kept, strict=True):
            shown = {"tag": tag, "file": file.name, "sha256": file.digest}
            work.items.append(Item(register.code, record, "attach", {}, shown))
        _follow(register, context, [record for record, *_rest in files], work)
    return Outcome("done", tuple(ids), entry=work.entry)


def withdraw(register: Register, context: Context, key: int) -> Outcome:
    """Withdraw one file, with the reason in the context. The row stays, the case is judged without it."""
    evidence = Evidence.objects.filter(pk=key, register=register.code, withdrawn_on=None, deleted_at=None).first()
    if evidence is None or not gate.rows(register, context).filter(pk=evidence.record).exists():
        return Outcome("blocked", blockers=(Blocker(NO_FILE),))
    blockers = _may(register, context, [evidence.record])
    if not context.reason:
        blockers.append(Blocker(REASON_MISSING, field="reason"))
    if blockers:
        return Outcome("blocked", blockers=tuple(blockers))
    with working(context, "withdraw", register.code) as work:
        changed = Evidence.objects.filter(pk=key, withdrawn_on=None).update(
            withdrawn_on=context.business_date, withdrawn_why=context.reason, updated_at=context.instant
        )
        if changed:
            item = Item(register.code, evidence.record, "withdraw", {"tag": evidence.tag, "file": evidence.name}, {})
            work.items.append(item)
            _follow(register, context, [evidence.record], work)
    return Outcome("done", (key,), entry=work.entry)


def _may(register: Register, context: Context, records: Sequence[int]) -> list[Blocker]:
    wanted = set(records)
    for right in ("edit", "move"):
        wanted -= set(gate.rows(register, context, verb=right).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted:
        return []
    seen = gate.rows(register, context).filter(pk__in=wanted).exists()
    return [Blocker(MAY_NOT if seen else gate.NOT_THERE, params={"register": register.label})]


def _follow(register: Register, context: Context, records: Sequence[int], work: Work) -> None:
    reprove(register, context, sorted(set(records)), work)


def files_of(register: Register, context: Context, record: int) -> list[File]:
    """All files of a record, standing ones first; nothing where the record may not be seen."""
    if not gate.rows(register, context).filter(pk=record).exists():
        return []
    known = tags(register)
    found = Evidence.objects.filter(register=register.code, record=record, deleted_at=None)
    return [
        File(e.pk, e.tag, known.get(e.tag, e.tag), e.name, e.media_type, e.size, e.digest, e.created_at,
             e.withdrawn_on, e.withdrawn_why, e.invented)
        for e in found.order_by("withdrawn_on", "-id")
    ]  # fmt: skip


def read(register: Register, context: Context, key: int) -> tuple[File, bytes]:
    """One file with its bytes; raises :class:`Blocked` in the same words whether it is missing or forbidden."""
    evidence = Evidence.objects.filter(pk=key, register=register.code, deleted_at=None).first()
    found = files_of(register, context, evidence.record) if evidence else []
    file = next((file for file in found if file.id == key), None)
    subject = subjects_of(register, [evidence.record]).get(evidence.record, "") if evidence else ""
    content = content_of(file.digest, subject) if file else None
    if evidence is None or file is None or content is None:
        raise Blocked((Blocker(NO_FILE),))
    if subject:
        readings.note(context, register.code, {"file"}, {evidence.record})
    return file, content
