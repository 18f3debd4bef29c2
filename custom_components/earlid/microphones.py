"""What has a microphone: which devices of Home Assistant, by their entities or models, and what the network tells.

Only what is sure counts. A phone, a camera or a television may have one too, but no plug can silence the first two,
and nobody can tell of the others; Google Assistant SDK and such are services that hear nothing by themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.const import Platform
from homeassistant.helpers import device_registry as dr, entity_registry as er


@dataclass(frozen=True, slots=True)
class _Model:
    """Devices of one integration that hear, by the model that it registers."""

    why: str
    pattern: re.Pattern[str]


def _model(why: str, pattern: str) -> _Model:
    return _Model(why, re.compile(pattern, re.IGNORECASE))


# The models as each integration registers them (homeassistant/components/<domain>, 2026.10). Chromecasts and groups of
# speakers have no microphone, nor have the "SL" models of Sonos, nor an Echo Sub, Link, Wall Clock, Glow or Button.
_MODELS: Final[Mapping[str, _Model]] = {
    "alexa_media": _model("alexa", r"\becho\b(?!.*\b(?:sub|link|clock|glow|buttons?)\b)"),
    "apple_tv": _model("homepod", r"homepod|audioaccessory"),
    "cast": _model(
        "google",
        r"\bgoogle home\b|\bhome (?:mini|max|hub)\b|\bnest (?:mini|audio|hub|wifi point)\b|smart display|\bjbl link\b",
    ),
    "ecobee": _model("ecobee", r"ecobee4|smart premium|voice control"),
    "homekit_controller": _model("homepod", r"homepod|audioaccessory"),
    "sonos": _model("sonos", r"^(?:sonos )?(?:one|beam|arc|move|roam|era)\b(?!.*\bsl\b)"),
}

# What the network tells of itself, as the matchers of the manifest have it: the property that names the model.
_ON_THE_NETWORK: Final[Mapping[str, tuple[str, _Model]]] = {
    "_airplay._tcp.local.": ("model", _MODELS["apple_tv"]),
    "_esphomelib._tcp.local.": ("project_name", _model("satellite", r"voice")),
    "_googlecast._tcp.local.": ("md", _MODELS["cast"]),
}


def ears(
    device: dr.DeviceEntry, domain: str | None, entities: Iterable[er.RegistryEntry]
) -> tuple[str, er.RegistryEntry | None] | None:
    """Return what shows that a device can hear, as a key of the translations, and the entity that does so, if one does.

    None: nothing does. `domain` is the integration that registered the device, `entities` are all of the device's.
    """
    for entity in entities:
        if why := _tells(entity):
            return why, entity
    model = _MODELS.get(domain or "")
    told = (device.model, device.model_id if domain == "homekit_controller" else None)
    named = " ".join(str(each) for each in told if each)
    return (model.why, None) if model is not None and model.pattern.search(named) else None


def _tells(entity: er.RegistryEntry) -> str | None:
    """Return why a device with this entity can hear."""
    match entity:
        case er.RegistryEntry(domain=Platform.ASSIST_SATELLITE):
            return "satellite"
        # Amazon's own integration makes it only for devices that support voice control (alexa_devices/event.py).
        case er.RegistryEntry(domain=Platform.EVENT, platform="alexa_devices", translation_key="voice_event"):
            return "alexa"
        # Sonos tells of a microphone only where there is one (sonos/speaker.py), "SL" models have none.
        case er.RegistryEntry(domain=Platform.BINARY_SENSOR, platform="sonos", translation_key="microphone"):
            return "sonos"
        # Bang & Olufsen: the button that turns the microphone on and off (bang_olufsen/event.py).
        case er.RegistryEntry(domain=Platform.EVENT, platform="bang_olufsen", translation_key="microphone"):
            return "beosound"
    return None


def heard_of(kind: str, properties: Mapping[str, Any]) -> bool:
    """Return whether what the network tells of a service of this kind is that of a device that can hear."""
    name, model = _ON_THE_NETWORK.get(kind, ("", None))
    return model is not None and model.pattern.search(str(properties.get(name) or "")) is not None
