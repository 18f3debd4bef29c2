"""The story: what happens in the home, step by step, and what must come of it (CONTRACT, the promise)."""

import asyncio
from datetime import timedelta
import time

from .checks import Delay, Step, UnmetError, expect, hold, spell
from .client import RefusedError
from .home_assistant import MQTT_CONNECTED
from .scenes import BREACH_SHOWS, ON_AGAIN, REST, Scenes
from .stage import BOOT, FAR, TWINS, Stage, in_seconds, monotonic, sleep_until
from .waits import Waits

AT_ONCE = 0.050  # s from a decision to OFF at the last of 5 plugs
BY_HAND = 1.0  # s from a press to off
HEARS_AGAIN = 5.0  # s from the end of deafness to off
CONNECTED = 2.0  # s from Home Assistant's mqtt being connected to off

ROUNDS = 3  # how often everybody leaves: one time could be luck
PRESSES = 3
DEAF = 3.0  # s
LISTEN = 10.0  # s
MOVED = 2.0  # s at the bare outlet after it was heard
LEASE = 30.0  # s, the shortest there is; 300 unless told
RESTART = 90.0  # s at most; 10 are usual on two quiet cores

HAND_ROOM, LISTEN_ROOM, MOVED_ROOM = "office", "bedroom", "living_room"
# The last to be told: the answer of the first is what lets Home Assistant's connection send on (see `stage`).
DEAF_ROOM = "nursery"


class Story(Scenes):
    """The steps, in their order."""

    def __init__(self, stage: Stage, patience: float = 1.0) -> None:
        """Play on this stage; `patience` multiplies the bars that a machine with other work to do may miss."""
        super().__init__(stage)
        self.at_once, self.connected = AT_ONCE * patience, CONNECTED * patience
        self.leavings: list[Delay] = []
        self.steps = (
            Step(f"Everybody leaves, {ROUNDS} times", _bar(self.at_once), "leaving", self.everybody_leaves),
            Step(f"A hand turns a plug on, {PRESSES} times", _bar(BY_HAND), "hand", self.a_hand),
            Step("Anna comes home", _bar(ON_AGAIN), "return", self.somebody_returns),
            Step("Lockdown", _bar(self.at_once), "lockdown", self.lockdown),
            Step("Night begins", _bar(self.at_once), "night", self.night_begins),
            Step(f"One plug was deaf {DEAF:.0f} s just then", _bar(HEARS_AGAIN), "deaf plug", self.a_deaf_plug),
            Step(f"{LISTEN:.0f} s of listening are asked for", _bar(self.at_once), "listening", self.a_listening_hold),
            Step("A muted speaker is moved and heard", _bar(BREACH_SHOWS), "moved", self.heard_while_muted),
            Step("Home Assistant dies as night falls", _bar(self.connected), "killed", self.killed_across_a_boundary),
            Step("It dies while one may listen", _bar(LEASE + 1), "lease", self.killed_while_it_may_listen),
            Step("Home Assistant's log", "no error", "log", self.nothing_in_the_log),
        )

    async def everybody_leaves(self) -> str:
        """Nobody home: OFF at five plugs, counted from the message that says so."""
        for number in range(ROUNDS):
            if number:
                await self.anna_returns()
            self.leavings.append(await self.last_one_leaves())
        ranked = sorted(self.leavings, key=lambda delay: delay.last)
        middle = ranked[ROUNDS // 2]
        middle.hold(self.at_once, "OFF at the last of 5 plugs, in the middle one of the rounds")
        return f"middle: {middle}; worst {spell(ranked[-1].last)}"

    async def a_hand(self) -> str:
        """Someone turns a plug on that must stay off: off again, each time."""
        stage, plug = self.stage, self.stage.home.plugs[HAND_ROOM]
        took = []
        for _ in range(PRESSES):
            pressed = time.monotonic()
            plug.press()
            await stage.all_live([plug], live=False, within=BY_HAND)
            took.append((stage.went_off(plug, pressed) or pressed) - pressed)
            hold(took[-1], BY_HAND, "off again after a press")
            await asyncio.sleep(0.4)
        pressed = time.monotonic()
        for room in TWINS:
            if not stage.home.plugs[room].live:
                stage.home.plugs[room].press()
        self.rivals.met("turned on by hand", pressed, f"off after {spell(max(took))}")
        await asyncio.sleep(4)
        return f"off again after {', '.join(spell(one) for one in took)}"

    async def somebody_returns(self) -> str:
        """On again."""
        took = await self.anna_returns()
        hold(took, ON_AGAIN, "the last of 5 plugs on")
        return f"all 5 on again after {spell(took)}"

    async def night_begins(self) -> str:
        """A rule's time comes; one plug and the twins' are deaf just then."""
        stage, home = self.stage, self.stage.home
        begins = in_seconds(2.5)
        if begins.second == 0 or begins.second >= 54:
            # The careful twin says OFF again at each full minute: while its plug is deaf that would be lost too.
            begins = begins.replace(second=2) + timedelta(minutes=1 if begins.second else 0)
        at = monotonic(begins)
        await stage.set_night(begins, begins + FAR)
        await sleep_until(at - 0.2)
        waited = stage.waited
        self._hears_again = time.monotonic() + DEAF
        for room in (DEAF_ROOM, *TWINS):
            home.faults.deaf(room, DEAF)
        await sleep_until(at)
        stage.permissions.deny(stage.everywhere, at)
        delay = await stage.told("off", at, waited)
        await stage.all_live([home.plugs[room] for room in stage.rooms if room != DEAF_ROOM], live=False, within=1)
        delay.hold(self.at_once, "OFF at the last of 5 plugs")
        return str(delay)

    async def a_deaf_plug(self) -> str:
        """It ignored the OFF: it is told again until it hears."""
        stage, plug = self.stage, self.stage.home.plugs[DEAF_ROOM]
        since = self._hears_again
        if (early := stage.went_off(plug, since - DEAF, before=since)) is not None:
            raise UnmetError("a plug that hears nothing", f"it went off {spell(since - early)} before it could hear")
        left = since + HEARS_AGAIN - time.monotonic()
        await expect("its plug off", lambda: not plug.live, within=max(0.1, left), seen=stage.picture)
        took = (stage.went_off(plug, since) or since) - since
        hold(took, HEARS_AGAIN, "off after it hears again")
        told = [one for one in stage.home.truth.commands_to(plug, since=since - DEAF) if one.says == "off"]
        self.rivals.met(f"deaf {DEAF:.0f} s at nightfall", since, f"off after {spell(took)}")
        return f"off {spell(took)} after it hears again, told {len(told)} times"

    async def a_listening_hold(self) -> str:
        """One speaker may listen for a while in the night; it ends by itself, when it said it would."""
        stage, room = self.stage, LISTEN_ROOM
        plug, speaker = stage.home.plugs[room], stage.home.speakers[room]
        since, waited = await stage.say("earlid.listen", entity_id=f"select.{room}_mode", duration=LISTEN)
        answered = time.monotonic()
        stage.permissions.allow([room], since)
        stage.permissions.deny([room], since + LISTEN)
        on = await stage.told("on", since, waited, [room])
        hold(on.last - on.waited, ON_AGAIN, "on")
        await expect("it hears", lambda: speaker.hears, within=BOOT + 1, seen=stage.picture)
        activation = await self.wake(room)
        if activation.body["allowed"] is not True:
            raise UnmetError("a permitted activation", activation.text)
        await sleep_until(since + LISTEN - 0.05)
        if not plug.live:
            raise UnmetError(f"on for {LISTEN:.0f} s", "it was off before")
        waited = stage.waited
        off = await stage.told("off", since + LISTEN - 0.05, waited, [room])
        # It began at some moment between the asking and the answer.
        late = Delay(off.first - 0.05, off.last - 0.05, off.waited + answered - since)
        late.hold(self.at_once, "OFF after its end")
        return f"on after {spell(on.last)}, woke, off {spell(late.last)} after its end"

    async def heard_while_muted(self) -> str:
        """A muted speaker at an outlet nobody guards: its detector tells, and the household is told."""
        stage, room = self.stage, MOVED_ROOM
        speaker = stage.home.speakers[room]
        plug = speaker.outlet
        speaker.move(None)
        try:
            await expect("it hears", lambda: speaker.hears, within=BOOT + 1, seen=stage.picture)
            woke = time.monotonic()
            activation = await self.wake(room)
            breach = await stage.seen.wait_for(f"/{room}/breach", since=woke, within=BREACH_SHOWS)
            entity = f"binary_sensor.{room}_breach"
            shown = await stage.owner.wait_for(entity, "on", within=BREACH_SHOWS)
            took = time.monotonic() - woke
            await asyncio.sleep(MOVED)
        finally:
            speaker.move(plug)
        causes = {breach.body["cause"], shown["attributes"]["cause"]}
        if activation.body["allowed"] or breach.body["state"] != "began" or causes != {"heard_while_muted"}:
            raise UnmetError("a forbidden activation, a breach heard_while_muted", f"{activation.text} {breach.text}")
        hold(took, BREACH_SHOWS, "breach shown")
        if not [one for one in await stage.owner.issues("earlid") if room in one["issue_id"]]:
            raise UnmetError("a repair issue", "none")
        return f"breach published after {spell(breach.at.monotonic - woke)}, shown {spell(took)}"

    async def killed_across_a_boundary(self) -> str:
        """Night falls while Home Assistant is dead: off as soon as it can say so."""
        stage, home = self.stage, self.stage.home
        morning = await self.morning(lasts=timedelta(seconds=6))
        falls = morning + 6
        await stage.owner.call("homeassistant.save_persistent_states")
        await stage.all_on(morning + ON_AGAIN - time.monotonic(), stage.everywhere)
        await sleep_until(falls - 1.5)
        connections = len(home.ha.logged(MQTT_CONNECTED))
        killed = time.monotonic()
        await home.ha.kill()
        stage.permissions.deny(stage.everywhere, falls)
        await sleep_until(falls + 1)
        await home.ha.launch()
        with Waits(lambda: home.ha.waited) as waits:
            await stage.all_live(stage.plugs, live=False, within=RESTART)
        connected = [monotonic(at) for at in home.ha.logged(MQTT_CONNECTED)[connections:]]
        if not connected:
            raise UnmetError("off by Home Assistant", "off before it was connected")
        off = max(stage.went_off(plug, falls) or 0.0 for plug in stage.plugs)
        took = off - connected[0]
        self.rivals.met("killed at nightfall", connected[0], f"off after {spell(took)}")
        await home.ha.wait_until_started()
        await asyncio.sleep(4)
        delay = Delay(took, took, waits.between(connected[0], off))
        delay.hold(self.connected, "5 plugs off after its MQTT is connected")
        return f"5 off {delay.whole} after its MQTT was back ({spell(connected[0] - killed)} dead)"

    async def killed_while_it_may_listen(self) -> str:
        """A plug that keeps its own clock (Tasmota) is off when its lease ends, with nobody there to say so."""
        stage, home = self.stage, self.stage.home
        plug = home.add_plug("Study", "tasmota", on=False)
        home.add_speaker("Study", plug)
        await home.guard(
            "study", relay_kind="tasmota", senses={"power_entity": None}, habits={"lease": LEASE, "rest": 0}
        )
        await stage.owner.call("earlid.listen", entity_id="select.study_mode", duration=10 * LEASE)
        await expect("its plug on", lambda: plug.live, within=ON_AGAIN, seen=stage.picture)
        killed = time.monotonic()
        await home.ha.kill()
        await expect("its plug off", lambda: not plug.live, within=LEASE + ON_AGAIN, seen=stage.picture)
        took = (stage.went_off(plug, killed) or killed) - killed
        hold(took, LEASE + 1, "off after Home Assistant was killed")
        await home.ha.start()
        return f"off {spell(took)} after it was killed, by the plug's own clock"

    async def lockdown(self) -> str:
        """Everything off, whatever the rules say; nobody gets a speaker to listen; then the rules count again."""
        stage, lock, twins_lock = self.stage, "switch.earlid_lockdown", "input_boolean.twin_lockdown"
        since, waited = await stage.say("switch.turn_on", entity_id=lock)
        stage.permissions.deny(stage.rooms, since)
        try:
            delay = await stage.told("off", since, waited)
            stage.permissions.deny(TWINS, time.monotonic())
            await stage.owner.call("input_boolean.turn_on", entity_id=twins_lock)
            delay.hold(self.at_once, "OFF at the last of 5 plugs")
            await stage.all_live(stage.plugs, live=False, within=1)
            await self._listening_is_refused()
            await asyncio.sleep(REST)
            await stage.all_live(stage.plugs, live=False, within=0.1)
        finally:
            stage.permissions.allow(TWINS, time.monotonic())
            await stage.owner.call("input_boolean.turn_off", entity_id=twins_lock)
            lifted, _ = await stage.say("switch.turn_off", entity_id=lock)
            stage.permissions.allow(stage.rooms, lifted)
        on = await stage.all_on(ON_AGAIN)
        return f"last off after {delay.whole}; listen refused; on in {spell(on - lifted)}"

    async def nothing_in_the_log(self) -> str:
        """What went wrong inside, though nobody saw it outside."""
        errors = [line for line in self.stage.home.ha.complaints("earlid") if " WARNING " not in line]
        if errors:
            raise UnmetError("no error that names Earlid", "\n".join(errors))
        return "no error that names Earlid"

    async def _listening_is_refused(self) -> None:
        asked = {"entity_id": f"select.{LISTEN_ROOM}_mode", "duration": LISTEN}
        try:
            await self.stage.owner.act("earlid.listen", asked)
        except RefusedError as refused:
            if isinstance(refused.body, dict) and refused.body.get("translation_key") == "lockdown":
                return
            raise
        raise UnmetError("a listen refused during lockdown", "it was accepted")


def _bar(seconds: float) -> str:
    return f"≤ {spell(seconds)}"
