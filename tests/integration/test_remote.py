"""Commands over MQTT: as far as the household lets, and each refused one is counted."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_mqtt_message

from .homes import guard_home, plug_in, settled, speaker

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("mqtt_mock")]

TOPIC = "earlid/home/command"
KITCHEN = {"speakers": ["kitchen"]}


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Let Home Assistant's MQTT client leave its periodic timer behind."""
    return True


class Remote:
    """Someone on the broker who sends commands to a home of two speakers."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Know the home."""
        self._hass = hass
        self.entry = entry

    async def send(self, command: Any, **more: Any) -> None:
        """Send a command and wait until it is dealt with."""
        payload = command if isinstance(command, str | bytes) else json.dumps(command)
        async_fire_mqtt_message(self._hass, TOPIC, payload, **more)
        await settled(self._hass, self.entry)

    def mode(self, slug: str = "kitchen") -> str:
        """Return what holds for a speaker."""
        state = self._hass.states.get(f"select.{slug}_mode")
        assert state is not None
        return state.state

    @property
    def refused(self) -> dict[str, int]:
        """What was refused, by reason."""
        return dict(self.entry.runtime_data.rejected)


async def remote(hass: HomeAssistant, lets: str | None = "all", **options: Any) -> Remote:
    """Return a remote to a home that lets so much."""
    plug_in(hass, "plug")
    plug_in(hass, "other")
    chosen = options | ({} if lets is None else {"commands_over_mqtt": lets})
    speakers = (speaker(relay="light.plug"), speaker("bedroom", relay="light.other"))
    entry = await guard_home(hass, *speakers, options=chosen)
    await settled(hass, entry)
    return Remote(hass, entry)


async def test_without_consent_no_command_is_taken(hass: HomeAssistant) -> None:
    home = await remote(hass, lets=None)
    for action in ("mute", "listen", "resume"):
        await home.send({"action": action, **KITCHEN, "seconds": 60})
    assert (home.mode(), home.refused) == ("automatic", {"commands_are_off": 3})


async def test_a_mute_over_mqtt_silences_and_allowing_is_refused_where_only_mute_is_let(hass: HomeAssistant) -> None:
    home = await remote(hass, lets="mute_only")
    await home.send({"action": "mute", "speakers": "all"})
    assert (home.mode(), home.mode("bedroom")) == ("mute", "mute")
    await home.send({"action": "resume", "speakers": "all"})
    await home.send({"action": "listen", **KITCHEN, "seconds": 60})
    assert (home.mode(), home.refused) == ("mute", {"not_allowed": 2})


async def test_whoever_may_allow_may_listen_and_resume_over_mqtt(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.send({"action": "listen", **KITCHEN, "seconds": 60})
    assert (home.mode(), home.mode("bedroom")) == ("listen", "automatic")
    await home.send({"action": "mute", **KITCHEN})
    assert home.mode() == "mute"
    await home.send({"action": "listen", **KITCHEN, "seconds": 60})
    assert home.mode() == "mute", "a mute outranks what comes later"
    await home.send({"action": "resume", **KITCHEN})
    assert (home.mode(), home.refused) == ("automatic", {})


async def test_where_only_administrators_may_allow_nobody_on_the_broker_may(hass: HomeAssistant) -> None:
    home = await remote(hass, who_may_allow="admins")
    await home.send({"action": "mute", **KITCHEN})
    await home.send({"action": "resume", **KITCHEN})
    assert (home.mode(), home.refused) == ("mute", {"not_allowed": 1})


async def test_a_mute_never_ends_sooner_what_is_muted_for_longer(hass: HomeAssistant) -> None:
    home = await remote(hass, lets="mute_only")
    await home.send({"action": "mute", **KITCHEN})
    await home.send({"action": "mute", "speakers": "all", "seconds": 1})
    views = home.entry.runtime_data.speakers
    assert views["kitchen"].holds.mute.until is None
    assert views["bedroom"].holds.mute.until is not None


async def test_a_mute_that_was_made_this_moment_counts_before_it_shows(hass: HomeAssistant) -> None:
    home = await remote(hass, lets="mute_only")
    made = hass.async_create_task(home.entry.runtime_data.mute(["kitchen"], None, None))
    assert home.mode() == "automatic", "it shows only after its OFF is out"
    await home.send({"action": "mute", "speakers": "all", "seconds": 1})
    await made
    views = home.entry.runtime_data.speakers
    assert views["kitchen"].holds.mute.until is None
    assert views["bedroom"].holds.mute.until is not None


async def test_listening_is_refused_during_lockdown(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.entry.runtime_data.set_lockdown(True, None)
    await home.send({"action": "listen", **KITCHEN, "seconds": 60})
    assert home.refused == {"lockdown": 1}


async def test_retained_replayed_and_late_commands_are_refused(hass: HomeAssistant) -> None:
    home = await remote(hass)
    await home.send({"action": "mute", **KITCHEN}, retain=True)
    assert home.mode() == "automatic"
    for _ in range(2):
        await home.send({"action": "listen", **KITCHEN, "seconds": 60, "id": "one"})
    for minutes in (-2, 2):
        at = (dt_util.utcnow() + timedelta(minutes=minutes)).isoformat()
        await home.send({"action": "listen", **KITCHEN, "seconds": 60, "at": at})
    await home.send({"action": "listen", **KITCHEN, "seconds": 60, "at": dt_util.utcnow().isoformat()})
    assert home.refused == {"retained": 1, "replayed": 1, "stale": 2}


async def test_a_mute_is_done_whatever_the_senders_clock_says(hass: HomeAssistant) -> None:
    home = await remote(hass)
    at = (dt_util.utcnow() - timedelta(minutes=2)).isoformat()
    await home.send({"action": "mute", **KITCHEN, "at": at})
    assert (home.mode(), home.refused) == ("mute", {})


async def test_a_command_that_was_not_done_may_come_again(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    home = await remote(hass)
    for _ in range(10):
        await home.send({"action": "resume", **KITCHEN})
    await home.send({"action": "listen", **KITCHEN, "seconds": 60, "id": "one"})
    freezer.tick(timedelta(seconds=61))
    await home.send({"action": "listen", **KITCHEN, "seconds": 60, "id": "one"})
    assert (home.mode(), home.refused) == ("listen", {"too_often": 1})


async def test_a_flood_may_mute_but_not_allow(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    home = await remote(hass)
    for _ in range(15):
        await home.send({"action": "resume", **KITCHEN})
    for _ in range(15):
        await home.send({"action": "mute", **KITCHEN})
    assert (home.mode(), home.refused) == ("mute", {"too_often": 5})
    freezer.tick(timedelta(seconds=61))
    await home.send({"action": "resume", **KITCHEN})
    assert (home.mode(), home.refused) == ("automatic", {"too_often": 5})


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"action": "unmute", **KITCHEN}, "malformed"),
        ({"action": "mute"}, "malformed"),
        ({"action": "mute", "speakers": []}, "malformed"),
        ({"action": "mute", "speakers": "kitchen"}, "malformed"),
        ({"action": "mute", "speakers": ["kitchen", "attic"]}, "unknown_speaker"),
        ({"action": "mute", "speakers": ["earlid/home/speaker/kitchen"]}, "unknown_speaker"),
        ({"action": "listen", **KITCHEN}, "malformed"),
        ({"action": "listen", "speakers": "all", "seconds": 60}, "malformed"),
        ({"action": "listen", **KITCHEN, "seconds": 43201}, "malformed"),
        ({"action": "mute", **KITCHEN, "seconds": 0}, "malformed"),
        ({"action": "mute", **KITCHEN, "seconds": True}, "malformed"),
        ({"action": "mute", **KITCHEN, "seconds": "60"}, "malformed"),
        ('{"action": "mute", "speakers": ["kitchen"], "seconds": NaN}', "malformed"),
        ('{"action": "mute", "speakers": ["kitchen"], "seconds": 1e400}', "malformed"),
        ("[" * 3000, "malformed"),
        ('{"action": "mute", "speakers": ["' + "x" * 1_000_000 + '"]}', "too_large"),
        (b"\xff\xfe", "malformed"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_what_is_no_command_is_counted_and_changes_nothing(
    hass: HomeAssistant,
    command: Any,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    home = await remote(hass)
    await home.send(command)
    assert (home.mode(), home.refused) == ("automatic", {reason: 1})
    assert "Traceback" not in caplog.text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
ALMOST = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["mute", "listen", "resume"]) | ANYTHING,
        "speakers": st.just("all") | st.lists(st.sampled_from(["kitchen", "bedroom"]), min_size=1) | ANYTHING,
    },
    optional={"seconds": ANYTHING, "id": ANYTHING, "at": ANYTHING},
)


async def test_whatever_is_sent_nothing_raises_and_nobody_listens(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    home = await remote(hass, who_may_allow="admins")
    await home.send({"action": "mute", "speakers": "all"})
    payloads: list[str] = []

    @given(st.one_of(ANYTHING, ALMOST))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def collect(command: Any) -> None:
        payloads.append(json.dumps(command))

    collect()
    for payload in payloads:
        async_fire_mqtt_message(hass, TOPIC, payload)
    await settled(hass, home.entry)
    assert (home.mode(), home.mode("bedroom")) == ("mute", "mute")
    assert "Traceback" not in caplog.text
