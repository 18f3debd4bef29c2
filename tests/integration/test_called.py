"""Whom a name means: one table for what is said aloud and for language models, to mute and to let listen."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid.called import speaker_called
from custom_components.earlid.intents.naming import Said
from custom_components.earlid.intents.speech import NotUnderstoodError, speech
from tests.integration.homes import speaker
from tests.integration.spoken import TalkingHome, talking_home

ALL: Final = "kitchen sonos echo kids snug den"
# What is said, and whom it means: aloud to mute, aloud to let listen, by a model to mute, by a model to let listen. A
# word in capitals says why it means nobody; WHOLE goes before all, who are never let listen.
TABLE: Final = {
    # Names, and other names.
    "Kids bedroom": ("kids", "kids", "kids", "kids"),
    "kids BEDROOM": ("kids", "kids", "kids", "kids"),
    "kid's bedroom": ("kids", "kids", "kids", "kids"),
    "kidsbedroom": ("kids", "kids", "kids", "kids"),
    "kids": ("kids", "kids", "kids", "kids"),
    "Café": ("kids", "kids", "kids", "kids"),
    "cafe": ("kids", "kids", "kids", "kids"),
    "Galley Dot": ("kitchen", "kitchen", "kitchen", "kitchen"),
    "galley dot old echo": ("kitchen", "kitchen", "kitchen", "kitchen"),
    "Loudmouth": ("kitchen", "kitchen", "kitchen", "kitchen"),
    # What belongs to the device that is guarded, and is nothing that listens.
    "Night light": ("UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"),
    # Places. A speaker and a place of one name are both muted, and the speaker alone is let listen.
    "Living room": ("sonos echo", "sonos echo", "sonos echo", "sonos echo"),
    "lounge": ("sonos echo", "sonos echo", "sonos echo", "sonos echo"),
    "ground floor": ("sonos echo", "sonos echo", "sonos echo", "sonos echo"),
    "Kitchen": ("kitchen kids", "kitchen", "kitchen kids", "kitchen"),
    "Garage": ("NOBODY", "NOBODY", "UNKNOWN", "UNKNOWN"),
    # Several of one name, and a place where all of these are.
    "Twin": ("AMBIGUOUS", "AMBIGUOUS", "AMBIGUOUS", "AMBIGUOUS"),
    "Cosy": ("snug den", "AMBIGUOUS", "snug den", "AMBIGUOUS"),
    # Part of a name is enough to mute aloud, where only one has it; who is meant may not be guarded at all.
    "bedroom": ("kids", "AMBIGUOUS", "NEAR", "NEAR"),
    "living sonos": ("sonos", "AMBIGUOUS", "NEAR", "NEAR"),
    "living": ("AMBIGUOUS", "AMBIGUOUS", "NEAR", "NEAR"),
    "kids bedroom echo": ("AMBIGUOUS", "AMBIGUOUS", "NEAR", "NEAR"),
    # Several together; a model names them one by one.
    "kids and living room": ("sonos echo kids", "sonos echo kids", "NEAR", "NEAR"),
    "kids and bedroom": ("kids", "AMBIGUOUS", "NEAR", "NEAR"),
    "Snug and Cellar": ("UNKNOWN", "UNKNOWN", "NEAR", "NEAR"),
    "salt and pepper": ("den", "den", "den", "den"),
    # All.
    "all": (f"WHOLE {ALL}", f"WHOLE {ALL}", "UNKNOWN", "UNKNOWN"),
    "the whole house": (f"WHOLE {ALL}", f"WHOLE {ALL}", "UNKNOWN", "UNKNOWN"),
    "the kitchen and all": (f"WHOLE {ALL}", f"WHOLE {ALL}", "NEAR", "NEAR"),
    "everything and the snug": (f"WHOLE {ALL}", f"WHOLE {ALL}", "NEAR", "NEAR"),
    # Nothing.
    "Cellar": ("UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"),
    "the": ("WHICH", "WHICH", "UNKNOWN", "UNKNOWN"),
    "": ("WHICH", "WHICH", "UNKNOWN", "UNKNOWN"),
    " ?! ": ("WHICH", "WHICH", "UNKNOWN", "UNKNOWN"),
}
KEYS: Final = {
    "none_there": "NOBODY",
    "unknown_name": "UNKNOWN",
    "ambiguous": "AMBIGUOUS",
    "which": "WHICH",
    "name_near": "NEAR",
    "name_unknown": "UNKNOWN",
    "name_ambiguous": "AMBIGUOUS",
}


@pytest.fixture
async def home(hass: HomeAssistant) -> TalkingHome:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    dot = devices.async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "dot")}, name="Galley Dot")
    for domain, name, alias in (("media_player", "Old Echo", "Loudmouth"), ("light", "Night light", "Night light")):
        entity = entities.async_get_or_create(
            domain, "other", domain, device_id=dot.id, config_entry=other, original_name=name, has_entity_name=False
        )
        entities.async_update_entity(entity.entity_id, aliases=[er.COMPUTED_NAME, alias])
    home = await talking_home(
        hass,
        *(
            speaker(slug, f"light.{slug}", **more) | {"title": title}
            for slug, title, more in (
                ("kitchen", "Kitchen", {"device_id": dot.id}),
                ("sonos", "Living Room Sonos", {}),
                ("echo", "Living Room Echo", {}),
                ("kids", "Kids bedroom", {}),
                ("snug", "Snug", {}),
                ("den", "Den", {}),
            )
        ),
    )
    home.place("sonos", "Living Room", floor="Ground Floor", aliases=["Lounge"])
    home.place("echo", "Living Room")
    home.place("kids", "Kitchen")
    home.place("snug", "Cosy")
    home.place("den", "Cosy")
    ar.async_get(hass).async_create("Garage")
    for slug, aliases in (
        ("kids", ["Café"]),
        ("sonos", ["Twin"]),
        ("snug", ["Twin", "Cosy"]),
        ("den", ["Cosy", "Salt and pepper"]),
    ):
        entities.async_update_entity(f"select.{slug}_mode", aliases=[er.COMPUTED_NAME, *aliases])
    return home


async def test_a_name_means_the_same_whoever_says_it_and_less_where_it_opens_a_microphone(
    hass: HomeAssistant, home: TalkingHome
) -> None:
    slugs = list(home.entry.runtime_data.speakers)
    said = Said(hass, home.entry, speech(hass, "en"), slugs)

    def aloud(name: str, *, narrow: bool) -> str:
        try:
            meant = said.meant({"speaker": name}, narrow=narrow)
        except NotUnderstoodError as error:
            return KEYS[error.key]
        assert meant is not None
        return " ".join(["WHOLE"] * meant.whole + meant.slugs)

    def by_model(name: str, *, narrow: bool) -> str:
        try:
            return " ".join(speaker_called(hass, home.entry, name, slugs, narrow=narrow))
        except ServiceValidationError as error:
            return KEYS[error.translation_key or ""]

    assert {
        name: tuple(who(name, narrow=narrow) for who in (aloud, by_model) for narrow in (False, True)) for name in TABLE
    } == TABLE


async def test_who_may_not_see_a_speaker_cannot_name_it(hass: HomeAssistant, home: TalkingHome) -> None:
    said = Said(hass, home.entry, speech(hass, "en"), ["snug"])
    for name in ("kids bedroom", "living room", "bedroom"):
        with pytest.raises(NotUnderstoodError) as error:
            said.meant({"speaker": name}, narrow=False)
        assert error.value.slots.get("known", []) in (["Snug"], [])
        assert error.value.key in ("unknown_name", "none_there")
        with pytest.raises(ServiceValidationError, match="Snug") as refused:
            speaker_called(hass, home.entry, name, ["snug"])
        assert "Kids" not in str(refused.value)
    assert said.meant({"speaker": "twin"}, narrow=True) is not None


async def test_a_speaker_called_by_nothing_but_little_words_is_called_by_these(hass: HomeAssistant) -> None:
    home = await talking_home(hass, speaker("mic", "light.mic") | {"title": "The Assistant"})
    said = Said(hass, home.entry, speech(hass, "en"), ["mic"])
    meant = said.meant({"speaker": "the assistant"}, narrow=True)
    assert meant is not None
    assert meant.slugs == ["mic"]
    with pytest.raises(NotUnderstoodError):
        said.meant({"speaker": "the"}, narrow=False)
