"""Setting Earlid up for a home, and what holds for every speaker."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from tests.integration.forms import WORDS, check_words, home, suggested

DEFAULTS = {
    "lease": 300,
    "trust_for": 120,
    "deadline": 10,
    "retention_days": 400,
    "commands_over_mqtt": "off",
    "who_may_allow": "anyone",
    "agents_may_listen": False,
    "voice_allow_others": False,
    "store_transcripts": False,
    "publish_names": False,
    "when_stopping": "leave",
}


@pytest.fixture(autouse=True)
def set_up() -> Iterator[AsyncMock]:
    """Keep the guard out of it."""
    with (
        patch("custom_components.earlid.async_setup_entry", AsyncMock(return_value=True)) as set_up,
        patch("custom_components.earlid.async_unload_entry", AsyncMock(return_value=True)),
    ):
        yield set_up


async def begin(hass: HomeAssistant) -> dict[str, Any]:
    flow = dict(await hass.config_entries.flow.async_init("earlid", context={"source": "user"}))
    check_words(flow, WORDS["config"])
    return flow


async def fill(hass: HomeAssistant, form: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    flow = dict(await hass.config_entries.flow.async_configure(form["flow_id"], typed))
    check_words(flow, WORDS["config"])
    return flow


async def test_a_home_that_types_nothing_gets_its_own_name_and_every_default(
    hass: HomeAssistant, set_up: AsyncMock
) -> None:
    hass.config.location_name = "Süd Haus"
    created = await fill(hass, await begin(hass), {})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    (entry,) = hass.config_entries.async_entries("earlid")
    assert entry.title == "Earlid"
    assert entry.data == {"site": "sud_haus", "topic_prefix": "earlid"}
    assert entry.options == DEFAULTS
    set_up.assert_awaited_once()


async def test_a_home_can_say_where_it_publishes(hass: HomeAssistant) -> None:
    await fill(hass, await begin(hass), {"site": "flat_2", "topic_prefix": " street 5/ears "})
    (entry,) = hass.config_entries.async_entries("earlid")
    assert entry.data == {"site": "flat_2", "topic_prefix": "street 5/ears"}


@pytest.mark.parametrize("site", ["", "Home", "my home", "a/b", "haus-1", "süd", "a" * 65])
async def test_a_site_that_is_no_slug_is_refused_and_can_be_put_right(hass: HomeAssistant, site: str) -> None:
    form = await fill(hass, await begin(hass), {"site": site})
    assert form["errors"] == {"site": "invalid_site"}
    assert suggested(form)["site"] == site
    assert (await fill(hass, form, {"site": "home"}))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "prefix", ["", "/a", "a/", "a//b", "a/ /b", "a/+/b", "a/#", "#", "$SYS", "a\x00b", "a\nb", "a" * 201]
)
async def test_a_topic_prefix_that_mqtt_or_a_wildcard_would_trip_over_is_refused(
    hass: HomeAssistant, prefix: str
) -> None:
    form = await fill(hass, await begin(hass), {"site": "home", "topic_prefix": prefix})
    assert form["errors"] == {"topic_prefix": "invalid_topic_prefix"}
    assert not hass.config_entries.async_entries("earlid")


async def test_there_is_one_home(hass: HomeAssistant) -> None:
    home(hass)
    flow = await hass.config_entries.flow.async_init("earlid", context={"source": "user"})
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "single_instance_allowed"


async def test_a_second_home_begun_at_the_same_time_is_refused_too(hass: HomeAssistant) -> None:
    form = await begin(hass)
    home(hass)
    assert (await fill(hass, form, {}))["reason"] == "single_instance_allowed"
    assert len(hass.config_entries.async_entries("earlid")) == 1


async def test_the_home_can_publish_elsewhere_later(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = dict(await entry.start_reconfigure_flow(hass))
    check_words(form, WORDS["config"])
    assert suggested(form) == {"site": "home", "topic_prefix": "earlid"}
    form = await fill(hass, form, {"site": "Flat", "topic_prefix": "ears"})
    assert form["errors"] == {"site": "invalid_site"}
    assert suggested(form) == {"site": "Flat", "topic_prefix": "ears"}
    done = await fill(hass, form, {"site": "flat", "topic_prefix": "ears"})
    assert done["reason"] == "reconfigure_successful"
    assert entry.data == {"site": "flat", "topic_prefix": "ears"}


async def test_options_left_alone_are_the_defaults(hass: HomeAssistant) -> None:
    entry = home(hass)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    check_words(dict(form), WORDS["options"] | {"error": {}})
    await hass.config_entries.options.async_configure(form["flow_id"], {})
    assert entry.options == DEFAULTS


async def test_what_people_decide_comes_first_and_the_times_that_few_touch_come_last(hass: HomeAssistant) -> None:
    form = await hass.config_entries.options.async_init(home(hass).entry_id)
    assert form["data_schema"] is not None
    order = [str(marker) for marker in form["data_schema"].schema]
    assert order[0] == "who_may_allow"
    assert order[-3:] == ["trust_for", "lease", "deadline"]
    words = WORDS["options"]["step"]["init"]
    assert list(words["data"]) == list(words["data_description"]) == order


async def test_the_secret_address_is_no_link_and_the_page_on_how_to_report_is_one(hass: HomeAssistant) -> None:
    """A secret that is pressed by mistake is sent to the browser's history."""
    form = await hass.config_entries.options.async_init(home(hass).entry_id)
    told = WORDS["options"]["step"]["init"]["description"]
    assert told.endswith("`{address}`")
    assert "]({documentation})" in told
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["documentation"].endswith("/docs/activations.md")


async def test_options_are_shown_again_as_they_were_chosen(hass: HomeAssistant) -> None:
    entry = home(hass)
    chosen = {
        "lease": 60,
        "trust_for": 0,
        "deadline": 2.5,
        "retention_days": 30,
        "commands_over_mqtt": "mute_only",
        "who_may_allow": "admins",
        "agents_may_listen": True,
        "voice_allow_from": ["assist_satellite.hall"],
        "voice_allow_others": True,
        "store_transcripts": True,
        "publish_names": True,
        "when_stopping": "off",
    }
    form = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    assert entry.options == chosen
    assert suggested(dict(await hass.config_entries.options.async_init(entry.entry_id))) == chosen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lease", 29),
        ("lease", 43201),
        ("lease", "nan"),
        ("lease", "inf"),
        ("trust_for", -1),
        ("trust_for", 3601),
        ("deadline", 1.9),
        ("deadline", 301),
        ("retention_days", 0),
        ("retention_days", 3651),
        ("commands_over_mqtt", "some"),
        ("who_may_allow", "guests"),
        ("when_stopping", "on"),
        ("agents_may_listen", "perhaps"),
        ("store_transcripts", "perhaps"),
        ("colour", "red"),
    ],
)
async def test_an_option_out_of_range_changes_nothing(hass: HomeAssistant, field: str, value: object) -> None:
    entry = home(hass)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(form["flow_id"], {field: value})
    assert entry.options == {}
