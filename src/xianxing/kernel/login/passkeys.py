"""Passkeys (WebAuthn level 3): registered by a person who is logged in, good alone or as the second factor.

The device always verifies its user (finger, face, PIN), so that a passkey alone is two factors: having and knowing.
"""

import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext_lazy as _
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from xianxing.kernel import clock
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.login.models import Passkey, RecoveryCode, TimeCode
from xianxing.kernel.login.policy import REGISTER
from xianxing.kernel.login.second import NOT_THEIRS, WRONG_PASSWORD
from xianxing.kernel.personal.keys import digest_key
from xianxing.kernel.units.models import Person

__all__ = ["Door", "Known", "ask_key", "ask_new", "bearer_of", "keep_new", "passkeys_of", "remove_passkey"]

MOST = 20
NOT_PROVED = Problem(
    "passkey_not_proved", _("The passkey could not be verified"), _("Try again; use a device that is registered here")
)
TOO_MANY = Problem("too_many_passkeys", _("There are %(most)s passkeys already"), _("Remove one you no longer use"))
NO_NAME = Problem("passkey_no_name", _("The passkey has no name"), _("Name the device, in at most 60 signs"))


@dataclass(frozen=True)
class Door:
    """Where the browser stands: the host a passkey is bound to, and the origins it may be used from."""

    host: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A passkey as its person sees it."""

    id: int
    name: str
    since: Any
    used_at: Any


def passkeys_of(person: int) -> list[Known]:
    """The passkeys of a person, oldest first."""
    rows = Passkey.objects.filter(person_id=person).order_by("id")
    return [Known(row.pk, row.name, row.since, row.used_at) for row in rows]


def ask_new(door: Door, person: Person, zone: str) -> tuple[str, str]:
    """What the browser is asked for a new passkey (JSON), and the challenge to be kept in the session."""
    asked = generate_registration_options(
        rp_id=door.host,
        rp_name=zone,
        user_id=_handle(person.pk),
        user_name=person.login,
        user_display_name=person.name,
        exclude_credentials=_descriptors(person.pk),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(asked), bytes_to_base64url(asked.challenge)


def keep_new(context: Context, door: Door, challenge: str, answer: str, name: str) -> Outcome:
    """Keep the passkey that a browser made for the caller."""
    if context.actor is None:
        return _refused(NOT_THEIRS)
    if not 0 < len(name.strip()) <= 60:
        return _refused(NO_NAME, "name")
    if Passkey.objects.filter(person_id=context.actor).count() >= MOST:
        return Outcome("blocked", blockers=(Blocker(TOO_MANY, params={"most": MOST}),))
    try:
        proved = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=door.host,
            expected_origin=list(door.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError):
        return _refused(NOT_PROVED)
    credential = bytes_to_base64url(proved.credential_id)
    if len(credential) > 1400 or Passkey.objects.filter(credential=credential).exists():
        return _refused(NOT_PROVED)
    with working(context, "add_passkey", REGISTER) as work:
        Passkey.objects.create(
            person_id=context.actor,
            credential=credential,
            public_key=proved.credential_public_key,
            count=proved.sign_count,
            name=name.strip(),
            since=clock.instant(),
        )
        work.items.append(Item(REGISTER, context.actor, "add_passkey", {}, {"name": name.strip()}))
    return Outcome("done", (context.actor,), entry=work.entry)


def ask_key(door: Door, person: int | None = None) -> tuple[str, str]:
    """What the browser is asked to prove (JSON) and the challenge; ``person`` narrows it to somebody's passkeys."""
    asked = generate_authentication_options(
        rp_id=door.host,
        allow_credentials=_descriptors(person) if person else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(asked), bytes_to_base64url(asked.challenge)


def bearer_of(door: Door, challenge: str, answer: str) -> Person | None:
    """Whose passkey signed the challenge; nobody where anything is wrong. A counter that went back is a copied key."""
    try:
        told = json.loads(answer)
        row = Passkey.objects.select_related("person").filter(credential=str(told["id"])).first()
        if row is None:
            return None
        proved = verify_authentication_response(
            credential=told,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=door.host,
            expected_origin=list(door.origins),
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.count,
            require_user_verification=True,
        )
        handle = told["response"].get("userHandle")
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return None
    if handle and base64url_to_bytes(handle) != _handle(row.person_id):
        return None
    seen = Passkey.objects.filter(pk=row.pk, count=row.count)
    if not seen.update(count=proved.new_sign_count, used_at=clock.instant()):
        return None
    person: Person = row.person
    return person if person.deleted_at is None and person.is_active else None


def remove_passkey(context: Context, person: Person, key: int, password: str) -> Outcome:
    """Forget one of the caller's passkeys, with the password if the person has one."""
    if context.actor != person.pk:
        return _refused(NOT_THEIRS)
    if person.password and not check_password(password, person.password):
        return _refused(WRONG_PASSWORD, "password")
    row = Passkey.objects.filter(person_id=person.pk, pk=key).first()
    if row is None:
        return Outcome("done")
    with working(context, "remove_passkey", REGISTER) as work:
        row.delete()
        left = Passkey.objects.filter(person_id=person.pk), TimeCode.objects.filter(person_id=person.pk)
        if not any(rows.exists() for rows in left):
            RecoveryCode.objects.filter(person_id=person.pk).delete()
        work.items.append(Item(REGISTER, person.pk, "remove_passkey", {"name": row.name}, {}))
    return Outcome("done", (person.pk,), entry=work.entry)


def _handle(person: int) -> bytes:
    """What a device knows the person by: it says nothing to others, and needs no table."""
    return hmac.digest(digest_key(), f"passkey:{person}".encode(), "sha256")


def _descriptors(person: int) -> list[PublicKeyCredentialDescriptor]:
    known = Passkey.objects.filter(person_id=person).values_list("credential", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential)) for credential in known]


def _refused(problem: Problem, field: str = "") -> Outcome:
    return Outcome("blocked", blockers=(Blocker(problem, field),))
