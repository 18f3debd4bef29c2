"""Conditions for automations: a microphone is live, off, proven off; a speaker may listen, or is in breach.

Home Assistant's own conditions leave out what is unknown or unavailable, so *all of them are off* would hold for a
speaker of which nobody can tell. Here it counts, as what it is.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, override

from homeassistant.const import STATE_ON, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase
from homeassistant.helpers.target import async_track_target_selector_state_change_event

from .engine.model import Proof
from .meant import speakers_entities


class SpeakerCondition(EntityStateConditionBase):
    """One entity of each speaker that is meant is in a state."""

    _platform: ClassVar[Platform]
    _key: ClassVar[str]

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._domain_specs = {cls._platform: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return speakers_entities(self._hass, self._target, entities, self._platform, self._key)

    @override
    def _should_include(self, _state: State) -> bool:
        return True

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        # Of no speaker at all nothing is true: one may have been removed, or a name mistyped.
        return bool(states) and super()._check_all_match_state(states)

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        # Home Assistant's own follows a named entity as it is, and here it stands for its speaker.
        @callback
        def changed(*_: Any) -> None:
            action()

        return await async_track_target_selector_state_change_event(
            self._hass, self._target, changed, self.entity_filter, primary_entities_only=self._primary_entities_only
        )


class IsLive(SpeakerCondition):
    """It can hear."""

    _platform, _key, _states = Platform.SENSOR, "microphone", {Proof.LIVE.value}


class IsAllowed(SpeakerCondition):
    """It may listen."""

    _platform, _key, _states = Platform.BINARY_SENSOR, "listening_allowed", {STATE_ON}


class IsOff(SpeakerCondition):
    """It cannot hear, proven or not."""

    _platform, _key, _states = Platform.SENSOR, "microphone", {Proof.OFF_PROVEN.value, Proof.OFF_UNPROVEN.value}


class IsProvenOff(SpeakerCondition):
    """It cannot hear, and an independent witness agrees."""

    _platform, _key, _states = Platform.SENSOR, "microphone", {Proof.OFF_PROVEN.value}


class IsInBreach(SpeakerCondition):
    """Permission and truth disagree."""

    _platform, _key, _states = Platform.BINARY_SENSOR, "breach", {STATE_ON}


CONDITIONS: Final[Mapping[str, type[Condition]]] = {
    "is_live": IsLive,
    "is_off": IsOff,
    "is_proven_off": IsProvenOff,
    "is_allowed": IsAllowed,
    "is_in_breach": IsInBreach,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:  # noqa: ARG001 - its signature
    """Return the conditions by their keys."""
    return dict(CONDITIONS)
