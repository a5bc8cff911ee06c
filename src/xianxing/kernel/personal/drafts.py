"""Sealing a batch on its way to the store, and opening what stands there.

Inside an action personal values are clear, so that checks and guards can judge them; what is written, in record and
audit, is what was sealed here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import store
from xianxing.kernel.actions.change import NOTHING_SEALED, Draft, Sealed
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.personal.ciphers import new_subject
from xianxing.kernel.personal.columns import digest_column, sealed_columns
from xianxing.kernel.personal.fields import DIGEST, SUBJECT_KEY, personal_fields
from xianxing.kernel.personal.keys import keys_of, make_keys
from xianxing.kernel.personal.seal import Lost, open_all, seal
from xianxing.kernel.record import Record
from xianxing.kernel.register import Column, Register, register_of

__all__ = ["key_paths", "open_drafts", "seal_drafts", "sealed_values"]

ERASED = Problem(
    "subject_erased",
    _("The personal data of this entry was erased; nothing can be added to it"),
    _("Make a new entry if the person comes back"),
)
CHUNK = 5_000


def key_paths(register: Register) -> dict[str, str]:
    """Where the store names the data subject of a record (``own``) and of its shared subject (``lent``)."""
    paths = {"own": SUBJECT_KEY} if sealed_columns(register, own=True) else {}
    return paths | ({"lent": f"{register.subject}__{SUBJECT_KEY}"} if sealed_columns(register, own=False) else {})


def open_drafts(register: Register, rows: Sequence[tuple[Draft, Mapping[str, Any]]]) -> None:
    """Put clear values into the current values of drafts; ``rows`` are their rows as the store holds them."""
    columns = [column for column in register.fields.values() if column.sealed]
    if not columns:
        return
    paths = key_paths(register)
    found = open_all(raw[column.path] or "" for _draft, raw in rows for column in columns)
    for draft, raw in rows:
        draft.sealed = Sealed(
            before={column.name: raw[column.path] or "" for column in columns},
            keys={whose: raw[path] for whose, path in paths.items() if raw[path]},
        )
        for column in columns:
            held = found[raw[column.path] or ""]
            draft.current[column.name] = "" if isinstance(held, Lost) else held


def seal_drafts(register: Register, drafts: Sequence[Draft]) -> None:
    """Seal what a judged batch will write; raises :class:`Blocked` where a subject was erased."""
    for whose, model in (("own", register.model), ("lent", register.subject_model)):
        columns = sealed_columns(register, own=whose == "own")
        if columns and model is not None:
            for draft in drafts:
                if draft.sealed is NOTHING_SEALED:
                    draft.sealed = Sealed()
            path = (register if whose == "own" else register_of(model)).data_subject
            _seal_part(register, columns, drafts, whose, path)


def sealed_values(register: Register, draft: Draft, *, own: bool) -> dict[str, Any]:
    """What to store of a draft's personal values on the record itself, or on its shared subject."""
    names = [name for name in draft.sealed.after if register.fields[name].own == own]
    if not names:
        return {}
    found: dict[str, Any] = {name: draft.sealed.after[name] for name in names}
    found |= {name + DIGEST: draft.sealed.digests[name + DIGEST] for name in names}
    return found | {SUBJECT_KEY: draft.sealed.keys["own" if own else "lent"]}


def _seal_part(register: Register, columns: Sequence[Column], drafts: Sequence[Draft], whose: str, path: str) -> None:
    moved = _name_subjects(register, drafts, whose, path if whose == "own" else "")
    names = [column.name for column in columns]
    work: list[tuple[Draft, str]] = []
    for draft in drafts:
        anew = draft.change.verb == "create" or draft.id in moved
        work += [(draft, name) for name in names if anew or name in draft.changed]
    filled = {draft.sealed.keys[whose] for draft, name in work if draft.result.get(name)}
    keys = keys_of(filled)
    gone = [draft for draft, name in work if draft.result.get(name) and draft.sealed.keys[whose] not in keys]
    if gone:
        raise Blocked((Blocker(ERASED, index=gone[0].index),))
    tokens = seal(((d.sealed.keys[whose], d.result.get(n) or "") for d, n in work), keys)
    for (draft, name), token in zip(work, tokens, strict=True):
        draft.sealed.after[name] = token
    for column in columns:
        holders = [draft for draft, name in work if name == column.name]
        found = digest_column(register, column, [draft.result.get(column.name) or "" for draft in holders])
        for draft, digest in zip(holders, found, strict=True):
            draft.sealed.digests[column.name + DIGEST] = digest


def _name_subjects(register: Register, drafts: Sequence[Draft], whose: str, path: str) -> set[int]:
    """Give each draft the name of its data subject, a new one with a new key; returns the records whose changed."""
    way, _sep, _rest = path.partition("__")
    asking = [d for d in drafts if whose not in d.sealed.keys or (way and d.alters(way))]
    known = _subjects_above(register, path, [draft.result[way] for draft in asking]) if way else {}
    fresh: list[str] = []
    for draft in asking:
        above = known.get(draft.result[way]) if way else None
        draft.sealed.keys[whose] = above or new_subject()
        if not above:
            fresh.append(draft.sealed.keys[whose])
    if fresh:
        make_keys(fresh)
    return {draft.id for draft in asking if draft.change.verb != "create"}


def _subjects_above(register: Register, path: str, ids: Sequence[Any]) -> dict[int, str]:
    """The data subjects that records belong to, by the id of what they refer to; one that has no key yet gets it."""
    way, _sep, rest = path.partition("__")
    model: type[Record] = register.model._meta.get_field(way).related_model  # type: ignore[assignment]
    prefix = f"{rest}__" if rest else ""
    found: dict[int, str] = {}
    bare: dict[int, list[int]] = {}
    wanted = sorted({pk for pk in ids if pk})
    for start in range(0, len(wanted), CHUNK):
        rows = model._default_manager.filter(pk__in=wanted[start : start + CHUNK])
        for pk, subject, holder in rows.values_list("pk", f"{prefix}{SUBJECT_KEY}", f"{prefix}pk"):
            if subject:
                found[pk] = subject
            else:
                bare.setdefault(holder, []).append(pk)
    if bare:
        fresh = {holder: new_subject() for holder in bare}
        make_keys(list(fresh.values()))
        holders = _model_at(register, path)
        store.update_versioned(holders, {pk: {SUBJECT_KEY: name} for pk, name in fresh.items()}, None)
        found |= {pk: fresh[holder] for holder, owned in bare.items() for pk in owned}
    return found


def _model_at(register: Register, path: str) -> type[Record]:
    model: Any = register.model
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    assert personal_fields(model), f"{register.code}: {path} leads to no register with personal data"  # noqa: S101
    return model  # type: ignore[no-any-return]
