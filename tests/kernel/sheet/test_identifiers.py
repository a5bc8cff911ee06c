"""The check character of credit codes agrees with an independent implementation."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from xianxing.kernel.kinds.identifiers import check_character


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_the_check_character_of_a_credit_code_is_that_of_the_standard(body: str):
    assert check_character(body) == uscc.calc_check_digit(body)


def test_a_published_credit_code_is_accepted():
    assert check_character("91110000600037341") == "L"
