"""The assistants of a satellite: the selects by which they are chosen, the one that refuses, and what was there before.

The one that refuses has a speech recognition that does not exist, so each of its runs ends before any sound is read.
"""

import asyncio
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, ATTR_OPTION, SERVICE_SELECT_OPTION, Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store

from .const import DOMAIN

# Both are seen where assistants are set up.
NAME: Final = "Earlid: do not listen"
ENGINE: Final = "earlid_does_not_listen"

# homeassistant/components/assist_pipeline/const.py, OPTION_PREFERRED, and select.py, AssistPipelineSelect: a device
# with two wake words has two.
PREFERRED: Final = "preferred"
_KEYS: Final = ("pipeline", "pipeline_n")
_PATIENCE: Final = 10  # s
_VERSION: Final = 1


def selects(hass: HomeAssistant, device_id: str | None) -> list[str]:
    """Return the registry's ids of the selects by which a satellite's assistants are chosen; empty: it is none."""
    entities = er.async_entries_for_device(er.async_get(hass), device_id) if device_id else []
    return [each.id for each in entities if each.domain == Platform.SELECT and each.translation_key in _KEYS]


async def make(hass: HomeAssistant) -> bool:
    """Make the assistant that refuses, or make it refuse again; return whether there is one now.

    Home Assistant offers others no way to make one but out of engines that work, and one to change it after.
    """
    # Not before a satellite is there: it brings libraries that a home without one may not have.
    from homeassistant.components import assist_pipeline as assist  # noqa: PLC0415

    pipelines = assist.async_get_pipelines(hass)
    ours = next((each for each in pipelines if each.name == NAME), None)
    for engines in dict.fromkeys((each.stt_engine, each.tts_engine) for each in pipelines):
        if ours is None and engines[0] is not None and engines[1] is not None:
            ours = await assist.async_create_default_pipeline(hass, engines[0], engines[1], NAME)
    if ours is not None and ours.stt_engine != ENGINE:
        await assist.async_update_pipeline(hass, ours, stt_engine=ENGINE)
    return ours is not None


async def unmake(hass: HomeAssistant) -> None:
    """Take the assistant that refuses away, as Earlid is removed; one that somebody made the home's own stays.

    Home Assistant has no promise for this either: where its list has become something else, the assistant stays too.
    """
    items: Any = getattr(hass.data.get("assist_pipeline"), "pipeline_store", None)
    if not hasattr(items, "async_delete_item"):
        return
    for each in items.async_items():
        if each.name == NAME and each.stt_engine == ENGINE and each.id != items.async_get_preferred_item():
            await items.async_delete_item(each.id)


async def choose(hass: HomeAssistant, entity_id: str, option: str) -> None:
    """Choose a satellite's assistant; the home's where that one was removed meanwhile.

    Raises:
        HomeAssistantError: It does not take it.
        TimeoutError: It does not answer.
    """
    try:
        await _select(hass, entity_id, option)
    except ServiceValidationError:
        if option in (NAME, PREFERRED):
            raise
        await _select(hass, entity_id, PREFERRED)


async def _select(hass: HomeAssistant, entity_id: str, option: str) -> None:
    told = {ATTR_ENTITY_ID: entity_id, ATTR_OPTION: option}
    async with asyncio.timeout(_PATIENCE):
        await hass.services.async_call(Platform.SELECT, SERVICE_SELECT_OPTION, told, blocking=True, context=Context())


def stored(hass: HomeAssistant) -> Store[dict[str, str]]:
    """Return where it is kept what each select that refuses showed before, by its id in the registry."""
    return Store(hass, _VERSION, f"{DOMAIN}.pipelines")
