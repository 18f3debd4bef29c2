"""The whole home, in one `async with`."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
import tempfile
import time
from types import TracebackType
from typing import Any, Literal, Self, overload

from . import flows
from .broker import Broker
from .client import Client
from .echo import Echo
from .faults import Faults
from .home_assistant import HomeAssistant
from .network import Network, slugify
from .observer import Observer
from .old_door import OldDoor
from .outlets import Meter, Outlet, PowerOn
from .persons import Person, persons_configuration
from .plugs import Plug
from .shelly_gen1 import ShellyGen1
from .shelly_gen2 import ShellyGen2
from .speakers import BOOT, Speaker
from .tasmota import TasmotaPlug
from .truth import Truth
from .twins import CAREFUL, EDGES, twins_configuration
from .wyoming_home import PACE, Assist, assist_configuration
from .wyoming_satellite import Satellite
from .zigbee2mqtt import ZigbeeFamily

ROOMS = ("Kitchen", "Bedroom", "Living room", "Office", "Nursery")
EARLID = Path(__file__).resolve().parent.parent / "custom_components" / "earlid"
TELE_PERIOD = 2.0  # s; a real Tasmota takes 300, and at least 10
READY_TIMEOUT = 60.0  # s until all devices are found; 5 plugs take 1


class VirtualHome:
    """Broker, Home Assistant, plugs, speakers, persons, their faults and the truth.

    `async with VirtualHome(plugs=5) as home:` gives `home.plugs["kitchen"]`, `home.speakers["kitchen"]` (both keyed by
    room), `home.persons["anna"]`, `home.ha`, `home.owner`, `home.broker`, `home.faults`, `home.truth`. Everything lives
    in one temporary directory and ends with the block, whatever happens in it.
    """

    def __init__(
        self,
        *,
        plugs: int | Sequence[str] | Mapping[str, str] = 5,
        persons: Sequence[str] = ("Anna", "Ben"),
        boot: float = BOOT,
        power_on: PowerOn = "off",
        meter: Meter | None = None,
        twins: bool = False,
        satellites: Sequence[str] = (),
        earlid: bool = False,
        set_up: bool = True,
        time_zone: str = "UTC",
        configuration: dict[str, Any] | None = None,
        recorder: bool = False,
        protocol: str = "5",
        directory: Path | None = None,
    ) -> None:
        """Describe the home: `plugs` are room names or a number of them, each with a speaker of `boot` seconds.

        They speak Zigbee; a mapping gives each room the `family` that `add_plug` takes.

        The speakers of rooms named in `satellites` are Assist satellites: `home.satellites["kitchen"]`, `home.assist`.
        `earlid` makes the integration known, `set_up` sets it up with defaults; `twins` adds the two automations with
        plugs and speakers of their own; `protocol` is Home Assistant's MQTT version; `directory` is kept if given.
        """
        self.rooms = list(room_names(plugs)) if isinstance(plugs, int) else list(plugs)
        self.plugs: dict[str, Outlet] = {}
        self.speakers: dict[str, Speaker] = {}
        self.satellites: dict[str, Satellite] = {}
        self.persons: dict[str, Person] = {}
        self.truth = Truth()
        self.network = Network()
        self.broker: Broker
        self.ha: HomeAssistant
        self.assist: Assist
        self.faults: Faults
        self.earlid_entry: str | None = None
        self.start_seconds = 0.0
        self._families = dict(plugs) if isinstance(plugs, Mapping) else {}
        self._boot = boot
        self._power_on: PowerOn = power_on
        self._meter = meter
        self._twins = twins
        self._satellite_rooms = satellites
        self._earlid = earlid
        self._set_up = set_up
        self._person_names = persons
        self._options: dict[str, Any] = {"time_zone": time_zone, "recorder": recorder}
        self._configuration = configuration or {}
        self._protocol = protocol
        self._directory = directory
        self._open = AsyncExitStack()
        self._echo: Echo | None = None

    @property
    def owner(self) -> Client:
        """The administrator's view of Home Assistant."""
        return self.ha.owner

    async def __aenter__(self) -> Self:
        """Bring everything up and wait until Home Assistant knows every device."""
        try:
            await self._begin()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        await self._open.aclose()

    @overload
    def add_plug(self, room: str, family: ZigbeeFamily = ..., **settings: Any) -> Plug: ...

    @overload
    def add_plug(self, room: str, family: Literal["tasmota"], **settings: Any) -> TasmotaPlug: ...

    @overload
    def add_plug(self, room: str, family: Literal["shelly_gen1"], **settings: Any) -> ShellyGen1: ...

    @overload
    def add_plug(self, room: str, family: Literal["shelly_gen2"], **settings: Any) -> ShellyGen2: ...

    @overload
    def add_plug(self, room: str, family: str, **settings: Any) -> Outlet: ...

    def add_plug(self, room: str, family: str = "standard", **settings: Any) -> Outlet:
        """Add a plug while the home lives, without a speaker; `settings` are those of the family's class.

        `standard`, `ignores_on_time` and `tuya` are families of `Plug` (Zigbee2MQTT), `tasmota` is `TasmotaPlug`,
        `shelly_gen1` and `shelly_gen2` are `ShellyGen1` and `ShellyGen2`.
        """
        usual: dict[str, Any] = {"power_on": self._power_on, "meter": self._meter, "number": len(self.plugs) + 1}
        settings = usual | settings
        name = f"{room} plug"
        plug: Outlet
        match family:
            case "standard" | "ignores_on_time" | "tuya":
                plug = Plug(self.network, self.truth, name, family=family, **settings)
            case "tasmota":
                broker = (self.broker.host, self.broker.port)
                plug = TasmotaPlug(broker, self.truth, name, **({"tele_period": TELE_PERIOD} | settings))
            case "shelly_gen1":
                plug = ShellyGen1(self.truth, name, **settings)
            case "shelly_gen2":
                plug = ShellyGen2(self.truth, name, **settings)
            case _:
                raise ValueError(f"no family of plugs: {family}")
        self._open.push_async_callback(plug.close)
        self.plugs[slugify(room)] = plug
        return plug

    def add_speaker(self, room: str, outlet: Outlet | None, **settings: Any) -> Speaker:
        """Add a speaker; `settings` are those of `Speaker`."""
        speaker = Speaker(self.truth, room, outlet, **({"boot": self._boot} | settings))
        self.speakers[slugify(room)] = speaker
        return speaker

    def add_satellite(self, room: str, outlet: Outlet | None, **settings: Any) -> Satellite:
        """Add a speaker that is a satellite, before Home Assistant starts; `settings` are those of `Satellite`."""
        satellite = Satellite(self.truth, room, outlet, **({"boot": self._boot, "pace": PACE} | settings))
        self.satellites[slugify(room)] = satellite
        self.speakers[slugify(room)] = satellite.body
        return satellite

    async def guard(
        self,
        room: str,
        *,
        relay_kind: str = "entity",
        relay: dict[str, Any] | None = None,
        senses: dict[str, Any] | None = None,
        habits: dict[str, Any] | None = None,
    ) -> str:
        """Let Earlid guard a room's speaker by the room's plug and meter, through its dialog; returns the subentry id.

        Where the speaker is a satellite, its entity is named as what shows activations.

        `relay_kind` is how Earlid is to reach the plug: `entity`, `actions`, or the family's own (`zigbee2mqtt`,
        `tasmota`, …). `relay`, `senses` and `habits` are answers to those steps, over the usual ones.
        """
        assert self.earlid_entry is not None, "a home with earlid=True"
        plug, speaker = self.plugs[room], self.speakers[room]
        return await flows.add_speaker(
            self.owner,
            self.earlid_entry,
            speaker.name,
            relay_kind,
            relay_settings=plug.answers(relay_kind) | (relay or {}),
            senses=self._usual_senses(room) | (senses or {}),
            habits=habits,
        )

    def _usual_senses(self, room: str) -> dict[str, Any]:
        plug = self.plugs[room]
        meter = {"power_entity": plug.power_entity_id} if plug.discovered else {}
        return meter | ({"activations": [self.satellites[room].entity_id]} if room in self.satellites else {})

    async def rule(self, kind: str, name: str, effect: str, **settings: Any) -> str:
        """Give Earlid a rule of kind `schedule`, `presence` or `condition`; returns the subentry id."""
        assert self.earlid_entry is not None, "a home with earlid=True"
        return await flows.add_rule(self.owner, self.earlid_entry, kind, name=name, effect=effect, **settings)

    def observe(self, *filters: str) -> Observer:
        """Return a consumer on the broker, `earlid/#` by default: `async with home.observe() as seen:`."""
        return Observer(self.broker.host, self.broker.port, *(filters or ("earlid/#",)))

    async def wait_until_ready(self, within: float = READY_TIMEOUT) -> None:
        """Return when Home Assistant shows every plug it finds as it is, and every person; TimeoutError otherwise."""
        end = time.monotonic() + within
        for plug in self.plugs.values():
            if not plug.discovered:
                continue
            wanted = "on" if plug.relay else "off"
            await self.owner.wait_for(plug.entity_id, wanted, within=max(0.0, end - time.monotonic()))
        for person in self.persons.values():
            wanted = "home" if person.home else "not_home"
            await self.owner.wait_for(person.entity_id, wanted, within=max(0.0, end - time.monotonic()))

    async def caught_up(self) -> None:
        """Return when Home Assistant has seen what devices have said up to now, and they have got what it sent them."""
        self._echo = self._echo or Echo(self.network)
        await self._echo.there_and_back(self.owner)

    async def _begin(self) -> None:
        began = time.monotonic()
        directory = self._directory or Path(
            self._open.enter_context(tempfile.TemporaryDirectory(prefix="earlid-home-", ignore_cleanup_errors=True))
        )
        self.broker = Broker(directory / "broker")
        self._open.push_async_callback(self.broker.stop)
        await self.broker.start()
        self._open.push_async_callback(self.network.close)
        await self.network.connect(self.broker.host, self.broker.port)
        self._furnish()
        if self.satellites:
            self.assist = Assist(self.satellites)
            self._open.push_async_callback(self.assist.close)
            await self.assist.open()
        self.ha = HomeAssistant(
            directory / "home-assistant",
            configuration=self._written_configuration(),
            integrations=[EARLID] if self._earlid else [],
            **self._options,
        )
        self.faults = Faults(self.plugs, self.broker, self.ha)
        self._open.push_async_callback(self.ha.close)
        await self.ha.start()
        port = self.broker.port
        if self._protocol != "5":
            port = (await self._open.enter_async_context(OldDoor(self.broker.host, port))).port
        await flows.set_up_mqtt(self.owner, self.broker.host, port, protocol=self._protocol)
        await self.wait_until_ready()
        if self.satellites:
            await self.assist.set_up(self.owner)
        if self._earlid and self._set_up:
            self.earlid_entry = await flows.set_up_earlid(self.owner)
        self.start_seconds = time.monotonic() - began

    def _furnish(self) -> None:
        for room in [*self.rooms, *((EDGES, CAREFUL) if self._twins else ())]:
            add = self.add_satellite if room in self._satellite_rooms else self.add_speaker
            add(room, self.add_plug(room, self._families.get(room, "standard")))
        for name in self._person_names:
            person = Person(self.network, name)
            self.persons[person.slug] = person

    def _written_configuration(self) -> dict[str, Any]:
        written = persons_configuration(list(self.persons.values()))
        if self.satellites:
            written |= assist_configuration()
        if self._twins:
            edges, careful = (self.plugs[slugify(name)].entity_id for name in (EDGES, CAREFUL))
            written |= twins_configuration(edges, careful)
        return written | self._configuration


def room_names(count: int) -> list[str]:
    """Return `count` names of rooms: a household's own first, then numbered ones."""
    return [ROOMS[number] if number < len(ROOMS) else f"Room {number + 1}" for number in range(count)]
