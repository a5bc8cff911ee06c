"""Loading the demo: the real programme of 2017, and an invented zone that works on it."""

import random
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.conf import settings

from xianxing.demo import programme
from xianxing.demo.organisation import DEMO_DAY, data, set_up
from xianxing.demo.play import play, scenes
from xianxing.demo.story import stories
from xianxing.kernel.calendar.workdays import WorkingDays, held
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY
from xianxing.kernel.seeds import sow
from xianxing.kernel.tick import tick
from xianxing.kernel.units.seats import context_of_post

__all__ = ["PROJECTS", "load", "of_slices"]

SEED = 20170517
PROJECTS = 180
PUBLISHED = date(2017, 5, 17)


def load(scale: int = 1, say: Callable[[str], None] = lambda _words: None, *, projects: int = PROJECTS) -> None:
    """Fill an empty database: organisation, calendar, parameters, 180 × ``scale`` invented projects, the programme.

    The programme enters on the day it was published; from then on the zone's tick runs every Friday, and every day
    of the last week, so that lights and urgings have a history.
    """
    say("organisation")
    set_up(SEED)
    sow(Context.system(DEMO_DAY, "demo"))
    days = WorkingDays.load()
    told = list(stories(projects * scale, SEED, DEMO_DAY, days.works, data("names.yaml")))
    say(f"{len(told)} projects")
    played = list(scenes(told)) if "attraction" in REGISTRY else []
    for module in of_slices():
        played.extend(module.scenes(scale, random.Random(SEED)))
    with held():
        play(played, _each_day(say), PUBLISHED, DEMO_DAY)


def of_slices() -> Iterable[ModuleType]:
    """The ``demo`` modules: the ground first, then those of the slices in the order of the settings."""
    for slice_ in ("xianxing.kernel.places", *settings.SLICES):
        if find_spec(f"{slice_}.demo"):
            yield import_module(f"{slice_}.demo")


def _each_day(say: Callable[[str], None]) -> Callable[[date], None]:
    def each_day(day: date) -> None:
        if day == PUBLISHED:
            say("programme of 2017")
            programme.load(context_of_post("plan-officer", "demo", day=day))
        if day > PUBLISHED and (day.weekday() == 4 or (DEMO_DAY - day).days < 7):
            tick(day)

    return each_day
