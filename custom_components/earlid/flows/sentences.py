"""Sentences that a form shows where only the backend knows which one fits; in the language of the home."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from custom_components.earlid.const import DOMAIN
from custom_components.earlid.untrusted import plain

# Several names may stand in one place.
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the translations, and the names in it."""

    key: str
    names: Mapping[str, str] = field(default_factory=dict)


async def said(hass: HomeAssistant, sentences: Iterable[Sentence]) -> str:
    """Return the sentences, each a paragraph of Markdown with a blank line behind it; empty when there are none."""
    words = await async_get_translations(hass, hass.config.language, "config_panel", [DOMAIN])
    paragraphs = []
    for each in sentences:
        names = {name: plain(value, _LONGEST) for name, value in each.names.items()}
        paragraphs.append(_word(words, each.key).format(**names) + "\n\n")
    return "".join(paragraphs)


async def word(hass: HomeAssistant, key: str) -> str:
    """Return a word of the translations."""
    return _word(await async_get_translations(hass, hass.config.language, "config_panel", [DOMAIN]), key)


def _word(words: Mapping[str, str], key: str) -> str:
    return words.get(f"component.{DOMAIN}.config_panel.{key}", "")
