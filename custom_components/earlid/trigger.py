"""Triggers for automations: what a microphone does, breaches, wakes, assurance, lockdown.

They stand on Earlid's entities and on Home Assistant's own triggers, which leave out *unknown* and *unavailable*. Here
*unknown* is a state like any other, and being away for a reload is none: what an entity was before counts.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, override

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from .engine.assurance import Grade
from .engine.model import Outcome, Proof
from .meant import hubs_entity, speakers_entities

CONF_PROVEN: Final = "proven"
CONF_OUTCOME: Final = "outcome"
CONF_ALLOWED: Final = "allowed"

_OFF: Final = frozenset({Proof.OFF_PROVEN, Proof.OFF_UNPROVEN})
# From the best to the worst: of an untested relay something may still be hoped.
_GRADES: Final = (Grade.A, Grade.B, Grade.UNTESTED, Grade.C)

_OPTIONS = ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.schema[CONF_OPTIONS]


class SpeakerTrigger(EntityTriggerBase):
    """Something about one entity of each speaker that is meant."""

    # Home Assistant would never tell of an entity that shows *unknown*, and would leave it out of *all*.
    _excluded_states = frozenset({STATE_UNAVAILABLE})  # type: ignore[misc]
    # What comes back is compared with what it was before, below.
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    _platform: ClassVar[Platform]
    _key: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Remember nothing yet."""
        super().__init__(hass, config)
        self._before: dict[str, State] = {}

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "_platform"):
            cls._domain_specs = {cls._platform: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return speakers_entities(self._hass, self._target, entities, self._platform, self._key)

    @override
    def _should_include(self, state: State) -> bool:
        # Where nobody can tell about one of them, *all* of them are nothing.
        return True

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def remember(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            before, after = event["old_state"], event["new_state"]
            if before is not None and before.state != STATE_UNAVAILABLE:
                if after is not None and after.state == STATE_UNAVAILABLE:
                    self._before[event["entity_id"]] = before
                elif after is None:
                    self._before.pop(event["entity_id"], None)

        stop_remembering = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            remember,
            self.entity_filter,
            primary_entities_only=self._primary_entities_only,
        )
        stop = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def detach() -> None:
            stop()
            stop_remembering()

        return detach

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        before: State | None = from_state
        if from_state.state == STATE_UNAVAILABLE:
            before = self._before.get(to_state.entity_id)
        return before is not None and self._fires(before, to_state)

    def _fires(self, before: State, after: State) -> bool:
        """Return whether that is what the trigger waits for; `after` is one of its states."""
        raise NotImplementedError


class StateTrigger(SpeakerTrigger):
    """An entity came to a state from another."""

    _to: frozenset[str]

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.state in self._to

    @override
    def _fires(self, before: State, after: State) -> bool:
        return before.state not in self._to


class MicrophoneTrigger(StateTrigger):
    """A microphone came to a state; that nobody has said anything since a start is not told of."""

    _platform = Platform.SENSOR
    _key = "microphone"

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return super().is_valid_state(state, report_not_triggered) and _last_known(state) is None

    @override
    def _fires(self, before: State, after: State) -> bool:
        return (_last_known(before) or before.state) not in self._to


class WentLive(MicrophoneTrigger):
    """It can hear."""

    _to = frozenset({Proof.LIVE})


class WentOff(MicrophoneTrigger):
    """It can hear no more, proven or not; or only proven."""

    _to = _OFF
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {vol.Required(CONF_OPTIONS, default={}): {**_OPTIONS, vol.Optional(CONF_PROVEN, default=False): cv.boolean}}
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take what counts as off."""
        super().__init__(hass, config)
        if self._options.get(CONF_PROVEN):
            self._to = frozenset({Proof.OFF_PROVEN})


class WentUnknown(MicrophoneTrigger):
    """Nobody can tell whether it hears."""

    _to = frozenset({Proof.UNKNOWN})


class BreachBegan(StateTrigger):
    """Permission and truth disagree."""

    _platform = Platform.BINARY_SENSOR
    _key = "breach"
    _to = frozenset({STATE_ON})


class BreachEnded(BreachBegan):
    """They agree again."""

    _to = frozenset({STATE_OFF})


class ActivationHeard(SpeakerTrigger):
    """The assistant of a speaker woke."""

    _platform = Platform.EVENT
    _key = "activation"
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_OUTCOME): vol.All(
                    cv.ensure_list, vol.Length(min=1), [vol.In([one.value for one in Outcome])]
                ),
                vol.Optional(CONF_ALLOWED): cv.boolean,
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        outcomes, allowed = self._options.get(CONF_OUTCOME), self._options.get(CONF_ALLOWED)
        if state.state == STATE_UNKNOWN:
            return False
        if outcomes is not None and state.attributes.get(ATTR_EVENT_TYPE) not in outcomes:
            return False
        return allowed is None or state.attributes.get("allowed") is allowed

    @override
    def _fires(self, before: State, after: State) -> bool:
        # The time of the wake; Home Assistant keeps those within a millisecond apart.
        return before.state != after.state


class AssuranceFell(SpeakerTrigger):
    """It is less sure than it was that the relay turns itself off."""

    _platform = Platform.SENSOR
    _key = "assurance"
    _schema = ENTITY_STATE_TRIGGER_SCHEMA

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.state in _GRADES

    @override
    def _fires(self, before: State, after: State) -> bool:
        return before.state in _GRADES and _rank(after) > _rank(before)


class LockdownBegan(StateTrigger):
    """Everything is off, above all else. There is one lockdown, so it has no target."""

    _platform = Platform.SWITCH
    _key = "lockdown"
    _to = frozenset({STATE_ON})
    _schema = vol.Schema({vol.Optional(CONF_OPTIONS, default={}): {}})

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Aim at the switch."""
        super().__init__(hass, config)
        # Home Assistant follows a target; which entity it is, under whatever name, says the filter.
        self._target = {"entity_id": [f"{self._platform}.earlid_{self._key}"]}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return hubs_entity(self._hass, self._platform, self._key)


class LockdownLifted(LockdownBegan):
    """The rules count again."""

    _to = frozenset({STATE_OFF})


def _last_known(state: State) -> str | None:
    """Return what was known before the start, where nobody has said anything since."""
    known = state.attributes.get("last_known") if state.state == Proof.UNKNOWN else None
    return None if known is None else str(known)


def _rank(state: State) -> int:
    return _GRADES.index(Grade(state.state))


TRIGGERS: Final[Mapping[str, type[Trigger]]] = {
    "went_live": WentLive,
    "went_off": WentOff,
    "went_unknown": WentUnknown,
    "breach_began": BreachBegan,
    "breach_ended": BreachEnded,
    "activation": ActivationHeard,
    "assurance_fell": AssuranceFell,
    "lockdown_began": LockdownBegan,
    "lockdown_lifted": LockdownLifted,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:  # noqa: ARG001 - its signature
    """Return the triggers by their keys."""
    return dict(TRIGGERS)
