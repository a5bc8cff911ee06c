"""Making a token, reading one, seeing and revoking one's own: the secret is shown once, the store keeps its digest."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xianxing.api.registers import ISSUER, TOKENS
from xianxing.kernel import clock, gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context, Seat
from xianxing.kernel.marks import Marks
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import business_date, context_for

__all__ = ["LONGEST", "Held", "issue", "own_posts", "revoke", "tokens_of", "used", "whoever_bears"]

LONGEST = timedelta(days=366)
PREFIX = "xx_"
SHOWN = 9
"""How many signs of a secret stay visible: six of 43 that are drawn by chance."""
USED = Marks("tokens")

NOT_YOUR_POST = Problem(
    "not_your_post", _("A token is made by a person, for a post that person holds"), _("Choose one of your own posts")
)
BAD_EXPIRY = Problem(
    "bad_expiry",
    _("A token ends between tomorrow and a year from now"),
    _("Choose a day until %(last)s"),
)


BAD_REGISTER = Problem("bad_scope", _("There is no register “%(value)s” to open"), _("Name registers by their codes"))
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True)
class Held:
    """A token as its person sees it, without its secret. ``over``: its day has come."""

    id: int
    label: str
    post: str
    prefix: str
    expires_on: date
    over: bool
    only: tuple[str, ...]
    reads: bool
    used: datetime | None


def own_posts(context: Context) -> dict[str, str]:
    """The posts for which the caller may make tokens: those held, not those looked after for somebody."""
    return {seat.code: str(seat.title) for seat in context.seats if seat.on_behalf_of is None}


def issue(
    context: Context, label: str, post: str, expires_on: date, *, only: Sequence[str] = (), reads: bool = False
) -> tuple[Outcome, str]:
    """Make a token for one of the caller's own posts, if wanted for some registers only, or for reading only.

    Returns the outcome and, when done, the secret, which nobody sees again.
    """
    seat = next((s for s in context.seats if s.code == post and s.on_behalf_of is None), None)
    if seat is None or context.actor is None:
        return Outcome("blocked", blockers=(Blocker(NOT_YOUR_POST, field="post", value=post),)), ""
    today = clock.local_today()
    if not today < expires_on <= today + LONGEST:
        blocker = Blocker(BAD_EXPIRY, "expires_on", value=str(expires_on), params={"last": today + LONGEST})
        return Outcome("blocked", blockers=(blocker,)), ""
    for code in only:
        if code not in REGISTRY:
            return Outcome("blocked", blockers=(Blocker(BAD_REGISTER, "only", value=code),)), ""
    secret = PREFIX + secrets.token_urlsafe(32)
    fields = {"label": label, "post": seat.post, "digest": _digest(secret), "expires_on": expires_on}
    fields |= {"prefix": secret[:SHOWN], "only": " ".join(dict.fromkeys(only)), "reads": reads}
    outcome = act(TOKENS, _as_issuer(context), [Change("create", fields=fields)], name="issue token")
    return outcome, secret if outcome.done else ""


def tokens_of(context: Context, *, everybodys: bool = False) -> list[Held]:
    """The tokens that the caller made, newest first; with ``everybodys`` all that the caller's posts may see."""
    rows: Any = gate.rows(TOKENS, context)
    mine = rows if everybodys else rows.filter(person_id=context.actor)
    names = ("pk", "label", "post__code", "prefix", "expires_on", "only", "reads", "digest")
    today = clock.local_today()
    return [
        Held(pk, label, post, prefix, until, until <= today, tuple(only.split()), reads, USED.last(digest))
        for pk, label, post, prefix, until, only, reads, digest in mine.order_by("-pk").values_list(*names)
    ]


def used(context: Context, pk: int) -> datetime | None:
    """When a token was last used; nothing where it never was, or may not be seen."""
    rows: Any = gate.rows(TOKENS, context)
    digest = rows.filter(pk=pk).values_list("digest", flat=True).first()
    return USED.last(digest) if digest else None


def revoke(context: Context, pk: int) -> Outcome:
    """End a token at once: one's own, or anybody's as security administrator."""
    row = gate.get(TOKENS, context, pk, "delete")
    rows: Any = gate.rows(TOKENS, context)
    digests = list(rows.filter(pk=pk).values_list("digest", flat=True))
    because = context if context.reason else context.because(_now("revoked"))
    outcome = act(TOKENS, because, [Change("delete", pk, row.version)], name="revoke token")
    if outcome.done:
        USED.forget(digests)
    return outcome


def _as_issuer(context: Context) -> Context:
    """The same caller, with the one right that nobody has otherwise."""
    desk = Seat(0, ISSUER, ISSUER, 0, frozenset(), frozenset({ISSUER}))
    return replace(context, seats=(*context.seats, desk))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def whoever_bears(secret: str, method: str, path: str) -> Context | None:
    """The context of a bearer, with the rights of the token's post alone; None when the token does not hold any more,
    or not for this request: ``path`` begins with the register (after ``/api/``).

    It holds until its day, while it is not revoked and its person still has the post on the business date.
    """
    system = Context.system(business_date(), "api")
    rows: Any = gate.rows(TOKENS, system)
    digest = _digest(secret)
    found = rows.filter(digest=digest, expires_on__gt=clock.local_today())
    taken = found.values_list("person_id", "post__code", "only", "reads").first()
    if taken is None or not _opens(taken[2].split(), taken[3], method, path.partition("/")):
        return None
    person = gate.rows(find("person"), system).filter(pk=taken[0]).first()
    if not isinstance(person, Person) or not person.is_active:
        return None
    context = context_for(person, "api", seat=taken[1])
    if context.seat is None or context.seat.code != taken[1]:
        return None
    USED.use(digest)
    return replace(context, seats=(context.seat,))


def _opens(only: Sequence[str], reads: bool, method: str, asked: tuple[str, str, str]) -> bool:
    """Whether a token's scope reaches a request. A token with a scope never makes another one."""
    register, _slash, rest = asked
    if (only or reads) and (register, rest) == ("token", "issue"):
        return False
    return (not only or register in only) and (not reads or method in SAFE)
