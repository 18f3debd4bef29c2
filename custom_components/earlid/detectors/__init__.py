"""Places where an activation shows, one file each."""

from collections.abc import Callable, Iterator
from functools import partial
import logging
from typing import Any, Final

from homeassistant.const import CONF_ENTITY_ID, CONF_FOR
from homeassistant.core import HomeAssistant

from custom_components.earlid.const import (
    CONF_ABOVE,
    CONF_ALEXA_REMOTE,
    CONF_BY,
    CONF_LEVELS,
    CONF_RISES,
    CONF_STATES,
    CONF_TO,
    CONF_TOPICS,
)
from custom_components.earlid.ends import Ends
from custom_components.earlid.setup_data import Guarded, span

from . import alexa, alexa_media, alexa_remote, capture, entity, satellite, topics
from .ears import Ears

__all__ = ["Ears", "watch"]

_LOGGER = logging.getLogger(__name__)

type Stop = Callable[[], None]

# What is told by more than a change of its state.
_KINDS: Final[tuple[tuple[Callable[[HomeAssistant, str], bool], Callable[[Ears, str], Stop]], ...]] = (
    (satellite.knows, satellite.watch),
    (alexa.knows, alexa.watch),
    (alexa_media.knows, alexa_media.watch),
)


def watch(ears: Ears, guarded: Guarded) -> Stop:
    """Watch everything that shows a speaker's activations; return what ends that.

    One that cannot be watched is logged, and keeps nobody from guarding the speaker.
    """
    ends = []
    for begin in _places(ears, guarded):
        try:
            ends.append(begin())
        except Exception:
            _LOGGER.exception("A sign that %s woke cannot be watched", guarded.speaker.name)
    return Ends(*ends)


def _places(ears: Ears, guarded: Guarded) -> Iterator[Callable[[], Stop]]:
    for entity_id in guarded.detectors:
        yield partial(_watch_entity, ears, entity_id)
    for sign in guarded.signs.get(CONF_STATES, ()):
        yield partial(_watch_state, ears, sign)
    for sign in guarded.signs.get(CONF_LEVELS, ()):
        yield partial(_watch_level, ears, sign)
    for sign in guarded.signs.get(CONF_RISES, ()):
        yield partial(_watch_rise, ears, sign)
    for sign in guarded.signs.get(CONF_TOPICS, ()):
        yield partial(topics.watch, ears, sign)
    for topic in guarded.signs.get(CONF_ALEXA_REMOTE, ()):
        yield partial(alexa_remote.watch, ears, topic)
    yield partial(capture.watch, ears, guarded)


def _watch_entity(ears: Ears, entity_id: str) -> Stop:
    """Watch an entity in the way that its kind asks for."""
    for knows, begin in _KINDS:
        if knows(ears.hass, entity_id):
            return begin(ears, entity_id)
    return entity.watch(ears, entity_id)


def _watch_state(ears: Ears, sign: dict[str, Any]) -> Stop:
    wanted = sign.get(CONF_TO)
    if wanted is None:
        return entity.watch_changes(ears, sign[CONF_ENTITY_ID])
    return entity.watch_state(ears, sign[CONF_ENTITY_ID], str(wanted))


def _watch_level(ears: Ears, sign: dict[str, Any]) -> Stop:
    return entity.watch_level(ears, sign[CONF_ENTITY_ID], float(sign[CONF_ABOVE]), span(sign.get(CONF_FOR)))


def _watch_rise(ears: Ears, sign: dict[str, Any]) -> Stop:
    return entity.watch_rise(ears, sign[CONF_ENTITY_ID], float(sign[CONF_BY]), span(sign.get(CONF_FOR)))
