"""The language of the command line: ``--lang``, else what the terminal asks for, else Chinese."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import activate, gettext

__all__ = ["choose", "speak", "translate"]

CHINESE, ENGLISH = "zh-hans", "en"


def choose(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that the arguments ask for, else the environment (LC_ALL, LC_MESSAGES, LANG)."""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return known(words[place + 1])
        if word.startswith("--lang="):
            return known(word.partition("=")[2])
    asked = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return known(asked)


def known(asked: str) -> str:
    """The language of ours nearest to a locale's name; a terminal without a language (C, POSIX) gets the zone's own."""
    word = asked.lower()
    if word.startswith("en"):
        return ENGLISH
    return CHINESE if word.startswith("zh") else settings.LANGUAGE_CODE


def speak(asked: str) -> None:
    """Speak a language from here on."""
    activate(known(asked))


def translate(command: Any) -> None:
    """Put the help of a command, its parameters and the commands below it into the active language."""
    for name in ("help", "short_help", "epilog"):
        text = getattr(command, name, None)
        if text:
            setattr(command, name, gettext(text))
    for parameter in getattr(command, "params", ()):
        if getattr(parameter, "help", None):
            parameter.help = gettext(parameter.help)
    for below in getattr(command, "commands", {}).values():
        translate(below)
