"""Listens to every home that a test makes, and holds what it tells against `docs/mqtt.yaml`."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mqtt_schema import faults
from virtual_home import Message, Observer, VirtualHome

TAKEN = ("/activation/report", "/command")  # what others send, right or wrong


class Told:
    """What all homes have told so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._ears: list[Observer] = []
        self._judged: dict[Observer, int] = {}

    def add(self, ear: Observer) -> None:
        """Listen to one more."""
        self._ears.append(ear)

    def faults(self) -> list[str]:
        """Return what is wrong with what came since this was asked last."""
        found: list[str] = []
        for ear in self._ears:
            messages = ear.messages[self._judged.get(ear, 0) :]
            self._judged[ear] = len(ear.messages)
            found += [fault for message in messages for fault in _faults(message)]
        return found


@contextmanager
def heard_from_the_start(told: Told) -> Iterator[None]:
    """Let every home with Earlid that begins within this block be listened to."""
    begin = VirtualHome.__aenter__

    async def begin_and_listen(home: VirtualHome) -> VirtualHome:
        await begin(home)
        if home.earlid_entry is not None:
            # Ends with the home, before its broker does.
            told.add(await home._open.enter_async_context(home.observe()))
        return home

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VirtualHome, "__aenter__", begin_and_listen)
        yield


def _faults(message: Message) -> list[str]:
    if message.topic.endswith(TAKEN):
        return []
    _, _, below = message.topic.split("/", 2)
    try:
        found = faults(below, message.text)
    except ValueError as error:
        found = [str(error)]
    return [f"{message.topic}: {fault}; it was {message.text[:1000]}" for fault in found]
