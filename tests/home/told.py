"""Listens to every home that a test makes: what it tells is held against `docs/mqtt.yaml`, its log against misuse."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mqtt_schema import faults
from virtual_home import Message, Observer, VirtualHome
from virtual_home.home_assistant import HomeAssistant

TAKEN = ("/activation/report", "/command")  # what others send, right or wrong
# So Home Assistant names whoever blocks its event loop (util/loop.py) or uses what it should not (helpers/frame.py).
MISUSE = "custom integration 'earlid'"


class Told:
    """What all homes have told so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._ears: list[Observer] = []
        self._judged: dict[Observer, int] = {}
        self._read: dict[HomeAssistant, int] = {}

    def add(self, ear: Observer, home_assistant: HomeAssistant) -> None:
        """Listen to one more, and read its log."""
        self._ears.append(ear)
        self._read[home_assistant] = 0

    def leave(self, home_assistant: HomeAssistant) -> None:
        """Read a log no more: it goes away with its home."""
        del self._read[home_assistant]

    def faults(self) -> list[str]:
        """Return what is wrong with what came since this was asked last."""
        found: list[str] = []
        for ear in self._ears:
            messages = ear.messages[self._judged.get(ear, 0) :]
            self._judged[ear] = len(ear.messages)
            found += [fault for message in messages for fault in _faults(message)]
        for home_assistant, read in self._read.items():
            lines = home_assistant.log()
            self._read[home_assistant] = len(lines)
            found += [line for line in lines[read:] if MISUSE in line]
        return found


@contextmanager
def heard_from_the_start(told: Told) -> Iterator[None]:
    """Let every home with Earlid that begins within this block be listened to."""
    begin = VirtualHome.__aenter__

    async def begin_and_listen(home: VirtualHome) -> VirtualHome:
        await begin(home)
        if home.earlid_entry is not None:
            # Both end with the home, before its broker does.
            told.add(await home._open.enter_async_context(home.observe()), home.ha)
            home._open.callback(told.leave, home.ha)
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
