"""Something said that goes through Home Assistant and comes back: all that went before it has arrived by then.

A broker keeps the order of what one client sends and of what one client gets, and all devices on the `Network` are one.
"""

from contextlib import suppress
from itertools import count
import time

from .client import Client
from .network import Network
from .truth import Moment
from .waiting import AT_LAST, until

ENTITY = "sensor.echo_of_the_network"
SAID, TOLD = "echo/said", "echo/told"
AGAIN = 5.0  # s


class Echo:
    """A sensor that shows a number, and a topic on which Home Assistant is asked to say it again."""

    def __init__(self, network: Network) -> None:
        """Put them on the network."""
        self._network = network
        self._numbers = count(1)
        self._heard = ""
        network.listen(TOLD, self._hear)
        network.join(self._announce)

    async def there_and_back(self, client: Client) -> None:
        """Return when a number has gone through Home Assistant and come back."""
        number = str(next(self._numbers))
        end = time.monotonic() + AT_LAST
        while await client.value(ENTITY) != number:
            if time.monotonic() > end:
                raise TimeoutError(f"Home Assistant heard nothing of {number}")
            # Again and again: said to a broker that has just gone, it is lost.
            self._network.publish(SAID, number, retain=True)
            with suppress(TimeoutError):
                await client.wait_for(ENTITY, number, within=AGAIN)
        await client.call("mqtt.publish", topic=TOLD, payload=number)
        await until(lambda: self._heard == number)

    def _hear(self, payload: str, _at: Moment) -> None:
        self._heard = payload

    def _announce(self) -> None:
        about = {"name": "Echo of the network", "unique_id": "echo", "state_topic": SAID, "default_entity_id": ENTITY}
        self._network.discover("sensor", "others", "echo", about)
