"""Triggers for automations: what a microphone does, breaches, wakes, assurance, lockdown."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON, STATE_UNKNOWN, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.target import TargetStateChangedData
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    ENTITY_STATE_TRIGGER_SCHEMA,
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from .engine.assurance import Grade
from .engine.model import Outcome, Proof
from .meant import hubs_entity
from .speaker_trigger import SpeakerTrigger, StateTrigger

CONF_PROVEN: Final = "proven"
CONF_OUTCOME: Final = "outcome"
CONF_ALLOWED: Final = "allowed"

_OFF: Final = frozenset({Proof.OFF_PROVEN, Proof.OFF_UNPROVEN})
# From the best to the worst: of an untested relay something may still be hoped.
_GRADES: Final = (Grade.A, Grade.B, Grade.UNTESTED, Grade.C)

_OPTIONS = ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.schema[CONF_OPTIONS]


class MicrophoneTrigger(StateTrigger):
    """A microphone came to a state; that nobody has said anything since a start is not told of."""

    _platform = Platform.SENSOR
    _key = "microphone"

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return super().is_valid_state(state, report_not_triggered) and _last_known(state) is None

    @override
    def _fires(self, before: State, after: State) -> bool:
        return _known(before) not in self._to


class WentLive(MicrophoneTrigger):
    """It can hear."""

    _to = frozenset({Proof.LIVE})


class WentOff(MicrophoneTrigger):
    """It can hear no more, proven or not; or only proven.

    That somebody can tell again is no news where it was off before. That it is live again is: it may have been off.
    """

    _to = _OFF
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {vol.Required(CONF_OPTIONS, default={}): {**_OPTIONS, vol.Optional(CONF_PROVEN, default=False): cv.boolean}}
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take what counts as off."""
        super().__init__(hass, config)
        if self._options.get(CONF_PROVEN):
            self._to = frozenset({Proof.OFF_PROVEN})
        self._behavior: str = self._options.get(ATTR_BEHAVIOR, BEHAVIOR_EACH)
        self._settled: set[str] = set()
        """Of whom it was so before nobody could tell; an entity, or of several together the behavior."""
        self._owed: set[str] = set()
        """Of whom it will be told once it has been so for long enough."""

    def _whose(self, entity_id: str) -> str:
        return entity_id if self._behavior == BEHAVIOR_EACH else self._behavior

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def run(
            extra_trigger_payload: dict[str, Any], description: str, context: Context | None = None
        ) -> asyncio.Task[Any]:
            self._owed.discard(self._whose(extra_trigger_payload["entity_id"]))
            return run_action(extra_trigger_payload, description, context)

        return await super().async_attach_runner(run, did_not_trigger)

    @override
    @callback
    def _remember(self, data: TargetStateChangedData) -> None:
        super()._remember(data)
        event = data.state_change_event.data
        before, after = event["old_state"], event["new_state"]
        if before is None or after is None or (before := self._before_away(before)) is None:
            return
        whose, states = self._whose(after.entity_id), data.targeted_entity_states
        others = [one for one in states.values() if one is not None and one.entity_id != after.entity_id]
        if after.state == Proof.UNKNOWN and _last_known(after) is None:
            was = [_known(before), *(_known(one) for one in others if self._behavior == BEHAVIOR_ALL)]
            if self._to.issuperset(was):
                self._settled.add(whose)
        elif after.state in Proof and after.state not in self._to:
            still = [one for one in others if self._behavior == BEHAVIOR_FIRST and one.state in self._to]
            if not still:
                self._settled.discard(whose)
                self._owed.discard(whose)

    @override
    def _fires(self, before: State, after: State) -> bool:
        whose = self._whose(after.entity_id)
        if not super()._fires(before, after):
            return False
        if _known(before) == Proof.UNKNOWN and whose in self._settled - self._owed:
            return False
        if self._duration:
            self._owed.add(whose)
        return True


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


def _known(state: State) -> str:
    """Return what a state says, or else what was known before the start."""
    return _last_known(state) or state.state


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
