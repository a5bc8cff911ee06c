"""The page of backups: for the system administrator alone; it warns, starts one as a job, and hands none out."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from tests.kernel.town import Town, build

from xianxing.kernel import clock
from xianxing.kernel.actions.act import create
from xianxing.kernel.backup import works
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.shelf import note_failure, shelf
from xianxing.kernel.jobs import jobs
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person


@pytest.fixture
def place(transactional_db: None) -> Iterator[Town]:
    yield build()
    shutil.rmtree(settings.HOME / "backups", ignore_errors=True)


def browser(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login))
    return client


def page(login: str = "p-sys") -> str:
    return browser(login).get("/backups/").content.decode()


def lay_down(place: Town, code: str, value: str) -> None:
    fields = {"code": code, "name": code, "value": value, "starts_on": "2017-01-01", "own": "yes"}
    create(find("parameter"), place.as_post("sys"), **fields)


def test_only_the_system_administrator_sees_it(place: Town) -> None:
    for login in ("p-leader", "p-sec", "p-aud", "p-officer-one"):
        assert browser(login).get("/backups/").status_code == 404
        assert browser(login).post("/backups/").status_code == 404
    assert browser("p-sys").get("/backups/").status_code == 200


def test_it_warns_until_there_is_a_backup_that_is_young_enough(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no backup yet" in page()
    make_backup(why="cli")
    assert "The last backup is 0 days old" in page()
    assert "from the command line" in page()
    later = clock.instant() + timedelta(days=9)
    monkeypatch.setattr(clock, "instant", lambda: later)
    assert "more than the 7 allowed" in page()


def test_a_backup_is_made_as_a_job_and_the_oldest_go(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_down(place, works.KEEP, "2")
    old = [make_backup(), make_backup()]
    started: list[int] = []
    monkeypatch.setattr(jobs, "start", started.append)
    assert browser("p-sys").post("/backups/")["Location"] == f"/jobs/{started[0]}/"
    assert jobs.run(started[0]) == "done"
    kept = [backup.path for backup in shelf()]
    assert len(kept) == 2
    assert old[0] not in kept
    assert not [word for word in page().split('href="')[1:] if ".zip" in word.split('"')[0]]


def test_a_failure_is_said_until_one_succeeds(place: Town) -> None:
    note_failure("no space left")
    assert "no space left" in page()
    make_backup()
    assert "no space left" not in page()


def test_another_role_cannot_have_the_job_done(place: Town) -> None:
    job = jobs.ask(place.as_post("officer-one"), "backup", {}).must().records[0]
    assert jobs.run(job) == "failed"
    assert "system administrator" in Job.objects.get(pk=job).failure or "系统管理员" in Job.objects.get(pk=job).failure
    assert shelf() == []


def test_the_tick_begins_one_when_it_is_due_and_not_otherwise(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(works.subprocess, "Popen", lambda command, **_options: begun.append(command))
    assert works.when_due(place.system) == 0
    lay_down(place, works.EVERY_DAYS, "1")
    assert works.when_due(place.system) == 1
    assert begun[0][1:] == ["-m", "xianxing.kernel.backup"]
    make_backup(why="tick")
    assert works.when_due(place.system) == 0
    later = clock.instant() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "instant", lambda: later)
    assert works.when_due(replace(place.system, instant=later)) == 1
    note_failure("no space left")
    assert works.when_due(place.system) == 0
    with override("en"):
        assert works.make_and_tidy(place.system, "tick").endswith(".zip")
