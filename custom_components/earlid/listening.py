"""Listening to MQTT topics, so that it ends when it is to end."""

from collections.abc import Callable

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

_EVERY_QOS = (0, 1, 2)


async def listen(
    hass: HomeAssistant, topic: str, received: Callable[[ReceiveMessage], None], qos: int = 1
) -> CALLBACK_TYPE:
    """Have messages of a topic as bytes; return what ends that. Raises HomeAssistantError.

    What Home Assistant returns to unsubscribe asks the client of that moment. When its MQTT entry is reloaded, it takes
    all subscriptions along to a new client, and none of them could ever be ended: a home that is gone would go on
    obeying commands.
    """
    receiver: Callable[[ReceiveMessage], None] | None = received

    @callback
    def hear(message: ReceiveMessage) -> None:
        if receiver is not None:
            receiver(message)

    unsubscribe = await mqtt.async_subscribe(hass, topic, hear, qos=qos, encoding=None)

    @callback
    def stop() -> None:
        nonlocal receiver
        receiver = None
        unsubscribe()

    return stop


@callback
def when_subscribed(hass: HomeAssistant, topic: str, told: CALLBACK_TYPE) -> CALLBACK_TYPE:
    """Have `told` called each time that the broker knows of a subscription, also more than once; return what ends that.

    Whoever else listens to the topic in this Home Assistant can raise its QoS, and only the highest is told of.
    """
    stopped = False

    @callback
    def subscribed() -> None:
        # It may be on its way already when the watch ends.
        if not stopped:
            told()

    watches = [mqtt.async_on_subscribe_done(hass, topic, qos, subscribed) for qos in _EVERY_QOS]

    @callback
    def stop() -> None:
        nonlocal stopped
        stopped = True
        for watch in watches:
            watch()

    return stop
