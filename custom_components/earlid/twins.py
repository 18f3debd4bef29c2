"""Which devices of two integrations are one and the same thing in the home.

Wrongly taken for one, a device that hears would not be told of, or another's life would count as this one's. So only
what is given to a thing once and for all says it: its addresses and its serial number. Whoever is in doubt is two.
"""

from collections.abc import Iterator
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

# Shorter ones are numbers that any two integrations may give: `("esphome", "1")`.
_TELLING: Final = 8
# No serial number is longer; of what is, and anyone may have announced, each letter would be looked at once for each.
_LONGEST: Final = 128
_DIGITS: Final = 4
# Placeholders such as 00000000 repeat themselves.
_DIFFERENT: Final = 3
_MAC: Final = re.compile(r"[0-9a-f]{12}")
# Letters in a row that no hexadecimal number has in it: a room, a kind of thing.
_WORD: Final = re.compile(r"(?=[0-9a-f]*[g-z])[a-z]{4,}")
# Given to another thing as soon as the router wants.
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_BETWEEN: Final = re.compile(r"[^0-9a-z]")


def marks(device: dr.BaseDeviceEntry) -> set[str]:
    """Return what tells this device from all others, whichever integration knows it: addresses and serial numbers.

    Identifiers are each integration's own; one that looks like neither says nothing to another. Never raises: an
    integration may have registered anything.
    """
    return set(_marks(device))


def _marks(device: dr.BaseDeviceEntry) -> Iterator[str]:
    for identifier in parts(device.identifiers):
        # As a whole: one part alone is often that of a bridge, and all that hangs on it has it.
        if len(identifier) > 1 and any(_is_serial(part) for part in identifier[1:]):
            yield "/".join(_plain(part) for part in identifier[1:])
    if not isinstance(device, dr.DeviceEntry):
        return
    for connection in parts(device.connections):
        # Of the same kind they are one thing, says Home Assistant; a MAC may stand elsewhere too.
        yield "=".join(connection).casefold()
        if _is_serial(connection[-1]):
            yield _plain(connection[-1])
    serial = _plain(str(device.serial_number or ""))
    if len(serial) >= _TELLING and len(set(serial)) >= _DIFFERENT and any(each.isdigit() for each in serial):
        yield serial


def are_one(hass: HomeAssistant, one: dr.BaseDeviceEntry, other: dr.BaseDeviceEntry) -> bool:
    """Return whether two devices are the same thing, which two integrations know; of one integration never."""
    return domain_of(hass, one) != domain_of(hass, other) and not marks(one).isdisjoint(marks(other))


def domain_of(hass: HomeAssistant, device: dr.BaseDeviceEntry) -> str | None:
    """Return the integration that registered a device."""
    entry = hass.config_entries.async_get_entry(device.config_entry_id)
    return None if entry is None else entry.domain


def parts(several: object) -> Iterator[tuple[str, ...]]:
    """Yield what should be tuples of texts, and may be anything, as such."""
    for each in several if isinstance(several, set | frozenset | list | tuple) else ():
        if isinstance(each, tuple | list) and each:
            yield tuple(str(part) for part in each)


def _plain(text: str) -> str:
    """Return it as it is however it is written: AA:BB-cc is aabbcc."""
    return _BETWEEN.sub("", text.casefold())


def _is_serial(text: str) -> bool:
    """Return whether this looks like an address or a serial number, and like nothing that somebody thought of."""
    plain = _plain(text)
    return _MAC.fullmatch(plain) is not None or (
        _TELLING <= len(plain) <= _LONGEST
        and len(set(plain)) >= _DIFFERENT
        and sum(each.isdigit() for each in plain) >= _DIGITS
        and not _IP.search(text)
        and not _WORD.search(plain)
    )
