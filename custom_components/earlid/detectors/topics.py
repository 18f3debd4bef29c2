"""Any MQTT topic of another device: a message on it, or what a template makes of the message, shows an activation."""

from collections.abc import Callable, Mapping
import logging
from typing import Any, Final

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.const import CONF_PAYLOAD, CONF_VALUE_TEMPLATE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.template import Template, result_as_boolean
from homeassistant.util import dt as dt_util

from custom_components.earlid.const import CONF_TOPIC
from custom_components.earlid.engine.activations import Report
from custom_components.earlid.engine.signals import Signal
from custom_components.earlid.listening import listen

from .ears import Ears

_LOGGER = logging.getLogger(__name__)

# A device's whole state fits; a template that takes apart a megabyte would hold up the loop.
_LARGEST: Final = 65536


def watch(ears: Ears, sign: Mapping[str, Any]) -> Callable[[], None]:
    """Watch a topic; return what ends the watch.

    Of `sign`: `topic`; `value_template`, Home Assistant's; `payload`, what the message, or what the template makes of
    it, must be. With a template alone it must be true; with neither any message will do.
    """
    topic = sign[CONF_TOPIC]
    shows = _matcher(ears.hass, sign.get(CONF_VALUE_TEMPLATE), sign.get(CONF_PAYLOAD))
    signal = Signal()

    @callback
    def received(message: ReceiveMessage) -> None:
        nonlocal signal
        # What the broker kept is from before we listened.
        if message.retain or not shows(message.payload):
            return
        signal, woke_at = signal.flash(dt_util.utcnow())
        if woke_at is not None:
            ears.tell(Report(source=f"mqtt:{topic}", at=woke_at))

    return subscribe(ears.hass, topic, received)


def subscribe(hass: HomeAssistant, topic: str, received: Callable[[ReceiveMessage], None]) -> Callable[[], None]:
    """Have messages of a topic as bytes, from when there is a broker; return what ends that."""
    unsubscribe: CALLBACK_TYPE | None = None
    stopped = False

    async def begin() -> None:
        nonlocal unsubscribe
        try:
            subscribed = await listen(hass, topic, received)
        except HomeAssistantError as error:
            _LOGGER.warning("The topic %s cannot be watched: %s", topic, error)
            return
        if stopped or unsubscribe is not None:
            subscribed()
        else:
            unsubscribe = subscribed

    @callback
    def connection_changed(connected: bool) -> None:
        # Once subscribed, Home Assistant sees to it after each reconnection.
        if connected and unsubscribe is None:
            hass.async_create_background_task(begin(), "earlid detector", eager_start=True)

    stop_waiting = mqtt.async_subscribe_connection_status(hass, connection_changed)
    connection_changed(connected=_is_connected(hass))

    def stop() -> None:
        nonlocal stopped
        stopped = True
        stop_waiting()
        if unsubscribe is not None:
            unsubscribe()

    return stop


def _matcher(hass: HomeAssistant, template: str | None, wanted: str | None) -> Callable[[Any], bool]:
    value = None if template is None else Template(template, hass)

    def shows(payload: Any) -> bool:
        if len(payload) > _LARGEST:
            return False
        try:
            text = payload if isinstance(payload, str) else bytes(payload).decode()
            said = text if value is None else value.async_render_with_possible_json_value(text, error_value="")
        except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can
            _LOGGER.debug("A message cannot be read as it was set up, and shows nothing: %s", error)
            return False
        if wanted is not None:
            return str(said).strip() == wanted
        return bool(text.strip()) if value is None else result_as_boolean(said)

    return shows


def _is_connected(hass: HomeAssistant) -> bool:
    try:
        return mqtt.is_connected(hass)
    except KeyError:
        return False
