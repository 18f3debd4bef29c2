"""What a voice sets off in a real Home Assistant: its own sentences, and commands that are put off.

The kitchen's satellite is guarded, the hall's is not; the office's speaker is none.
"""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.home.guarding import guard_rooms, make_run, make_usual, mute_switches, stay
from virtual_home import Meter, VirtualHome
from virtual_home.flows import set_options
from virtual_home.talk import LATE_SOUND
from virtual_home.waiting import until

pytestmark = pytest.mark.attack

ROOMS = ("Kitchen", "Office")
# See tests/home/test_satellites.py: the same wake word within 2 s is taken for one that was heard twice.
APART = 2.6  # s
RESUME = {"action": "earlid.resume", "target": {"entity_id": "select.office_mode"}}
TALKS = {"trigger": "event", "event_type": "household_talks"}
AUTOMATIONS = [
    {"id": "words", "triggers": {"trigger": "conversation", "command": ["good morning"]}, "actions": [RESUME]},
    {"id": "alone", "triggers": {"trigger": "event", "event_type": "morning"}, "actions": [RESUME]},
    {
        "id": "talks",
        "triggers": TALKS,
        "actions": [{"action": "conversation.process", "data": {"text": "{{ trigger.event.data.text }}"}}],
    },
]


class Talk:
    """A home that can be talked to."""

    def __init__(self, home: VirtualHome) -> None:
        """Talk to this one."""
        self.home = home
        self.office = home.plugs["office"]
        self._last = 0.0

    async def say(self, text: str, to: str) -> None:
        """Say something to a room's satellite, and wait for its answer."""
        satellite = self.home.satellites[to]
        await satellite.wait_until_running()
        await self.home.owner.wait_for(satellite.entity_id, "idle")
        await asyncio.sleep(max(0.0, self._last + APART - time.monotonic()))
        turn = satellite.wake(text)
        assert turn is not None, "it did not wake"
        await turn.wait()
        assert turn.error in (None, LATE_SOUND)
        assert turn.heard_as == text
        self._last = time.monotonic()

    async def options(self, **chosen: Any) -> None:
        """Set who may."""
        assert self.home.earlid_entry is not None
        usual = {"who_may_allow": "anyone", "voice_allow_from": [], "voice_allow_others": False}
        await set_options(self.home.owner, self.home.earlid_entry, **usual | chosen)

    async def mute(self) -> None:
        """Mute the office."""
        await self.home.owner.call("earlid.mute", entity_id="select.office_mode")
        await until(lambda: not self.office.live)

    async def fire(self, event: str, **data: str) -> None:
        """Let an automation of the household begin."""
        await self.home.owner.command("fire_event", event_type=event, event_data=data)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_talk() -> AsyncIterator[Talk]:
    """Give a home that can be talked to, with sentences of its own."""
    async with VirtualHome(
        plugs=(*ROOMS, "Hall"),
        satellites=("Kitchen", "Hall"),
        persons=(),
        earlid=True,
        boot=0.5,
        meter=Meter(delay=60),
        configuration=mute_switches(ROOMS) | {"automation": AUTOMATIONS},
    ) as home:
        for satellite in home.satellites.values():
            satellite.asks_back = False
        assert home.earlid_entry is not None
        # Else the form of the office fills it in: it is the only one that nobody guards.
        await set_options(home.owner, home.earlid_entry, leave_alone=[home.assist.devices["hall"]])
        await guard_rooms(home, ROOMS)
        await home.owner.call("earlid.install_sentences", {})
        await home.owner.command(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=["switch.earlid_lockdown"],
            should_expose=True,
        )
        yield Talk(home)


@pytest_asyncio.fixture(loop_scope="session")
async def talk(shared_talk: Talk) -> AsyncIterator[Talk]:
    """Give that home, as usual after each test."""
    yield shared_talk
    await make_run(shared_talk.home)
    await shared_talk.options()
    await make_usual(shared_talk.home)


@pytest.mark.parametrize(
    ("who", "to", "resumed"), [("anyone", "hall", True), ("anyone", "kitchen", False), ("admins", "hall", False)]
)
async def test_a_sentence_of_the_household_lets_listen_only_what_its_voice_may(
    talk: Talk, who: str, to: str, resumed: bool
) -> None:
    await talk.options(who_may_allow=who)
    await talk.mute()
    await talk.say("good morning", to)
    if resumed:
        await until(lambda: talk.office.live)
    else:
        await stay(talk.home, {talk.office: False}, for_seconds=0.5)


async def test_a_sentence_of_the_household_counts_at_the_named_satellite_alone(talk: Talk) -> None:
    hall, kitchen = (talk.home.satellites[room].entity_id for room in ("hall", "kitchen"))
    await talk.mute()
    await talk.options(voice_allow_from=[kitchen])
    await talk.say("good morning", "hall")
    await stay(talk.home, {talk.office: False}, for_seconds=0.5)
    await talk.options(voice_allow_from=[hall])
    await talk.say("good morning", "hall")
    await until(lambda: talk.office.live)


@pytest.mark.parametrize("typed", ["good morning", "resume listening in the office"])
async def test_what_the_owner_types_and_what_automations_do_is_not_a_voice(talk: Talk, typed: str) -> None:
    await talk.options(who_may_allow="admins", voice_allow_from=[talk.home.satellites["kitchen"].entity_id])
    await talk.mute()
    await talk.home.owner.command("conversation/process", text=typed)
    await until(lambda: talk.office.live)
    await talk.mute()
    await talk.fire("household_talks", text=typed)
    await until(lambda: talk.office.live)
    await talk.mute()
    await talk.fire("morning")
    await until(lambda: talk.office.live)


@pytest.mark.parametrize(
    ("who", "to", "lifted"), [("anyone", "hall", True), ("anyone", "kitchen", False), ("admins", "hall", False)]
)
async def test_a_command_that_is_put_off_lifts_lockdown_only_for_a_voice_that_may(
    talk: Talk, who: str, to: str, lifted: bool
) -> None:
    await talk.options(who_may_allow=who)
    await talk.say("turn off earlid lockdown in 8 seconds", to)
    await talk.home.owner.call("switch.turn_on", entity_id="switch.earlid_lockdown")
    await until(lambda: not talk.office.live)
    if lifted:
        await until(lambda: talk.office.live)
    else:
        await stay(talk.home, {talk.office: False}, for_seconds=11)
        assert await talk.home.owner.value("switch.earlid_lockdown") == "on"
