"""The config entry in the engine's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_CONDITIONS, CONF_DEVICE_ID, CONF_ENTITIES, CONF_ENTITY_ID, CONF_FOR
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import (
    CONF_ACTIVATIONS,
    CONF_BOOT,
    CONF_DAYS,
    CONF_DEADLINE,
    CONF_EFFECT,
    CONF_ENFORCE,
    CONF_FINISH_PLAYING,
    CONF_FROM,
    CONF_KIND,
    CONF_LEASE,
    CONF_LINGER,
    CONF_MICROPHONE_ENTITY,
    CONF_MICROPHONE_HARDWARE,
    CONF_OFF_BELOW,
    CONF_POSTURE,
    CONF_POWER_ENTITY,
    CONF_PROVISION,
    CONF_PUBLISH_NAMES,
    CONF_QUANTIFIER,
    CONF_REST,
    CONF_SIGNS,
    CONF_SILENCES,
    CONF_SITE,
    CONF_SLUG,
    CONF_SPEAKERS,
    CONF_TO,
    CONF_TOPIC_PREFIX,
    CONF_TRUST_FOR,
    CONF_WHEN_STOPPING,
    CONF_WITNESSES,
    DAYS,
    DEFAULT_BOOT,
    DEFAULT_DEADLINE,
    DEFAULT_LEASE,
    DEFAULT_OFF_BELOW,
    DEFAULT_REST,
    DEFAULT_TOPIC_PREFIX,
    DEFAULT_TRUST_FOR,
    RELAY_FIELDS,
    WhenStopping,
)
from .engine.model import Effect, Silences, Speaker
from .engine.rules import Presence, Quantifier, Rule, Told
from .engine.windows import Window

_LOGGER = logging.getLogger(__name__)
_UNREADABLE = (KeyError, OverflowError, TypeError, ValueError, vol.Invalid)

# The forms write nothing else. What damage left here would break only where it is used, and nobody would be guarded.
_NAME = vol.Any(None, str)
_SPEAKER = vol.Schema(
    {
        vol.Required(CONF_SLUG): str,
        vol.Optional(CONF_DEVICE_ID): _NAME,
        vol.Optional(CONF_POWER_ENTITY): _NAME,
        vol.Optional(CONF_MICROPHONE_ENTITY): _NAME,
        vol.Optional(CONF_WITNESSES): [str],
        vol.Optional(CONF_ACTIVATIONS): [str],
        vol.Optional(CONF_SIGNS): dict,
        vol.Optional(CONF_OFF_BELOW): vol.Any(int, float),
    },
    extra=vol.ALLOW_EXTRA,
)
_RULE = vol.Schema(
    {
        vol.Required(CONF_SLUG): str,
        vol.Required(CONF_EFFECT): vol.In((Effect.MUTE, "allow")),
        vol.Optional(CONF_SPEAKERS): [str],
        vol.Optional(CONF_ENTITIES): [str],
        vol.Optional(CONF_ENTITY_ID): _NAME,
    },
    extra=vol.ALLOW_EXTRA,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What holds for the whole home."""

    site: str
    topic_prefix: str
    trust_for: timedelta
    deadline: timedelta
    lease: timedelta
    publish_names: bool
    off_when_stopping: bool

    @property
    def topic(self) -> str:
        """The topic that all others of this home lie below."""
        return f"{self.topic_prefix}/{self.site}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarded:
    """A speaker as it was set up: the engine's part, and what is read and told in Home Assistant for it."""

    speaker: Speaker
    subentry_id: str
    device_id: str | None
    relay: Mapping[str, Any]
    """What `relays.make_relay` needs."""
    provision: bool
    """The household consents to the relay's device being set up for Earlid."""
    meter: str | None
    witnesses: tuple[str, ...]
    microphone: str | None
    detectors: tuple[str, ...]
    signs: Mapping[str, Any]
    """What else shows that it woke, by kind: what `detectors.watch` needs beyond the entities."""

    @property
    def senses(self) -> tuple[str, ...]:
        """Every entity that is evidence, without the relay's."""
        single = tuple(entity_id for entity_id in (self.meter, self.microphone) if entity_id)
        return single + self.witnesses


@dataclass(frozen=True, kw_only=True, slots=True)
class SetUpRule:
    """A rule as it was set up."""

    rule: Rule
    subentry_id: str
    conditions: Any = None
    """Home Assistant's conditions as they were typed in, for a rule that has them."""


def read_home(entry: ConfigEntry[Any]) -> Home:
    """Return the home's part of the config entry."""
    options = entry.options
    return Home(
        site=entry.data[CONF_SITE],
        topic_prefix=entry.data.get(CONF_TOPIC_PREFIX, DEFAULT_TOPIC_PREFIX),
        trust_for=timedelta(seconds=options.get(CONF_TRUST_FOR, DEFAULT_TRUST_FOR)),
        deadline=timedelta(seconds=options.get(CONF_DEADLINE, DEFAULT_DEADLINE)),
        lease=timedelta(seconds=options.get(CONF_LEASE, DEFAULT_LEASE)),
        publish_names=options.get(CONF_PUBLISH_NAMES, False),
        off_when_stopping=options.get(CONF_WHEN_STOPPING) == WhenStopping.OFF,
    )


def _speaker(subentry: ConfigSubentry, stored: Mapping[str, Any], home: Home) -> Guarded:
    data = _SPEAKER({**stored})
    own_deadline, own_lease = data.get(CONF_DEADLINE), data.get(CONF_LEASE)
    return Guarded(
        speaker=Speaker(
            slug=data[CONF_SLUG],
            name=subentry.title,
            silences=Silences(data.get(CONF_SILENCES, Silences.POWER)),
            off_below=data.get(CONF_OFF_BELOW, DEFAULT_OFF_BELOW),
            microphone_hardware=data.get(CONF_MICROPHONE_HARDWARE, False),
            posture=Effect(data.get(CONF_POSTURE, Effect.LISTEN)),
            enforce=data.get(CONF_ENFORCE, True),
            rest=timedelta(seconds=data.get(CONF_REST, DEFAULT_REST)),
            boot=timedelta(seconds=data.get(CONF_BOOT, DEFAULT_BOOT)),
            deadline=home.deadline if own_deadline is None else timedelta(seconds=own_deadline),
            lease=home.lease if own_lease is None else timedelta(seconds=own_lease),
            finish_playing=span(data.get(CONF_FINISH_PLAYING)),
        ),
        subentry_id=subentry.subentry_id,
        device_id=data.get(CONF_DEVICE_ID),
        relay={key: data[key] for key in RELAY_FIELDS if key in data},
        provision=data.get(CONF_PROVISION, False),
        meter=data.get(CONF_POWER_ENTITY),
        witnesses=tuple(data.get(CONF_WITNESSES, ())),
        microphone=data.get(CONF_MICROPHONE_ENTITY),
        detectors=tuple(data.get(CONF_ACTIVATIONS, ())),
        signs=data.get(CONF_SIGNS, {}),
    )


def _rule(subentry: ConfigSubentry, zone: tzinfo) -> SetUpRule:
    data = _RULE({**subentry.data})
    effect = Effect.MUTE if data[CONF_EFFECT] == Effect.MUTE else Effect.LISTEN
    source: Window | Presence | Told
    if data[CONF_KIND] == "presence":
        source = Presence(
            tuple(data[CONF_ENTITIES]),
            Quantifier(data[CONF_QUANTIFIER]),
            hold_for=span(data.get(CONF_FOR)),
            linger=span(data.get(CONF_LINGER)),
        )
    elif data[CONF_KIND] == "condition":
        source = Told(f"rule:{data[CONF_SLUG]}")
    elif entity_id := data.get(CONF_ENTITY_ID):
        source = Told(entity_id)
    else:
        source = Window(
            frozenset(DAYS.index(day) for day in data[CONF_DAYS]),
            cv.time(data[CONF_FROM]),
            cv.time(data[CONF_TO]),
            effect,
            zone,
        )
    return SetUpRule(
        rule=Rule(
            slug=data[CONF_SLUG],
            name=subentry.title,
            effect=effect,
            speakers=frozenset(data.get(CONF_SPEAKERS, ())),
            source=source,
        ),
        subentry_id=subentry.subentry_id,
        conditions=data.get(CONF_CONDITIONS),
    )


def _unreadable_rule(subentry: ConfigSubentry) -> SetUpRule:
    """Return what stands in for a rule that cannot be read: a mute that nobody knows the truth of, so in force."""
    slug, speakers = slug_of(subentry.subentry_id, subentry.data), subentry.data.get(CONF_SPEAKERS)
    named = speakers if isinstance(speakers, list) else ()
    return SetUpRule(
        rule=Rule(
            slug=slug,
            name=subentry.title,
            effect=Effect.MUTE,
            speakers=frozenset(one for one in named if isinstance(one, str)),
            source=Told(f"rule:{slug}"),
        ),
        subentry_id=subentry.subentry_id,
    )


def slug_of(subentry_id: str, data: Mapping[str, Any]) -> str:
    """Return the slug that something was set up with, or its id where that cannot be read."""
    slug = data.get(CONF_SLUG)
    return slug if isinstance(slug, str) else subentry_id.lower()


def _unreadable_speaker(subentry: ConfigSubentry, home: Home) -> Guarded:
    """Return what stands in for a speaker that cannot be read: its relay alone, and silent unless a rule allows."""
    data = subentry.data
    known = {key: data[key] for key in (CONF_SLUG, CONF_SILENCES, *RELAY_FIELDS) if key in data}
    observed = data.get(CONF_ENFORCE) is False
    return _speaker(subentry, known | {CONF_POSTURE: Effect.MUTE, CONF_ENFORCE: not observed}, home)


def read_speaker(subentry: ConfigSubentry, home: Home) -> Guarded | None:
    """Return the speaker that a subentry sets up.

    One that cannot be read is kept silent, and is logged; None where not even its relay can be read.
    """
    try:
        return _speaker(subentry, subentry.data, home)
    except _UNREADABLE:
        _LOGGER.exception("The speaker %s cannot be read; it is kept silent unless a rule allows it", subentry.title)
    try:
        return _unreadable_speaker(subentry, home)
    except _UNREADABLE:
        _LOGGER.exception("Nor can the relay of the speaker %s; it is NOT guarded", subentry.title)
        return None


def read_rule(subentry: ConfigSubentry, zone: tzinfo) -> SetUpRule:
    """Return the rule that a subentry sets up, its windows in the home's time zone.

    One that cannot be read counts against listening, and is logged.
    """
    try:
        return _rule(subentry, zone)
    except _UNREADABLE:
        _LOGGER.exception("The rule %s cannot be read; it counts against listening", subentry.title)
        return _unreadable_rule(subentry)


def span(duration: Any) -> timedelta:
    """Return what a duration selector, a time string or seconds say; None: no time."""
    return timedelta(0) if duration is None else cv.positive_time_period(duration)


def home_zone(time_zone: str) -> tzinfo:
    """Return the home's time zone, by name."""
    return dt_util.get_time_zone(time_zone) or dt_util.UTC
