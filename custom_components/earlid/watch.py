"""Home Assistant's own conditions as one outside truth of a rule: True, False, or None for unknown.

Home Assistant takes a missing or unavailable entity for false. Here it is unknown, so that a dead sensor cannot
quietly lift a mute: the conditions are taken apart at and, or, not, and each leaf asks first whether all that it
looks at is in sight. One with `for` counts from when the entity came into sight: after a restart that is later than
the truth, and until it has waited once more, "not yet" is unknown too.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
import logging
from typing import Any

from homeassistant.const import (
    CONF_CONDITION,
    CONF_CONDITIONS,
    CONF_ENABLED,
    CONF_FOR,
    CONF_OPTIONS,
    CONF_STATE,
    CONF_TARGET,
    CONF_VALUE_TEMPLATE,
)
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.condition import ConditionChecker, DisabledConditionChecker
from homeassistant.helpers.event import (
    TrackTemplate,
    TrackTemplateResult,
    async_track_state_change_event,
    async_track_template_result,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.template import Template
from homeassistant.helpers.typing import ConfigType

from .engine.rules import Quantifier
from .facts import Eyes

_LOGGER = logging.getLogger(__name__)

# Composite conditions, as quantifiers over their parts.
_COMPOSITES: Mapping[str, Quantifier] = {"and": Quantifier.ALL, "or": Quantifier.ANY, "not": Quantifier.NONE}


@dataclass(frozen=True, slots=True)
class _Leaf:
    config: ConfigType
    checker: ConditionChecker
    without_for: ConditionChecker | None = None
    """The same condition, not asking for how long; None: it never asked."""

    def entities(self, hass: HomeAssistant) -> set[str]:
        """Return all that the condition looks at, with its targets as they resolve now."""
        found = set(condition.async_extract_entities(self.config))
        if self.template is not None:
            found |= self.template.async_render_to_info().entities
        if target := self.config.get(CONF_TARGET):
            domain = self.config[CONF_CONDITION].partition(".")[0]
            selected = async_extract_referenced_entity_ids(hass, TargetSelection(target))
            found |= {e for e in selected.indirectly_referenced if e.startswith(f"{domain}.")}
        return found

    @property
    def template(self) -> Template | None:
        template = self.config.get(CONF_VALUE_TEMPLATE)
        return template if isinstance(template, Template) else None

    @property
    def checkers(self) -> tuple[ConditionChecker, ...]:
        return (self.checker,) if self.without_for is None else (self.checker, self.without_for)

    def see(self, hass: HomeAssistant, eyes: Eyes) -> bool:
        """Return whether nobody knows how long it has been so; to be asked at every look, for the eyes to know."""
        if self.without_for is None:
            return False
        each = [eyes.as_it_came(entity_id) for entity_id in self.entities(hass)]
        return any(each)

    def check(self, hass: HomeAssistant, eyes: Eyes) -> bool | None:
        how_long_is_unknown = self.see(hass, eyes)
        asked_for = cv.ensure_list(self.config.get(CONF_STATE))
        # A condition that asks for `unavailable` is answered by an unavailable entity.
        if not {"unavailable", "unknown"} & set(asked_for) and eyes.doubtful(self.entities(hass)):
            return None
        holds = self.checker.async_check()
        if not holds and how_long_is_unknown and self.without_for is not None and self.without_for.async_check():
            return None
        return holds


@dataclass(frozen=True, slots=True)
class _Composite:
    quantifier: Quantifier
    parts: tuple[_Composite | _Leaf, ...]

    def check(self, hass: HomeAssistant, eyes: Eyes) -> bool | None:
        return self.quantifier.of([part.check(hass, eyes) for part in self.parts])

    def leaves(self) -> Iterable[_Leaf]:
        for part in self.parts:
            if isinstance(part, _Composite):
                yield from part.leaves()
            else:
                yield part


async def _build_all(hass: HomeAssistant, configs: Iterable[ConfigType]) -> tuple[_Composite | _Leaf, ...]:
    """Return the conditions that count; a disabled one does not, as in Home Assistant."""
    built = [await _build(hass, config) for config in configs]
    return tuple(part for part in built if part is not None)


async def _build(hass: HomeAssistant, config: ConfigType) -> _Composite | _Leaf | None:
    if CONF_ENABLED in config:
        enabled = await condition.async_from_config(hass, config)
        enabled.async_unload()
        if isinstance(enabled, DisabledConditionChecker):
            return None
    quantifier = _COMPOSITES.get(config[CONF_CONDITION])
    if quantifier is None:
        bare = _without_for(config)
        without_for = None if bare is None else await condition.async_from_config(hass, bare)
        return _Leaf(config, await condition.async_from_config(hass, config), without_for)
    return _Composite(quantifier, await _build_all(hass, config[CONF_CONDITIONS]))


def _without_for(config: ConfigType) -> ConfigType | None:
    """Return the condition without its `for`, which newer ones keep among their options; None: it has none."""
    options = config.get(CONF_OPTIONS) or {}
    if CONF_FOR not in config and CONF_FOR not in options:
        return None
    bare = {key: value for key, value in config.items() if key != CONF_FOR}
    if CONF_FOR in options:
        bare[CONF_OPTIONS] = {key: value for key, value in options.items() if key != CONF_FOR}
    return bare


class ConditionWatch:
    """Watches one rule's conditions."""

    def __init__(self, hass: HomeAssistant, eyes: Eyes, wake: Callable[[], None]) -> None:
        """`wake` is called when the answer may have changed."""
        self._hass = hass
        self._eyes = eyes
        self._wake = wake
        self._root: _Composite | None = None
        self._watched: set[str] = set()
        self._stop: list[Callable[[], None]] = []
        self._stop_entities: Callable[[], None] | None = None
        self._said = ""

    async def start(self, conditions: list[ConfigType]) -> None:
        """Begin to watch conditions as they were typed in; ones that Home Assistant refuses stay unknown."""
        try:
            typed_in = cv.CONDITIONS_SCHEMA(deepcopy(conditions))
            parts: list[Any] = await condition.async_validate_conditions_config(self._hass, typed_in)
            self._root = _Composite(Quantifier.ALL, await _build_all(self._hass, parts))
            self.follow()
        except Exception as error:  # noqa: BLE001 - conditions are any integration's code, and must not stop the guard
            self._root = None
            self._cannot(error)
            return
        templates = [TrackTemplate(leaf.template, None) for leaf in self._root.leaves() if leaf.template is not None]
        if templates:
            tracked = async_track_template_result(self._hass, templates, self._template_changed)
            self._stop.append(tracked.async_remove)

    @callback
    def follow(self) -> None:
        """Track the entities that the conditions look at now: areas and labels gain and lose members."""
        leaves = () if self._root is None else self._root.leaves()
        watched = set().union(*(leaf.entities(self._hass) for leaf in leaves))
        if watched != self._watched:
            self._watched = watched
            if self._stop_entities is not None:
                self._stop_entities()
            self._stop_entities = async_track_state_change_event(self._hass, watched, self._entity_changed)

    @callback
    def check(self) -> bool | None:
        """Return whether the conditions hold; None: unknown, as all is until Home Assistant has started."""
        if self._root is None:
            return None
        if self._hass.state is not CoreState.running:
            for leaf in self._root.leaves():
                leaf.see(self._hass, self._eyes)
            return None
        try:
            return self._root.check(self._hass, self._eyes)
        except Exception as error:  # noqa: BLE001 - as above; a condition that fails is one that nobody knows
            self._cannot(error)
            return None

    @callback
    def stop(self) -> None:
        """Watch no more."""
        for stop in self._stop:
            stop()
        for leaf in () if self._root is None else self._root.leaves():
            for checker in leaf.checkers:
                checker.async_unload()
        self._root = None
        # From now on it follows nothing, also where somebody still asks it to.
        self.follow()

    def _cannot(self, error: Exception) -> None:
        if (said := repr(error)) != self._said:
            self._said = said
            _LOGGER.warning("A rule's conditions cannot be used, it counts against listening: %s", said)

    @callback
    def _entity_changed(self, _event: Event[EventStateChangedData]) -> None:
        self._wake()

    @callback
    def _template_changed(
        self, _event: Event[EventStateChangedData] | None, _updates: list[TrackTemplateResult]
    ) -> None:
        self._wake()


def as_conditions(stored: Any) -> list[ConfigType]:
    """Return stored conditions as a list: the editor saves one alone without it."""
    return stored if isinstance(stored, list) else [stored]
