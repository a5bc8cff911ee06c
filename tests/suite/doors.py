"""The ways to write: the form of a page, the API, the terminal, a workbook. Each does the same thing its own way."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from tests.suite.samples import Values, as_sent, as_typed
from tests.suite.surfaces import run

from xianxing.kernel.register import Register

__all__ = ["DOORS", "Done", "Door", "book"]


@dataclass(frozen=True)
class Done:
    """What came of it: whether it was done, whether it was stale, and all that was said."""

    done: bool
    stale: bool
    said: str


@dataclass(frozen=True)
class Door:
    """One caller in one register."""

    register: Register
    post: str
    client: Client

    @property
    def code(self) -> str:
        return self.register.code


class Page(Door):
    """What a browser sends."""

    def _post(self, rest: str, data: Mapping[str, Any]) -> Done:
        answer = self.client.post(f"/r/{self.code}/{rest}", data)
        there = answer.headers.get("Location", "/login/")
        return Done(
            answer.status_code == 302 and not there.startswith("/login/"),
            answer.status_code == 409,
            answer.content.decode(),
        )

    def create(self, values: Values) -> Done:
        return self._post("new/", form(self.register, values))

    def edit(self, pk: int, version: int, values: Values) -> Done:
        return self._post(f"~{pk}/edit/", {"version": str(version), **form(self.register, values)})

    def delete(self, pk: int, version: int) -> Done:
        return self._post(f"~{pk}/delete/", {"version": str(version), "reason": "试行"})

    def restore(self, pk: int, version: int) -> Done:
        return self._post("bulk/restore/", {"key": f"{pk}.{version}"})


class Api(Door):
    """What a program sends."""

    def _send(self, method: str, rest: str, body: Mapping[str, Any]) -> Done:
        answer = getattr(self.client, method)(f"/api/{self.code}{rest}", body, content_type="application/json")
        return Done(answer.status_code in (200, 201), answer.status_code == 409, answer.content.decode())

    def create(self, values: Values) -> Done:
        return self._send("post", "", {"fields": as_sent(self.register, values)})

    def edit(self, pk: int, version: int, values: Values) -> Done:
        body = {"version": version, "fields": as_sent(self.register, values)}
        return self._send("patch", f"/%23{pk}", body)

    def delete(self, pk: int, version: int) -> Done:
        return self._send("delete", f"/%23{pk}?reason=x", {})

    def restore(self, pk: int, version: int) -> Done:
        del version
        return self._send("post", f"/%23{pk}/restore", {"reason": "x"})


class Terminal(Door):
    """What a terminal types."""

    def _run(self, *words: str) -> Done:
        done = run("register", *words, "--as", self.post, "--reason", "试行")
        return Done(done.exit_code == 0, done.exit_code == 3, done.stdout + done.stderr)

    def create(self, values: Values) -> Done:
        return self._run("create", self.code, *words(self.register, values))

    def edit(self, pk: int, version: int, values: Values) -> Done:
        return self._run("edit", self.code, f"#{pk}", *words(self.register, values), "--version", str(version))

    def delete(self, pk: int, version: int) -> Done:
        return self._run("delete", self.code, f"#{pk}", "--version", str(version))

    def restore(self, pk: int, version: int) -> Done:
        del version
        return self._run("restore", self.code, f"#{pk}")


DOORS: tuple[type[Page] | type[Api] | type[Terminal], ...] = (Page, Api, Terminal)


def form(register: Register, values: Values) -> dict[str, Any]:
    """Values as a form sends them: boxes one by one."""
    typed: dict[str, Any] = dict(as_typed(register, values))
    boxes = {name for name in typed if register.fields[name].kind.code == "choices"}
    return {name: text.split(",") if name in boxes else text for name, text in typed.items()}


def words(register: Register, values: Values) -> list[str]:
    """Values as words of a command."""
    return [f"{name}={text}" for name, text in as_typed(register, values).items()]


def book(rows: list[dict[str, str]], name: str) -> io.BytesIO:
    """A CSV file whose heads are column codes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(head for row in rows for head in row)))
    writer.writeheader()
    writer.writerows(rows)
    found = io.BytesIO(text.getvalue().encode())
    found.name = f"{name}.csv"
    return found
