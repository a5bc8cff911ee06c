"""What a slice declares as data: columns that follow from the model, lists and indicators out of files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import override

from xianxing.kernel.bilingual import bilingual, said
from xianxing.kernel.datafile import read_lists
from xianxing.kernel.flow.periods import until_day
from xianxing.kernel.indicators.indicator import INDICATORS, Indicator, Part
from xianxing.kernel.indicators.load import check_indicators, load_indicators
from xianxing.kernel.light import Reason, because
from xianxing.kernel.record import Record, check_model
from xianxing.kernel.register import REGISTRY, find

ONE = """
shared:
  - &living ["status:empty"]
indicators:
  - code: test.share
    label: {zh: 比例, en: a share}
    share: true
    register: accident
    count: {filters: [*living, "grade:is:grave"], day: reported_on}
    base: {filters: *living, label: {zh: 事故, en: accidents}}
    by: [unit]
"""


@pytest.fixture
def as_they_were() -> Iterator[None]:
    """Indicators as they were before the test."""
    before = dict(INDICATORS)
    yield
    INDICATORS.clear()
    INDICATORS.update(before)


def entered(folder: Path, text: str) -> Indicator:
    path = folder / "indicators.yaml"
    path.write_text(text, encoding="utf-8")
    (one,) = load_indicators(path)
    return one


def test_an_indicator_of_a_file_is_one_as_declared_in_code(tmp_path: Path, as_they_were: None) -> None:
    one = entered(tmp_path, ONE)
    assert one.count == Part(("status:empty", "grade:is:grave"), on="reported_on")
    assert one.base is not None
    assert (one.base.filters, one.unit, one.scale, one.places, one.by) == (("status:empty",), "%", 100, 1, ("unit",))
    with override("en"):
        assert (str(one.label), str(one.base.label)) == ("a share", "accidents")
    check_indicators()


def test_a_key_that_means_nothing_is_refused(tmp_path: Path, as_they_were: None) -> None:
    with pytest.raises(TypeError, match="periode"):
        entered(tmp_path, ONE + "    periode: year\n")


def test_a_column_that_is_not_there_is_named_at_start(tmp_path: Path, as_they_were: None) -> None:
    entered(tmp_path, ONE.replace("grade:is", "grad:is"))
    with pytest.raises(ImproperlyConfigured, match=r"test\.share: accident has no grad"):
        check_indicators()


def test_lists_keep_their_order_and_speak_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "lists.yaml"
    path.write_text("sizes:\n  small: {zh: 小, en: small}\n  large: {zh: 大, en: large}\n", encoding="utf-8")
    sizes = read_lists(path)["sizes"]
    assert [code for code, _label in sizes] == ["small", "large"]
    with override("zh-hans"):
        assert [str(label) for _code, label in sizes] == ["小", "大"]


def test_columns_left_out_are_those_of_the_model_in_its_order() -> None:
    finding = find("finding")
    assert finding.columns[:4] == ("code", "inspection", "name", "hazard")
    assert not {"id", "version", "deleted_at", "stage", "owner", "search_text"} & set(finding.columns)


def test_columns_left_out_hide_what_belongs_to_seals() -> None:
    assert not {name for name in find("household").columns if name.endswith("_digest") or name == "subject_key"}


def test_a_day_of_the_record_is_the_limit_and_one_that_has_passed_is_today() -> None:
    rows = [{"deadline": date(2017, 9, 20)}, {"deadline": date(2017, 9, 1)}, {"deadline": None}]
    assert until_day("deadline")(rows, date(2017, 9, 11)) == [9, 0, None]
    assert until_day("deadline", empty=-1)(rows[2:], date(2017, 9, 11)) == [-1]


def test_a_column_with_an_english_twin_is_read_in_the_readers_language() -> None:
    row = {"name": "底线", "name_en": "bottom line", "place": "东片", "place_en": ""}
    with override("en"):
        assert (said(row, "name"), said(row, "place")) == ("bottom line", "东片")
    with override("zh-hans"):
        assert said(row, "name") == "底线"


def test_a_stored_reason_of_a_light_keeps_both_languages_of_reference_data() -> None:
    """A label out of a file stands in no catalogue: stored as a message id alone it would read English to everybody."""
    reason = Reason.read(because("%(label)s", label=bilingual("未销号重大隐患", "major hazards left")).plain())
    with override("zh-hans"):
        assert reason.words() == "未销号重大隐患"
    with override("en"):
        assert reason.words() == "major hazards left"


def test_a_model_that_declares_a_field_of_the_kernel_under_its_name_is_refused() -> None:
    """Django would put it in the place of the record's own version, and nobody would be told of a lost update."""

    class Edition(Record):
        version = models.CharField(max_length=20)  # type: ignore[assignment]

        class Meta:
            app_label = "kernel"
            managed = False

    try:
        with pytest.raises(ImproperlyConfigured, match="Edition declares version"):
            check_model(Edition)
    finally:
        del apps.all_models["kernel"]["edition"]
        apps.clear_cache()


def test_every_model_of_the_product_leaves_the_kernels_fields_alone() -> None:
    for register in REGISTRY.values():
        check_model(register.model)
