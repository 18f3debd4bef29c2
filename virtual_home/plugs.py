"""Smart plugs as Home Assistant sees them through Zigbee2MQTT.

Zigbee2MQTT publishes the whole cached state each time, so a report of the relay repeats the last *old* watts; the new
ones follow when the meter reports. Topics: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
"""

from typing import Any, Literal, override

from .network import Network
from .outlets import Outlet
from .truth import Moment, Says, Truth
from .zigbee2mqtt import discovery, parse_command


class Plug(Outlet):
    """One plug on a Zigbee network."""

    def __init__(
        self, network: Network, truth: Truth, name: str, *, number: int, retain: bool = True, **outlet: Any
    ) -> None:
        """Join the network. `number` makes the address; without `retain` a restarted Home Assistant sees unknown.

        `outlet` is what any `Outlet` takes.
        """
        super().__init__(truth, name, **outlet)
        self.address = f"0x00158d{number:010x}"
        self.topic = f"{network.base}/{name}"
        self.retain = retain
        self._network = network
        network.listen(f"{self.topic}/set", self._command)
        network.listen(f"{self.topic}/set/power_on_behavior", self._set_power_on)
        network.join(self._announce)

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

    def _command(self, payload: str, at: Moment) -> None:
        asked, seconds = parse_command(payload)
        says: Says = "on" if asked == "ON" else "off" if asked == "OFF" else "other"
        self.receive(payload, at, says, None if asked is None else lambda at: self._obey(asked, seconds, at))

    def _obey(self, asked: str, seconds: float | None, at: Moment) -> None:
        on = not self.relay if asked == "TOGGLE" else asked == "ON"
        self.switch(on, "command", at)
        if on and seconds:
            # ZCL OnWithTimedOff: the longer of the running and the new time counts, so it cannot be shortened.
            self.run_timer(max(seconds, self.time_left or 0.0))
        self.later(self.answer_after, self.report)

    def _set_power_on(self, payload: str, _at: Moment) -> None:
        if payload in ("off", "on", "previous"):
            self.power_on = payload  # type: ignore[assignment]  # narrowed by the test above
            self.later(self.answer_after, self.report)

    def _tell_availability(self) -> None:
        payload = {"state": "online" if self.in_sight else "offline"}
        self._network.publish(f"{self.topic}/availability", payload, retain=True)

    def _announce(self) -> None:
        for component, part, payload in discovery(self, self._network.availability_topic):
            self._network.discover(component, self.address, part, payload)
        self._tell_availability()
        self.report()

    def _state(self, *, on: bool) -> dict[str, Any]:
        return {
            "linkquality": 120,
            "power": self.shown_watts,
            "power_on_behavior": self.power_on,
            "state": "ON" if on else "OFF",
        }
