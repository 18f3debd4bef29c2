"""The sentences that Assist understands, put where Home Assistant looks for them, when the household wants that.

Each file that Earlid writes begins with a mark over what follows. A file without it, or that no longer fits it, is
somebody's own and stays as it is.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
import logging
from pathlib import Path
from typing import Any, Final, cast, override

from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.file import WriteError, write_utf8_file_atomic

from .const import DOMAIN
from .intents.speech import FOLDER, LANGUAGES

_LOGGER = logging.getLogger(__name__)

OUTDATED: Final = "sentences_outdated"
# Home Assistant's own variants of these languages, which look into folders of their own (home_assistant_intents).
_VARIANTS: Final = {"de": ("de", "de-CH")}
_MARK: Final = "# Written by Earlid, which updates and removes it while it is unchanged: sha256 "


class Found(Enum):
    """What is where a file of sentences goes."""

    NOTHING = auto()
    CURRENT = auto()
    OUTDATED = auto()
    """Earlid's own, of another version of it."""
    FOREIGN = auto()
    """Somebody's own, or changed by somebody."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of sentences goes, and what is there."""

    language: str
    path: Path
    found: Found

    @property
    def shown(self) -> str:
        """The path as people see it."""
        return "/".join(self.path.parts[-3:])


async def install(hass: HomeAssistant, languages: Collection[str] = LANGUAGES) -> list[str]:
    """Write the sentences of these languages, and return what was written; Assist understands them at once.

    Raises:
        ServiceValidationError: Somebody has a file of their own there; nothing was written.
        HomeAssistantError: The disk does not take it.
    """
    places = await _look(hass, languages)
    _refuse_foreign(places)
    return await _write(hass, [place for place in places if place.found is not Found.CURRENT])


async def remove(hass: HomeAssistant, languages: Collection[str] = LANGUAGES) -> list[str]:
    """Take the sentences of these languages away, and return what was removed.

    Raises:
        ServiceValidationError: Somebody has a file of their own there; nothing was removed.
        HomeAssistantError: The disk does not let go of it.
    """
    places = await _look(hass, languages)
    _refuse_foreign(places)
    return await _remove(hass, places)


async def forget(hass: HomeAssistant) -> None:
    """Take away what is Earlid's own, as Earlid is removed; what somebody changed stays."""
    try:
        await _remove(hass, await _look(hass, LANGUAGES))
    except HomeAssistantError as error:
        _LOGGER.warning("Sentences for Assist could not be removed: %s", error)


async def tell_of_outdated(hass: HomeAssistant) -> None:
    """Show, or take away, an issue about installed sentences that are of another version of Earlid."""
    outdated = [place for place in await _look(hass, LANGUAGES) if place.found is Found.OUTDATED]
    if not outdated:
        withdraw(hass)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        OUTDATED,
        data={"slug": "", "key": OUTDATED},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=OUTDATED,
        translation_placeholders={"files": ", ".join(place.shown for place in outdated)},
    )


@callback
def withdraw(hass: HomeAssistant) -> None:
    """Take the issue away."""
    ir.async_delete_issue(hass, DOMAIN, OUTDATED)


class SentencesFlow(ConfirmRepairFlow):
    """Brings installed sentences up to date, once the household has agreed to it."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is None:
            return await super().async_step_confirm(user_input)
        try:
            outdated = [place for place in await _look(self.hass, LANGUAGES) if place.found is Found.OUTDATED]
            await _write(self.hass, outdated)
        except HomeAssistantError:
            return self.async_abort(reason="sentences_not_written")
        return self.async_create_entry(data={})


async def _look(hass: HomeAssistant, languages: Collection[str]) -> list[Place]:
    return await hass.async_add_executor_job(_found, Path(hass.config.path("custom_sentences")), languages)


def _found(folder: Path, languages: Collection[str]) -> list[Place]:
    return [
        Place(language, path, _what_is(path, _packaged(language)))
        for language in languages
        for variant in _VARIANTS.get(language, (language,))
        for path in [folder / variant / f"{DOMAIN}.yaml"]
    ]


def _what_is(path: Path, packaged: str) -> Found:
    try:
        there = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Found.NOTHING
    except OSError, UnicodeDecodeError:
        return Found.FOREIGN
    if there == packaged:
        return Found.CURRENT
    mark, _, rest = there.partition("\n")
    return Found.OUTDATED if mark == _mark(rest) else Found.FOREIGN


def _packaged(language: str) -> str:
    text = (FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return f"{_mark(text)}\n{text}"


def _mark(text: str) -> str:
    return f"{_MARK}{sha256(text.encode()).hexdigest()}"


def _refuse_foreign(places: Iterable[Place]) -> None:
    if foreign := [place.shown for place in places if place.found is Found.FOREIGN]:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="sentences_changed",
            translation_placeholders={"files": ", ".join(foreign)},
        )


async def _write(hass: HomeAssistant, places: list[Place]) -> list[str]:
    def write() -> None:
        for place in places:
            place.path.parent.mkdir(parents=True, exist_ok=True)
            write_utf8_file_atomic(str(place.path), _packaged(place.language))

    return await _changed(hass, write, places)


async def _remove(hass: HomeAssistant, places: list[Place]) -> list[str]:
    own = [place for place in places if place.found in (Found.CURRENT, Found.OUTDATED)]

    def clear() -> None:
        for place in own:
            place.path.unlink(missing_ok=True)
            for folder in (place.path.parent, place.path.parent.parent):
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()

    return await _changed(hass, clear, own)


async def _changed(hass: HomeAssistant, change: Any, places: list[Place]) -> list[str]:
    """Change files, and let Assist read them anew."""
    try:
        await hass.async_add_executor_job(change)
    except (OSError, WriteError) as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="sentences_not_written",
            translation_placeholders={"why": str(error)},
        ) from error
    finally:
        agent = async_get_agent(hass)
        if agent is not None:
            await cast("DefaultAgent", agent).async_reload()
    await tell_of_outdated(hass)
    return [place.shown for place in places]
