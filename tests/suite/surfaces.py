"""The same question asked of every surface: which records are there?"""

import io
import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote, urlencode

from click.testing import CliRunner
from django.test import Client
from django.utils.translation import override
from tests.suite.zone import as_post
from typer.main import get_command

from xianxing.cli.main import app
from xianxing.kernel import gate, sheet
from xianxing.kernel.filters import Query
from xianxing.kernel.register import Register
from xianxing.kernel.units.models import Person

__all__ = ["Asked", "client_of", "run", "workbook"]

COMMAND = get_command(app)
KEY = re.compile(r'<tr role="row" data-key="(\d+)\.\d+"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
TOTAL = re.compile(r'class="pager-total">\s*([\d,]+)')


def client_of(post: str, language: str = "en") -> Client:
    """A browser in which the holder of the post is logged in; nobody is, for the empty code."""
    client = Client(headers={"Accept-Language": language})
    if post:
        client.force_login(Person.objects.get(login=post))
    return client


def run(*words: str, language: str = "en") -> Any:
    """Run a command of the terminal; exit code, stdout and stderr."""
    with override(language):
        return CliRunner().invoke(COMMAND, list(words))


def workbook(register: Register, rows: list[dict[str, str]]) -> io.BytesIO:
    """A workbook with the columns' codes as heads."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(heads), *(",".join(row.get(name, "") for name in heads) for row in rows)]
    found = io.BytesIO("\n".join(lines).encode())
    found.name = f"{register.code}.csv"
    return found


@dataclass
class Asked:
    """One list: a register under a filter and words to search, as somebody reads it."""

    register: Register
    post: str
    client: Client
    filters: tuple[str, ...] = ()
    search: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [*(("f", token) for token in self.filters), *((("q", self.search),) if self.search else ())]

    def by_gate(self) -> set[int]:
        """What the gate itself gives."""
        context = as_post(self.post)
        query = Query.read(self.register, context, filters=self.filters, search=self.search)
        found = gate.rows(self.register, context, query)
        ids = set(found.values_list("pk", flat=True))
        assert gate.count(found, exact=True).number == len(ids)
        return ids

    def by_api(self) -> set[int]:
        """All pages of the API's list, whose count must be that of its rows."""
        ids: list[int] = []
        after = ""
        while True:
            address = urlencode([*self.pairs, ("columns", self.register.key), ("size", "500"), ("after", after)])
            answer = self.client.get(f"/api/{self.register.code}?{address}").json()
            ids += [row["id"] for row in answer["rows"]]
            after = answer["after"]
            if not after:
                break
        assert len(ids) == len(set(ids)) == answer["count"]["number"]
        return set(ids)

    def by_page(self) -> set[int]:
        """All pages of the list, whose total must be that of its rows."""
        ids: list[int] = []
        address = f"/r/{self.register.code}/?{urlencode(self.pairs)}"
        while address:
            body = self.client.get(address).content.decode()
            ids += [int(key) for key in KEY.findall(body)]
            following = NEXT.search(body)
            address = unescape(following[1]) if following else ""
        total = TOTAL.search(body)
        assert len(ids) == len(set(ids)) == (int(total[1].replace(",", "")) if total else 0)
        return set(ids)

    def total_as(self, way: str) -> int:
        """The total that another way of seeing the list names."""
        body = self.client.get(f"/r/{self.register.code}/?{urlencode([*self.pairs, ('as', way)])}").content.decode()
        total = TOTAL.search(body)
        return int(total[1].replace(",", "")) if total else 0

    def by_export(self) -> set[str]:
        """The keys in the workbook that the page gives: codes, or ``#id``."""
        return {str(row[self._head()]).removesuffix(" 00:00:00") for row in self.exported()}

    def exported(self) -> list[dict[str, str | None]]:
        """The rows of the workbook, by column name or head."""
        answer = self.client.get(f"/r/{self.register.code}/export/?{urlencode(self.pairs)}")
        assert answer.status_code == 200, answer
        with override("en"):
            names = {column.head: name for name, column in self.register.fields.items()}
        heads, *rows = sheet.read(answer.content).parts[0].rows
        named = [names.get(str(head).strip("*"), str(head)) for head in heads]
        return [dict(zip(named, row, strict=True)) for row in rows if any(row)]

    def _head(self) -> str:
        return self.register.key if self.register.key in self.register.fields else "No."

    def by_terminal(self) -> set[int]:
        """The first five hundred rows that the command line lists."""
        words = ["register", "list", self.register.code, "--as", self.post, "--json", "--size", "500"]
        words += [word for token in self.filters for word in ("-f", token)]
        words += ["-q", self.search] if self.search else []
        done = run(*words, "--columns", self.register.key)
        assert done.exit_code == 0, done.stderr
        return {row["id"] for row in json.loads(done.stdout)["rows"]}

    def by_search_page(self) -> set[str]:
        """The addresses of this register's records among the hits of the search over all registers."""
        body = self.client.get(f"/search/?{urlencode({'q': self.search, 'open': 'no'})}").content.decode()
        found = re.findall(rf'href="/r/{self.register.code}/([^/"?]+)/"', body)
        return {unquote(unescape(key)) for key in found}
