"""A speaker that shows itself in the network offers Earlid to a home that has none."""

from collections.abc import Iterator
from fnmatch import fnmatch
from ipaddress import ip_address
import json
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest

from tests.integration.forms import EARLID, WORDS, Form, check_words, home

MATCHERS: list[dict[str, Any]] = json.loads((EARLID / "manifest.json").read_text())["zeroconf"]

HOMEPOD = ("_airplay._tcp.local.", {"model": "AudioAccessory5,1"})
NEST = ("_googlecast._tcp.local.", {"md": "Google Nest Mini", "fn": "Kitchen"})


@pytest.fixture(autouse=True)
def set_up() -> Iterator[None]:
    """Keep the guard out of it."""
    with patch("custom_components.earlid.async_setup_entry", AsyncMock(return_value=True)):
        yield


async def found(hass: HomeAssistant, kind: str, properties: dict[str, Any]) -> Form:
    info = ZeroconfServiceInfo(
        ip_address=ip_address("192.168.1.9"),
        ip_addresses=[ip_address("192.168.1.9")],
        port=8009,
        hostname="thing.local.",
        type=kind,
        name=f"Thing.{kind}",
        properties=properties,
    )
    flow = dict(await hass.config_entries.flow.async_init("earlid", context={"source": SOURCE_ZEROCONF}, data=info))
    check_words(flow, WORDS["config"])
    return flow


@pytest.mark.parametrize(
    ("kind", "properties", "name"),
    [
        (*NEST, "Kitchen"),
        ("_googlecast._tcp.local.", {"md": "Google Home"}, "Thing"),
        ("_googlecast._tcp.local.", {"md": "Lenovo Smart Display 8"}, "Thing"),
        ("_googlecast._tcp.local.", {"md": "JBL Link 20"}, "Thing"),
        (*HOMEPOD, "Thing"),
        (
            "_esphomelib._tcp.local.",
            {"project_name": "Nabu Casa.Home Assistant Voice PE", "friendly_name": "Hall"},
            "Hall",
        ),
    ],
)
async def test_a_speaker_that_can_hear_offers_earlid_and_one_press_sets_it_up(
    hass: HomeAssistant, kind: str, properties: dict[str, Any], name: str
) -> None:
    assert any(
        kind == each["type"] and fnmatch(str(properties.get(key, "")).lower(), pattern)
        for each in MATCHERS
        for key, pattern in each["properties"].items()
    ), "Home Assistant passes on only what the manifest names"
    form = await found(hass, kind, properties)
    assert form["step_id"] == "found"
    assert form["description_placeholders"] == {"name": name}
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": name}
    created = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["data"] == {"site": "test_home", "topic_prefix": "earlid"}


async def test_a_name_from_the_network_is_a_name_and_nothing_else(hass: HomeAssistant) -> None:
    """Whoever is in the network could else put a link into the offer."""
    called = "[a](b) https://evil.example www.evil.example <b>&#58;</b> x@evil.example\n# Big\u202e" + "z" * 900
    form = await found(hass, "_googlecast._tcp.local.", {"md": "Google Nest Mini", "fn": called})
    shown = form["description_placeholders"]["name"]
    assert shown.startswith(
        r"\[a\](b) https\://evil\.example www\.evil\.example \<b\>\&\#58;\</b\> x\@evil\.example \# Big"
    )
    assert len(shown) < 160
    (flow,) = hass.config_entries.flow.async_progress()
    title = flow["context"]["title_placeholders"]["name"]
    assert title.startswith("[a](b) https://evil.example"), "a title is no Markdown"
    assert len(title) <= 80


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("_googlecast._tcp.local.", {"md": "Chromecast"}),
        ("_googlecast._tcp.local.", {"md": "Home Theater Projector"}),
        ("_googlecast._tcp.local.", {}),
        ("_airplay._tcp.local.", {"model": "AppleTV6,2"}),
        ("_esphomelib._tcp.local.", {"project_name": None}),
        ("_http._tcp.local.", {"md": "Google Home"}),
    ],
)
async def test_what_cannot_hear_offers_nothing(hass: HomeAssistant, kind: str, properties: dict[str, Any]) -> None:
    assert (await found(hass, kind, properties))["reason"] == "no_microphone"


async def test_a_home_is_asked_once_however_many_speakers_it_has(hass: HomeAssistant) -> None:
    await found(hass, *NEST)
    assert (await found(hass, "_airplay._tcp.local.", {"model": "AudioAccessory5,1"}))[
        "reason"
    ] == "already_in_progress"
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_a_home_that_has_earlid_is_not_asked(hass: HomeAssistant) -> None:
    home(hass)
    assert (await found(hass, *NEST))["reason"] == "single_instance_allowed"


async def test_who_ignores_the_offer_is_not_asked_again(hass: HomeAssistant) -> None:
    await found(hass, *NEST)
    await hass.config_entries.flow.async_init(
        "earlid", context={"source": SOURCE_IGNORE}, data={"unique_id": "earlid", "title": "Kitchen"}
    )
    assert (await found(hass, *HOMEPOD))["type"] is FlowResultType.ABORT
    assert not hass.config_entries.flow.async_progress()


async def test_setting_up_goes_straight_on_to_the_first_speaker(hass: HomeAssistant) -> None:
    form = await hass.config_entries.flow.async_init("earlid", context={"source": "user"})
    created = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    kind, flow_id = created["next_flow"]
    assert kind == "config_subentries_flow"
    speaker = hass.config_entries.subentries.async_get(flow_id)
    assert speaker["handler"] == (created["result"].entry_id, "speaker")
    assert speaker["step_id"] == "user"
