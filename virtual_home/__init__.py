"""A home out of real parts and simulated devices, for the demo, the tests and the benchmarks.

Real: Home Assistant and Mosquitto, each a process of its own. Simulated: plugs, which speak as Zigbee2MQTT, Tasmota
and Shelly do, speakers, phones and light sensors. Nothing here imports the integration: it is judged from the plug's
side, by what reaches the relay and by when a speaker could really hear.
"""

from .broker import Broker
from .client import Client, RefusedError
from .faults import Faults
from .home import VirtualHome
from .home_assistant import HomeAssistant
from .observer import Message, Observer
from .outlets import Meter, Outlet
from .persons import Person
from .plugs import Plug
from .sensors import LightSensor
from .speakers import Speaker
from .tasmota import TasmotaPlug
from .truth import Command, Exposure, Interval, Switched, Truth

__all__ = [
    "Broker",
    "Client",
    "Command",
    "Exposure",
    "Faults",
    "HomeAssistant",
    "Interval",
    "LightSensor",
    "Message",
    "Meter",
    "Observer",
    "Outlet",
    "Person",
    "Plug",
    "RefusedError",
    "Speaker",
    "Switched",
    "TasmotaPlug",
    "Truth",
    "VirtualHome",
]
