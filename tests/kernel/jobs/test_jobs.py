"""A job works in the right of the post that asked for it, says how far it is, stops when told, ends with an answer."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.kernel.town import Town

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.jobs import jobs
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.jobs.progress import Reporter, ask_to_stop, forget, progress_of
from xianxing.kernel.jobs.registers import JOBS
from xianxing.kernel.personal.boxes import pack
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick
from xianxing.kernel.units.models import Holding


def add(context: Context, arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    report(1, 2)
    if arguments.get("stop"):
        ask_to_stop(arguments["stop"])
        report(2, 2)
    if arguments.get("fail"):
        raise ValueError("a value out of a record")
    if arguments.get("unit"):
        create(find("unit"), context, code=arguments["unit"], name="新", opened_on="2017-01-01")
    report(2, 2)
    return {"sum": arguments.get("a", 0) + 1, "roles": sorted(context.roles)}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, town: Town) -> Iterator[None]:
    monkeypatch.setitem(jobs.WORKS, "add", ("Adding", add))
    monkeypatch.setattr("xianxing.kernel.units.seats.clock.local_today", lambda: town.day)
    yield
    for pk in Job.objects.values_list("pk", flat=True):
        forget(pk)


def ask(town: Town, post: str = "officer-one", **arguments: Any) -> int:
    return jobs.ask(town.as_post(post), "add", arguments).must().records[0]


def test_a_job_runs_in_the_right_of_its_post_and_answers(town: Town) -> None:
    job = ask(town, a=41)
    assert jobs.run(job) == "done"
    answer = jobs.answer_of(town.as_post("officer-one"), job)
    assert (answer.state, answer.percent) == ("done", 100)
    assert answer.result == {"sum": 42, "roles": ["investment_officer"]}


def test_a_job_runs_only_once(town: Town) -> None:
    job = ask(town, post="sys", unit="new")
    assert jobs.run(job) == "done"
    assert jobs.run(job) == "done"
    assert Job.objects.get().state == "done"


def test_a_job_may_do_no_more_than_its_post_and_says_why_in_words(town: Town) -> None:
    job = ask(town, unit="new")
    assert jobs.run(job) == "failed"
    answer = jobs.answer_of(town.as_post("officer-one"), job)
    assert answer.result["blockers"][0]["code"] == "may_not"
    assert answer.failure == answer.result["blockers"][0]["words"]


def test_whoever_lost_the_post_meanwhile_can_do_nothing_through_the_job(town: Town) -> None:
    job = ask(town, post="sys", unit="new")
    Holding.objects.filter(post__code="sys").update(ends_on="2017-09-01")
    assert jobs.run(job) == "failed"


def test_an_unforeseen_error_is_named_by_its_type_and_repeats_no_data(town: Town) -> None:
    job = ask(town, fail=True)
    assert jobs.run(job) == "failed"
    failure = Job.objects.get().failure
    assert "ValueError" in failure
    assert "out of a record" not in failure


def test_progress_is_told_outside_the_store(town: Town) -> None:
    Reporter(7)(3, 4)
    forget(7)
    reporter = Reporter(7)
    reporter(4, 4)
    assert (progress_of(7).percent, progress_of(7).pid) == (100, os.getpid())
    forget(7)
    assert progress_of(7).total == 0


def test_a_waiting_job_is_cancelled_at_once(town: Town) -> None:
    job = ask(town)
    jobs.cancel(town.as_post("officer-one"), job).must()
    assert jobs.run(job) == "cancelled"


def test_a_running_job_stops_at_its_next_report(town: Town) -> None:
    job = ask(town)
    Job.objects.filter(pk=job).update(arguments=pack(f'{{"stop": {job}}}'))
    assert jobs.run(job) == "cancelled"


def test_a_post_sees_and_cancels_only_its_own_jobs(town: Town) -> None:
    job = ask(town)
    other = town.as_post("officer-two")
    assert gate.count(gate.rows(JOBS, other)).number == 0
    assert jobs.cancel(other, job).blockers[0].code == "not_there"
    with pytest.raises(Blocked):
        jobs.answer_of(other, job)
    assert gate.count(gate.rows(JOBS, town.as_post("officer-one"))).number == 1


def test_a_job_is_run_again_as_a_new_one_once_it_has_ended(town: Town) -> None:
    job, mine = ask(town, a=1), town.as_post("officer-one")
    assert jobs.rerun(mine, job).blockers[0].code == "at_work"
    jobs.run(job)
    (again,) = jobs.rerun(mine, job).must().records
    assert again != job
    assert jobs.run(again) == "done"
    assert jobs.answer_of(mine, again).result["sum"] == 2


def test_unknown_work_is_refused(town: Town) -> None:
    assert jobs.ask(town.as_post("officer-one"), "nothing", {}).blockers[0].code == "no_work"


def test_a_visitor_asks_for_no_work(town: Town) -> None:
    assert jobs.ask(Context.nobody(town.day), "add", {}).blockers[0].code == "no_post"


def test_the_tick_notices_a_job_whose_process_is_gone(town: Town) -> None:
    job = ask(town)
    Job.objects.filter(pk=job).update(state="running")
    assert tick(town.day).counts["jobs"] == 1
    assert Job.objects.get().state == "failed"
    assert tick(town.day).counts["jobs"] == 0
