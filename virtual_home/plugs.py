"""Smart plugs as Home Assistant sees them through Zigbee2MQTT.

Zigbee2MQTT publishes the whole cached state each time, so a report of the relay repeats the last *old* watts; the new
ones follow when the meter reports. Topics: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.

It publishes a plain ON or OFF as soon as the plug took it (*optimistic*). An ON with `on_time` it does not: there is a
report only when the plug reports a change itself, and none at all for one that was on before. Such messages:
https://www.zigbee2mqtt.io/devices/HGZB-20-DE.html, "On with timed off"; a countdown:
https://www.zigbee2mqtt.io/devices/TS011F_plug_1.html.
"""

from functools import partial
import json
import time
from typing import Any, Literal, override

from .network import Network
from .outlets import Outlet
from .truth import Cause, Moment, Truth
from .zigbee2mqtt import HOLD_FOREVER, Wish, ZigbeeFamily, device, discovery, parse_wish

READABLE = ("state", "power", "power_on_behavior")


class Plug(Outlet):
    """One plug on a Zigbee network.

    What the families do with a time: `standard` keeps it, by ZCL 3.8 (OnWithTimedOff: the longer of the running and the
    new time counts, so only OFF shortens); `ignores_on_time` goes on and stays on; to `tuya` it is never sent, and its
    `countdown` is a delayed toggle.
    """

    def __init__(
        self,
        network: Network,
        truth: Truth,
        name: str,
        *,
        number: int,
        family: ZigbeeFamily = "standard",
        retain: bool = True,
        **outlet: Any,
    ) -> None:
        """Join the network. `number` makes the address; without `retain` a restarted Home Assistant sees unknown.

        `outlet` is what any `Outlet` takes.
        """
        self.off_wait = 0.0  # s for which timed ONs will be ignored after the next OFF
        self._refuses_until = 0.0
        super().__init__(truth, name, **outlet)
        self.family: ZigbeeFamily = family
        self.address = f"0x00158d{number:010x}"
        self.topic = f"{network.base}/{name}"
        self.retain = retain
        self._network = network
        network.listen(f"{self.topic}/set", self._command)
        for key in ("state", "power_on_behavior", "countdown"):
            network.listen(f"{self.topic}/set/{key}", partial(self._set, key))
        network.listen(f"{self.topic}/get", self._read)
        network.join(self._announce)
        network.enroll(device(self, number))

    @override
    def claim(self, state: Literal["on", "off"]) -> None:
        self._network.publish(self.topic, self._state(on=state == "on"), retain=self.retain)

    @override
    def report(self) -> None:
        if self.can_speak:
            self._network.publish(self.topic, self._state(on=self.relay), retain=self.retain)

    @override
    def sight_changed(self) -> None:
        self._tell_availability()
        super().sight_changed()

    @override
    def switch(self, on: bool, cause: Cause, at: Moment) -> None:
        if not on:
            # Not when its time was up: then OffWaitTime ends with OnTime.
            self._refuses_until = time.monotonic() + (0.0 if cause == "timer" else self.off_wait)
        super().switch(on, cause, at)
        if on and self.time_left is None:
            self.off_wait = 0.0

    @override
    def power_up(self) -> None:
        self.off_wait = self._refuses_until = 0.0
        super().power_up()

    @override
    def answers(self, kind: str) -> dict[str, Any]:
        if kind == "zigbee2mqtt":
            return {"topic": self.topic}
        if kind == "actions" and self.family == "standard":
            timed = '{"state": "ON", "on_time": {{ seconds }}, "off_wait_time": 0}'
            grant = {"action": "mqtt.publish", "data": {"topic": f"{self.topic}/set", "payload": timed}}
            return super().answers(kind) | {"grant": [grant], "keeps_time": True}
        return super().answers(kind)

    def _set(self, key: str, text: str, at: Moment) -> None:
        """Take a message on `/set/<key>`: the same as one on `/set` with that key."""
        value = json.loads(text) if text.replace(".", "").isdigit() else text
        self._command(json.dumps({key: value}), at)

    def _command(self, payload: str, at: Moment) -> None:
        wish = parse_wish(payload)
        if wish.problem is not None:
            self._network.complain(f"Publish 'set' to '{self.name}' failed: 'Error: {wish.problem}'")
        self.receive(payload, at, wish.says, None if wish.problem else lambda at: self._obey(wish, at))

    def _obey(self, wish: Wish, at: Moment) -> None:
        if wish.power_on is not None:
            self.power_on = wish.power_on  # type: ignore[assignment]  # parse_wish lets no other word through
            self.later(self.answer_after, self.report)
        timed = wish.on_time is not None or wish.off_wait_time is not None
        if wish.state == "ON" and timed and self.family != "tuya":
            self._obey_timed(wish.on_time or 0.0, wish.off_wait_time or 0.0, at)
        elif wish.state is not None:
            if self.family == "tuya":
                self.stop_timer()
            self.switch(not self.relay if wish.state == "TOGGLE" else wish.state == "ON", "command", at)
            self.later(self.answer_after, self.report)
        if wish.countdown is not None and self.family == "tuya":
            self._count_down(wish.countdown)

    def _obey_timed(self, on_time: float, off_wait: float, at: Moment) -> None:
        """OnWithTimedOff, accepted on or off: Zigbee2MQTT's control bits are always 0."""
        if not self.relay and (left := self._refuses_until - time.monotonic()) > 0:
            self._refuses_until -= max(0.0, left - off_wait)
            return
        was_on = self.relay
        self.switch(True, "command", at)
        if self.family == "standard":
            if round(on_time * 10) == HOLD_FOREVER:
                self.stop_timer()
            elif on_time:
                self.run_timer(max(on_time, self.time_left or 0.0))
            self.off_wait = off_wait
        if not was_on:
            self.later(self.answer_after, self.report)

    def _count_down(self, seconds: float) -> None:
        """Toggle in `seconds`, whatever it is then: a plug that was turned off meanwhile goes on."""
        self.stop_timer()
        if seconds:
            self.run_timer(seconds, self._toggle)
        self.later(self.answer_after, self.report)

    def _toggle(self) -> None:
        self.switch(not self.relay, "timer", Moment.now())
        self.later(self.answer_after, self.report)

    def _read(self, payload: str, _at: Moment) -> None:
        try:
            asked = json.loads(payload)
        except ValueError:
            return
        if isinstance(asked, dict) and any(key in READABLE for key in asked) and self.can_hear:
            self.later(self.defects.acts_after + self.answer_after, self.report)

    def _tell_availability(self) -> None:
        payload = {"state": "online" if self.in_sight else "offline"}
        self._network.publish(f"{self.topic}/availability", payload, retain=True)

    def _announce(self) -> None:
        for component, part, payload in discovery(self, self._network.availability_topic):
            self._network.discover(component, self.address, part, payload)
        self._tell_availability()
        self.report()

    def _state(self, *, on: bool) -> dict[str, Any]:
        countdown = {"countdown": round(self.time_left or 0.0)} if self.family == "tuya" else {}
        return countdown | {
            "linkquality": 120,
            "power": self.shown_watts,
            "power_on_behavior": self.power_on,
            "state": "ON" if on else "OFF",
        }
