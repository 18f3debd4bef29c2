"""The only reader of Home Assistant's states. Unknown and unavailable are values here, never off.

Entities made of others are doubted while their parts are out of sight: a group whose members are still loading reads
`off`, a zone counts nobody, a template renders from nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import (
    ATTR_ASSUMED_STATE,
    ATTR_ENTITY_ID,
    STATE_BUFFERING,
    STATE_HOME,
    STATE_PLAYING,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CoreState,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import entity_sources
from homeassistant.loader import IntegrationNotFound, IntegrationNotLoaded, async_get_loaded_integration
from homeassistant.util import dt as dt_util

from .engine.finishing import Pastime
from .engine.model import Meter, Report, Witness
from .untrusted import time_in

_SILENT: Final = (STATE_UNAVAILABLE, STATE_UNKNOWN)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
# A group follows its members within one pass of the event loop; a later time is from a clock that was set.
_COUNTED_WITHIN: Final = timedelta(seconds=1)
_TRUE: Final = ("on", "home", "true", "open", "occupied")
_COMPOSED_DOMAINS: Final = ("group", "person", "zone")
_COMPOSED_PLATFORMS: Final = ("group", "template")
# An announcement is in the context of the automation that wants it said.
HEARING: Final = ("listening", "processing")
_PLAYING: Final = (STATE_PLAYING, STATE_BUFFERING)
# Their sensors of the class timestamp are the next alarm, timer and reminder of a speaker, and none is another:
# homeassistant/components/alexa_devices/sensor.py, NOTIFICATIONS (of aioamazondevices: Alarm, Timer, Reminder);
# github.com/alandtse/alexa_media_player, custom_components/alexa_media/sensor.py (next_alarm, _timer, _reminder).
_ALARM_CLOCKS: Final = ("alexa_devices", "alexa_media")
_TO_WATTS: Final = {"W": 1.0, "mW": 0.001, "kW": 1000.0}


class Eyes:
    """Looks at entities, and remembers since when each has been in sight."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Open the eyes; nothing is in sight yet."""
        self._hass = hass
        self._in_sight_since: dict[str, datetime] = {}
        self._came: dict[str, datetime | None] = {}

    @callback
    def relay(self, entity_id: str, *, inverted: bool) -> Report:
        """Return what a relay reports: True while the speaker can hear.

        An entity that assumes its state only repeats what it was told, so it reports nothing.
        """
        report = self._report(entity_id, {"on": not inverted, "off": inverted})
        state = self._hass.states.get(entity_id)
        if state is not None and state.attributes.get(ATTR_ASSUMED_STATE):
            return Report(available_since=report.available_since, changed_at=report.changed_at)
        return report

    @callback
    def microphone(self, entity_id: str) -> Report:
        """Return what a microphone entity says: True while it is muted."""
        registered = er.async_get(self._hass).async_get(entity_id)
        # Sonos' sensor tells of the microphone, not of its mute: homeassistant/components/sonos/binary_sensor.py.
        on = registered is None or registered.platform != "sonos"
        return self._report(entity_id, {"on": on, "off": not on})

    @callback
    def meter(self, entity_id: str) -> Meter:
        """Return the power in watts."""
        state = self._hass.states.get(entity_id)
        if state is None or state.state in _SILENT:
            return Meter()
        try:
            watts = float(state.state) * _TO_WATTS[state.attributes.get("unit_of_measurement", "W")]
        except ValueError, KeyError:
            return Meter()
        # NaN compares as neither above nor below, and so says nothing by itself.
        return Meter(watts=watts, reported_at=state.last_reported)

    @callback
    def witness(self, entity_id: str) -> Witness:
        """Return whether something on the network shows the speaker alive.

        A media player that is out of sight says nothing; what a cloud says may prove life, never silence. One that is
        unknown is out of sight: else what it says next would look like coming alive, or going away.
        """
        state = self._hass.states.get(entity_id)
        if state is not None and state.state == STATE_UNKNOWN:
            self._in_sight_since.pop(entity_id, None)
            report = Report()
        elif entity_id.startswith("media_player."):
            # Off is what many say that cannot reach their device.
            report = self._report(entity_id, {"off": False}, otherwise=True)
        else:
            report = self._report(entity_id, {"on": True, "home": True}, otherwise=False)
        proves_silence = not entity_id.startswith("media_player.") and not self._from_a_cloud(entity_id)
        return Witness(entity_id=entity_id, alive=report, proves_silence=proves_silence)

    @callback
    def pastimes(self, device_id: str | None, witnesses: Iterable[str]) -> tuple[str, ...]:
        """Return the entities that show what a speaker is busy with: media players, and alarms, timers, reminders.

        They are looked up anew each time, since a device may get more of them.
        """
        players = [entity_id for entity_id in witnesses if entity_id.startswith("media_player.")]
        registered = er.async_entries_for_device(er.async_get(self._hass), device_id) if device_id else []
        players += [entry.entity_id for entry in registered if entry.domain == "media_player"]
        alarms = [
            entry.entity_id
            for entry in registered
            if entry.domain == "sensor"
            and entry.platform in _ALARM_CLOCKS
            and (entry.device_class or entry.original_device_class) == SensorDeviceClass.TIMESTAMP
        ]
        return tuple(dict.fromkeys(players + alarms))

    @callback
    def pastime(self, entity_ids: Iterable[str]) -> Pastime:
        """Return what these show that a speaker is busy with; one that says nothing shows nothing."""
        states = [state for entity_id in entity_ids if (state := self._hass.states.get(entity_id)) is not None]
        due = [_moment(state.state) for state in states if state.domain == "sensor"]
        return Pastime(
            playing=any(state.domain == "media_player" and state.state in _PLAYING for state in states),
            due=tuple(moment for moment in due if moment is not None),
        )

    @callback
    def satellite(self, entity_id: str) -> str | None:
        """Return the state of an Assist satellite or any detector; None: out of sight or unknown."""
        state = self._hass.states.get(entity_id)
        return None if state is None or state.state in _SILENT else state.state

    @callback
    def says(self, entity_id: str) -> bool | None:
        """Return whether a rule's entity holds (home, on, somebody in the zone); None: it says nothing credible."""
        state = self._hass.states.get(entity_id)
        if state is None or state.state in _SILENT:
            return None
        domain = entity_id.partition(".")[0]
        holds = _count(state) > 0 if domain == "zone" else state.state in _TRUE
        if not self._composed(entity_id, state):
            return holds
        if self._hass.state is not CoreState.running:
            return None
        # One member that is out of sight can only make a group truer than it reads, and one that reads true is.
        return holds if holds or self._all_in_sight(domain, state, {entity_id}) else None

    @callback
    def seen(self, entity_id: str) -> Report:
        """Return since when an entity is as it is, when it last reported, and since when it is in sight."""
        return self._report(entity_id, {})

    @callback
    def doubtful(self, entity_ids: Iterable[str]) -> bool:
        """Return whether any of the entities is out of sight, or made of others that are."""
        for entity_id in entity_ids:
            state = self._hass.states.get(entity_id)
            if state is None or state.state in _SILENT:
                return True
            if self._composed(entity_id, state) and self.says(entity_id) is None:
                return True
        return False

    @callback
    def as_it_came(self, entity_id: str) -> bool:
        """Return whether an entity is still as it was when it came into sight: nobody knows since when it is so.

        What was in sight at the first look at it is known, unless Home Assistant is only starting.
        """
        state = self._hass.states.get(entity_id)
        if state is None or state.state in _SILENT:
            self._came[entity_id] = None
            return False
        if entity_id not in self._came and self._hass.state is CoreState.running:
            self._came[entity_id] = _LONG_AGO
        if self._came.get(entity_id) is None:
            self._came[entity_id] = state.last_changed
        return state.last_changed == self._came[entity_id]

    @callback
    def changes_at(self, entity_id: str) -> datetime | None:
        """Return when a `schedule.` or `calendar.` entity says that it will change next."""
        state = self._hass.states.get(entity_id)
        if state is None:
            return None
        key = "end_time" if state.state == "on" else "start_time"
        return _moment(state.attributes.get("next_event" if entity_id.startswith("schedule.") else key))

    def _report(self, entity_id: str, values: dict[str, bool], *, otherwise: bool | None = None) -> Report:
        state = self._hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            self._in_sight_since.pop(entity_id, None)
            return Report(missing=state is None)
        return Report(
            value=None if state.state == STATE_UNKNOWN else values.get(state.state, otherwise),
            changed_at=state.last_changed,
            reported_at=state.last_reported,
            available_since=self._in_sight_since.setdefault(entity_id, state.last_changed),
        )

    def _composed(self, entity_id: str, state: State) -> bool:
        if entity_id.partition(".")[0] in _COMPOSED_DOMAINS or ATTR_ENTITY_ID in state.attributes:
            return True
        registered = er.async_get(self._hass).async_get(entity_id)
        if registered is not None:
            return registered.platform in _COMPOSED_PLATFORMS
        # One from YAML without a unique id is in no registry.
        source = entity_sources(self._hass).get(entity_id)
        return source is not None and source["domain"] in _COMPOSED_PLATFORMS

    def _all_in_sight(self, domain: str, state: State, seen: set[str]) -> bool:
        """Return whether all parts of an entity that reads off are, and theirs, and it has heard what they said last.

        `seen`: a group may contain itself.
        """
        if domain == "zone":
            # A zone counts a moment after its persons are known: one in it while it counts nobody is such a moment.
            inside = STATE_HOME if state.entity_id == "zone.home" else state.name
            persons = self._hass.states.async_all("person")
            return not any(person.state in (*_SILENT, inside) for person in persons)
        members = state.attributes.get(ATTR_ENTITY_ID) or ()
        for member in [members] if isinstance(members, str) else members:
            part = self._hass.states.get(member)
            if part is None or part.state in _SILENT:
                return False
            if timedelta(0) < part.last_updated - state.last_reported < _COUNTED_WITHIN:
                # Who hears of a member before its group does sees the group as it was.
                return False
            if member not in seen and not self._all_in_sight(member.partition(".")[0], part, seen | {member}):
                return False
        return True

    def _from_a_cloud(self, entity_id: str) -> bool:
        registered = er.async_get(self._hass).async_get(entity_id)
        if registered is None:
            return False
        try:
            integration = async_get_loaded_integration(self._hass, registered.platform)
        except IntegrationNotFound, IntegrationNotLoaded:
            return True
        return (integration.iot_class or "").startswith("cloud")


def _count(state: State) -> int:
    return int(state.state) if state.state.isdecimal() else 0


def _moment(said: object) -> datetime | None:
    """Return the time, in UTC, that a state or an attribute says."""
    try:
        moment = time_in(said) if isinstance(said, str) else said
        return dt_util.as_utc(moment) if isinstance(moment, datetime) else None
    except ValueError, OverflowError:
        return None


@callback
def hearing(hass: HomeAssistant) -> dict[str, str]:
    """Return the Assist satellites that are being talked to now, by the ids of the contexts that is done in."""
    states = (state for state in hass.states.async_all("assist_satellite") if state.state in HEARING)
    return {state.context.id: state.entity_id for state in states}
