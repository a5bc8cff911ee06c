"""Lock-out: however many workers try at once, no more than the limit are judged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from xianxing.kernel.login.models import TryCount
from xianxing.kernel.login.policy import USUAL
from xianxing.kernel.login.tries import clear, give_back, key_of, locked, take


@pytest.mark.django_db
def test_after_the_limit_no_try_is_judged_until_the_lock_is_over() -> None:
    key = key_of("name", "head")
    assert [take({key: 5}, USUAL) for _try in range(7)] == [True] * 5 + [False] * 2
    assert locked({key: 5}, USUAL) == {key}
    TryCount.objects.update(since=TryCount.objects.get().since - timedelta(minutes=15))
    assert locked({key: 5}, USUAL) == set()
    assert take({key: 5}, USUAL)


@pytest.mark.django_db
def test_a_locked_address_uses_up_no_try_of_a_name() -> None:
    name, address = key_of("name", "head"), key_of("address", "10.0.0.1")
    for _try in range(3):
        take({address: 3}, USUAL)
    assert not take({name: 5, address: 3}, USUAL)
    assert not TryCount.objects.filter(key=name, tries__gt=0).exists()


@pytest.mark.django_db
def test_a_name_is_one_however_it_is_written_and_is_nowhere_in_clear() -> None:
    assert key_of("name", " Head ") == key_of("name", "head") != key_of("address", "head")
    take({key_of("name", "head"): 5}, USUAL)
    assert "head" not in TryCount.objects.get().key


@pytest.mark.django_db
def test_what_was_right_is_given_back() -> None:
    key = key_of("address", "10.0.0.1")
    for _try in range(20):
        assert take({key: 3}, USUAL)
        give_back([key])
    take({key: 3}, USUAL)
    assert clear(key) == 1
    assert clear(key) == 0


@pytest.mark.django_db(transaction=True)
def test_workers_that_try_at_once_are_counted_together() -> None:
    key = key_of("name", "head")

    def worker(_number: int) -> int:
        try:
            return sum(take({key: 5}, USUAL) for _try in range(4))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(worker, range(4))) == 5
