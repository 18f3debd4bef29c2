"""What is said to Assist in process: a guarded home, the real default agent, and the sentences installed."""

from collections.abc import Sequence
from typing import Any

from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, floor_registry as fr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.earlid import sentences
from custom_components.earlid.const import DOMAIN
from custom_components.earlid.entity import speaker_identifier
from tests.integration.homes import Plug, guard_home, plug_in, speaker


class TalkingHome:
    """A guarded home that can be talked to."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, plugs: dict[str, Plug]) -> None:
        """Take the home."""
        self.hass = hass
        self.entry = entry
        self.plugs = plugs
        self.owner = MockUser(is_owner=True).add_to_hass(hass)

    async def say(
        self,
        text: str,
        language: str = "en",
        *,
        context: Context | None = None,
        satellite: str | None = None,
        device: str | None = None,
    ) -> str:
        """Say something to Assist; return its answer."""
        answer = await self.ask(text, language, context=context, satellite=satellite, device=device)
        return str(answer["speech"]["plain"]["speech"])

    async def ask(
        self,
        text: str,
        language: str = "en",
        *,
        context: Context | None = None,
        satellite: str | None = None,
        device: str | None = None,
    ) -> dict[str, Any]:
        """Say something to Assist; return all of its response. What no satellite or device heard, the owner types."""
        typed = satellite is None and device is None
        result = await async_converse(
            self.hass,
            text,
            None,
            context or Context(user_id=self.owner.id if typed else None),
            language=language,
            agent_id="conversation.home_assistant",
            satellite_id=satellite,
            device_id=device,
        )
        await self.hass.async_block_till_done()
        response: dict[str, Any] = result.response.as_dict()
        return response

    def holds(self) -> dict[str, tuple[Any, Any]]:
        """Return what anybody has decided for each speaker, and lockdown."""
        views = self.entry.runtime_data.speakers
        held = {slug: (view.holds.mute, view.holds.listen) for slug, view in views.items()}
        return held | {"lockdown": (self.entry.runtime_data.lockdown, None)}

    def off(self) -> set[str]:
        """Return the speakers that are reported off."""
        views = self.entry.runtime_data.speakers
        return {slug for slug, view in views.items() if view.assessment.proof.off}

    def place(self, slug: str, area: str, *, floor: str | None = None, aliases: Sequence[str] = ()) -> None:
        """Put a speaker into an area."""
        areas, floors = ar.async_get(self.hass), fr.async_get(self.hass)
        there = areas.async_get_or_create(area)
        if aliases:
            areas.async_update(there.id, aliases=set(aliases))
        if floor is not None:
            level = floors.async_get_floor_by_name(floor) or floors.async_create(floor)
            areas.async_update(there.id, floor_id=level.floor_id)
        devices = dr.async_get(self.hass)
        device = devices.async_get_device_by_identifier(speaker_identifier(self.entry, slug), self.entry.entry_id)
        assert device is not None
        devices.async_update_device(device.id, area_id=there.id)


async def talking_home(
    hass: HomeAssistant,
    *subentries: ConfigSubentryDataWithId,
    options: dict[str, Any] | None = None,
    languages: Sequence[str] = ("en",),
) -> TalkingHome:
    """Guard kitchen, bedroom and office, or these speakers, and let Assist understand what is said to Earlid."""
    for component in ("homeassistant", "conversation", "intent"):
        assert await async_setup_component(hass, component, {})
    given = subentries or tuple(speaker(room, f"light.{room}") for room in ("kitchen", "bedroom", "office"))
    relays = [one["data"]["entity_id"] for one in given if one["subentry_type"] == "speaker"]
    plugs = plug_in(hass, *(relay.partition(".")[2] for relay in relays))
    entry = await guard_home(hass, *given, options=options)
    assert DOMAIN in hass.config.components
    await sentences.install(hass, languages)
    return TalkingHome(hass, entry, plugs)
