"""What Earlid's entities share: a device, an id, and that a state is written only when it shows something new."""

from datetime import datetime
from typing import ClassVar, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .engine.assurance import Grade, off_when_power_returns
from .engine.finishing import waits
from .engine.model import Because
from .engine.trials import Verdict
from .runtime import EarlidConfigEntry, SpeakerView

# Home Assistant refuses to write a longer state.
LONGEST_STATE = 255


@callback
def register_hub(hass: HomeAssistant, entry: EarlidConfigEntry) -> dr.DeviceEntry:
    """Return the hub's device; the speakers' point to it, so it must be there before the platforms are."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={hub_identifier(entry)},
        name="Earlid",
        entry_type=DeviceEntryType.SERVICE,
    )


def hub_identifier(entry: EarlidConfigEntry) -> tuple[str, str]:
    """Return what the hub's device is known by."""
    return DOMAIN, entry.entry_id


def speaker_identifier(entry: EarlidConfigEntry, slug: str) -> tuple[str, str]:
    """Return what a speaker's device is known by."""
    return DOMAIN, f"{entry.entry_id}_{slug}"


def mode_unique_id(entry: EarlidConfigEntry, slug: str) -> str:
    """Return the unique id of a speaker's mode: who may control that entity may control the speaker."""
    return f"{entry.entry_id}_{slug}_mode"


def microphone_unique_id(entry: EarlidConfigEntry, slug: str) -> str:
    """Return the unique id of what shows a speaker's microphone: who may read that entity may know of the speaker."""
    return f"{entry.entry_id}_{slug}_microphone"


def decider(view: SpeakerView) -> str:
    """Return what decides: the name of a rule, or the translatable word for what is not one."""
    because = view.decision.because
    if waits(view.decision):
        return "finishing_playback"
    if because.because is Because.RULE:
        return (because.name or because.slug)[:LONGEST_STATE]
    mute = view.holds.mute
    if because.because is Because.HOLD and mute is not None and mute.by_hand:
        return "hand"
    return because.because.value


def grounds(view: SpeakerView) -> str:
    """Return the word for why the speaker's relay has the grade that it has."""
    clock, evidence = view.clock, view.assurance.evidence
    if clock is None:
        return "no_clock"
    if evidence.clock is None or evidence.clock.verdict is not Verdict.PROVEN:
        return Grade.UNTESTED.value if evidence.clock is None else evidence.clock.verdict.value
    if clock.fixed is not None:
        return "standing"
    off = off_when_power_returns(evidence, view.assurance.settings)
    return {True: "proven", False: "on_after_power_cut", None: "power_cut_unknown"}[off]


def next_change(view: SpeakerView) -> datetime | None:
    """Return when the decision without holds changes; that of a speaker that only finishes at the end of that."""
    return view.decision.until if waits(view.decision) else view.decision.next_change


class EarlidEntity(Entity):
    """An entity that is told of changes and says only what is new."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _domain: ClassVar[Platform]
    _shown: tuple[object, ...] | None = None

    def __init__(self, entry: EarlidConfigEntry, unique_id: str, object_id: str) -> None:
        """Take the ids. Home Assistant would make the entity's from its name, in the language it then speaks."""
        self._entry = entry
        self._household = entry.runtime_data
        self._attr_unique_id = f"{entry.entry_id}_{unique_id}"
        self.entity_id = f"{self._domain}.{object_id}"

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._shown = self._shows()

    @callback
    def refresh(self) -> None:
        """Write the state if it shows something new."""
        shows = self._shows()
        if shows != self._shown:
            self._shown = shows
            self.async_write_ha_state()

    def _shows(self) -> tuple[object, ...]:
        return self.available, self._says(), self.extra_state_attributes, self.name

    def _says(self) -> object:
        """Return what the state is made of."""
        return self.state


class SpeakerEntity(EarlidEntity):
    """Something about one speaker."""

    def __init__(self, entry: EarlidConfigEntry, view: SpeakerView, key: str) -> None:
        """Begin with the speaker as it is."""
        self._slug = view.speaker.slug
        super().__init__(entry, f"{self._slug}_{key}", f"{self._slug}_{key}")
        self._view = view
        self._called = view.speaker.name

    @property
    @override
    def device_info(self) -> DeviceInfo:
        return DeviceInfo(
            identifiers={speaker_identifier(self._entry, self._slug)},
            name=self.view.speaker.name,
            via_device_id=dr.async_get_device_id_by_identifier(
                self.hass, hub_identifier(self._entry), config_entry_id=self._entry.entry_id
            ),
        )

    @property
    def view(self) -> SpeakerView:
        """The speaker as it is, or as it was last, when it is being removed."""
        self._view = self._household.speakers.get(self._slug, self._view)
        return self._view

    @property
    @override
    def available(self) -> bool:
        return self._slug in self._household.speakers

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._household.on_change(self._slug, self._told))

    @callback
    def _told(self) -> None:
        """Hear that the speaker changed."""
        self._follow_name()
        self.refresh()

    def _follow_name(self) -> None:
        """Rename the device with the speaker; Home Assistant itself asks for the name only when an entity is added."""
        if (name := self.view.speaker.name) != self._called:
            self._called = name
            if self.device_entry is not None:
                dr.async_get(self.hass).async_update_device(self.device_entry.id, name=name)


class HubEntity(EarlidEntity):
    """Something about the whole home.

    It is told of every change of every speaker, and looks once after all that one pass of the event loop brings:
    else a home of many speakers would spend its time counting them.
    """

    _looks_after_this_pass = False

    def __init__(self, entry: EarlidConfigEntry, key: str) -> None:
        """Put it on the hub's device."""
        super().__init__(entry, key, f"{DOMAIN}_{key}")
        self._attr_device_info = DeviceInfo(identifiers={hub_identifier(entry)})

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._household.on_change(None, self._told))

    @callback
    def _told(self) -> None:
        if not self._looks_after_this_pass:
            self._looks_after_this_pass = True
            self.hass.loop.call_soon(self._look)

    @callback
    def _look(self) -> None:
        self._looks_after_this_pass = False
        self.refresh()
