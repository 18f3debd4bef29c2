"""What Earlid says aloud, in the language it was spoken to; the words stand beside the sentences it understands."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.template import Template
from homeassistant.util import dt as dt_util, language as language_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.yaml import load_yaml_dict

from custom_components.earlid.called import plain

LANGUAGES: Final = ("en", "de", "fr", "es", "nl", "it")
FOLDER: Final = Path(__file__).parents[1] / "sentences"
# What words in what was said for a name can mean.
_KINDS: Final = ("all", "here", "and", "little", "time", "later", "unit")
_SPEECH: HassKey[dict[str, Speech]] = HassKey("earlid_speech")


class NotUnderstoodError(HomeAssistantError):
    """What was said means nothing that can be done; said back in words, and nothing has changed."""

    def __init__(self, key: str, **slots: Any) -> None:
        """Take the key of the sentence and what is in it."""
        super().__init__(key)
        self.key = key
        self.slots = slots


class Speech:
    """One language."""

    def __init__(self, hass: HomeAssistant, document: dict[str, Any]) -> None:
        """Take a file of sentences."""
        self._hass = hass
        self._texts: dict[str, str] = {
            f"{intent}.{key}": text
            for intent, texts in document["responses"]["intents"].items()
            for key, text in texts.items()
        } | document["responses"]["errors"]
        self._words: dict[str, list[list[str]]] = {
            name: [plain(value) for value in listed["values"]]
            for name, listed in document["lists"].items()
            if name.removeprefix("earlid_") in _KINDS
        }

    def means(self, kind: str, words: Sequence[str]) -> bool:
        """Return whether these words are among those that the language has for such a thing."""
        return list(words) in self._words[f"earlid_{kind}"]

    def told_apart(self, words: Sequence[str]) -> list[str]:
        """Return the words that name something: without the articles and such before and behind them."""
        little = {word for words in self._words["earlid_little"] for word in words}
        first = next((place for place, word in enumerate(words) if word not in little), len(words))
        last = next((place for place in range(len(words), first, -1) if words[place - 1] not in little), first)
        return list(words[first:last])

    def say(self, key: str, **slots: Any) -> str:
        """Return a sentence, in which lists of names are read out."""
        named = {name: self.listed(value) if isinstance(value, list) else value for name, value in slots.items()}
        if isinstance(speakers := slots.get("speakers"), list):
            named |= {"one": len(speakers) == 1}
        text: str = Template(self._texts[key], self._hass).async_render({"slots": named}, parse_result=False)
        return text

    def refuse(self, key: str, **slots: Any) -> str:
        """Return why something was not done."""
        return self.say(key if (key := f"earlid_{key}") in self._texts else "earlid_failed", **slots)

    def listed(self, names: Collection[str]) -> str:
        """Return names as they are read out: A, B and C."""
        *most, last = names
        return f"{', '.join(most)} {self._texts['Earlid.and']} {last}" if most else last

    def moment(self, at: datetime) -> str:
        """Return a time of the home, with the day where it is not today's."""
        local, today = dt_util.as_local(at), dt_util.now().date()
        time = f"{local:%H:%M}"
        if local.date() == today:
            return self.say("Earlid.today", time=time)
        if local.date() == today + timedelta(days=1):
            return self.say("Earlid.tomorrow", time=time)
        month = self._texts["Earlid.months"].split()[local.month - 1]
        return self.say("Earlid.on_day", time=time, day=local.day, month=month)


async def load(hass: HomeAssistant) -> None:
    """Read the words of every language once: who asks for silence is not to wait for a disk."""
    hass.data[_SPEECH] = {
        language: Speech(hass, document) for language, document in (await hass.async_add_executor_job(_read)).items()
    }


def _read() -> dict[str, dict[str, Any]]:
    return {language: load_yaml_dict(str(FOLDER / f"{language}.yaml")) for language in LANGUAGES}


def speech(hass: HomeAssistant, language: str) -> Speech:
    """Return the words of that language, or English where Earlid does not speak it."""
    known = hass.data[_SPEECH]
    found = language_util.matches(language, known)
    return known[found[0] if found else "en"]
