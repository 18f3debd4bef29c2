"""What Earlid's triggers share: whom they mean, and that being away for a reload is no news.

They stand on Earlid's entities and on Home Assistant's own triggers, which leave out *unknown* and *unavailable*. Here
*unknown* is a state like any other, and *unavailable* is none: what an entity was before counts.
"""

from typing import Any, ClassVar, override

from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import (
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from .meant import speakers_entities


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
        stop_remembering = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            self._remember,
            self.entity_filter,
            primary_entities_only=self._primary_entities_only,
        )
        stop = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def detach() -> None:
            stop()
            stop_remembering()

        return detach

    @callback
    def _remember(self, data: TargetStateChangedData) -> None:
        """Take in a change, whether or not it is one that the trigger waits for."""
        event = data.state_change_event.data
        before, after = event["old_state"], event["new_state"]
        if before is not None and before.state != STATE_UNAVAILABLE:
            if after is not None and after.state == STATE_UNAVAILABLE:
                self._before[event["entity_id"]] = before
            elif after is None:
                self._before.pop(event["entity_id"], None)

    def _before_away(self, before: State) -> State | None:
        """Return what an entity was before it was away; None: nobody here has seen it."""
        return self._before.get(before.entity_id) if before.state == STATE_UNAVAILABLE else before

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        before = self._before_away(from_state)
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
