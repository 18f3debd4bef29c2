"""Earlid in the browser: its files, its page and its card, each there once and gone after."""

from pathlib import Path
from typing import Any

from homeassistant.components import frontend
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import EVENT_PANELS_UPDATED
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.earlid import panel
from tests.integration.homes import guard_home


@pytest.fixture(autouse=True)
def www(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a build of the frontend."""
    folder = tmp_path / "www"
    folder.mkdir()
    for name in ("earlid-card.js", "earlid-panel.js", "shared.js"):
        (folder / name).write_text(f"export default '{name}';")
    monkeypatch.setattr(panel, "WWW", folder)
    return folder


@pytest.fixture
def lovelace() -> dict[str, Any]:
    """Return the configuration of the dashboards."""
    return {}


@pytest.fixture
async def shows(hass: HomeAssistant, lovelace: dict[str, Any]) -> None:
    """Let there be a frontend."""
    assert await async_setup_component(hass, "lovelace", {"lovelace": lovelace})
    assert await async_setup_component(hass, "frontend", {})
    await hass.async_block_till_done()


async def resources(hass: HomeAssistant) -> list[str]:
    """Return what dashboards load."""
    found = hass.data["lovelace"].resources
    await found.async_get_info()
    return [item["url"] for item in found.async_items()]


def extra(hass: HomeAssistant) -> list[str]:
    """Return what every page loads, of Earlid's."""
    return [url for url in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls if "earlid" in url]


async def shown_panel(
    hass: HomeAssistant, connect: WebSocketGenerator, token: str | None = None
) -> dict[str, Any] | None:
    """Return the page as the sidebar has it."""
    client = await (connect(hass) if token is None else connect(hass, token))
    await client.send_json_auto_id({"type": "get_panels"})
    answer: dict[str, Any] = (await client.receive_json())["result"]
    return answer.get("earlid")


# --- The page


@pytest.mark.usefixtures("shows")
async def test_the_page_is_in_the_sidebar_for_everyone(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    await guard_home(hass)
    browser = await hass_client_no_auth()
    for token in (None, hass_read_only_access_token):
        page = await shown_panel(hass, hass_ws_client, token)
        assert page is not None
        assert (page["title"], page["require_admin"], page["config"]["version"]) == ("Earlid", False, "0.1.0")
        custom = page["config"]["_panel_custom"]
        assert custom["name"] == "earlid-panel"
        response = await browser.get(custom["module_url"])
        assert (response.status, await response.text()) == (200, "export default 'earlid-panel.js';")
        assert "max-age" in response.headers["Cache-Control"]


async def test_the_page_comes_with_a_frontend_that_comes_later(hass: HomeAssistant) -> None:
    entry = await guard_home(hass)
    assert not frontend.async_panel_exists(hass, "earlid")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await async_setup_component(hass, "frontend", {})
    await hass.async_block_till_done()
    assert frontend.async_panel_exists(hass, "earlid")
    assert len(await resources(hass)) == 1


async def test_a_frontend_that_comes_when_earlid_is_gone_shows_nothing(hass: HomeAssistant) -> None:
    entry = await guard_home(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert await async_setup_component(hass, "frontend", {})
    await hass.async_block_till_done()
    assert not frontend.async_panel_exists(hass, "earlid")
    assert await resources(hass) == []


async def test_without_a_frontend_the_home_is_guarded_all_the_same(hass: HomeAssistant) -> None:
    entry = await guard_home(hass)
    assert hass.states.get("switch.earlid_lockdown") is not None
    await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.usefixtures("shows")
async def test_a_reload_leaves_the_page_where_it_is_and_disabling_takes_it_away(hass: HomeAssistant) -> None:
    entry = await guard_home(hass)
    events: list[Any] = []
    hass.bus.async_listen(EVENT_PANELS_UPDATED, events.append)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert events == [], "whoever has it open would lose it"
    assert frontend.async_panel_exists(hass, "earlid")
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert not frontend.async_panel_exists(hass, "earlid")
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert frontend.async_panel_exists(hass, "earlid")


@pytest.mark.usefixtures("shows")
async def test_another_page_of_that_name_stays_what_it_is(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    frontend.async_register_built_in_panel(hass, "iframe", "Mine", frontend_url_path="earlid")
    entry = await guard_home(hass)
    assert "There is another page at /earlid already" in caplog.text
    await hass.config_entries.async_remove(entry.entry_id)
    assert frontend.async_panel_exists(hass, "earlid")


# --- The card


@pytest.mark.usefixtures("shows")
async def test_dashboards_load_the_card_once_and_no_more_after_a_removal(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    others = hass.data["lovelace"].resources
    await others.async_create_item({"res_type": "module", "url": "/local/other-earlid-card.js"})
    entry = await guard_home(hass)
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    other, card = await resources(hass)
    assert (other, extra(hass)) == ("/local/other-earlid-card.js", [])
    response = await (await hass_client_no_auth()).get(card)
    assert (response.status, await response.text()) == (200, "export default 'earlid-card.js';")
    await hass.config_entries.async_remove(entry.entry_id)
    assert await resources(hass) == [other]
    assert not frontend.async_panel_exists(hass, "earlid")


async def test_what_was_stored_before_is_loaded_before_anything_is_added(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """A list that was not loaded looks empty, and adding to it would throw away the household's own."""
    stored = [
        {"id": "1", "type": "module", "url": "/hacsfiles/other.js"},
        {"id": "2", "type": "module", "url": "/earlid_files/0.0.1-abc/earlid-card.js"},
        {"id": "3", "type": "module", "url": "/earlid_files/0.0.2-def/earlid-card.js?x=1"},
    ]
    hass_storage["lovelace_resources"] = {"version": 1, "key": "lovelace_resources", "data": {"items": stored}}
    assert await async_setup_component(hass, "frontend", {})
    await guard_home(hass)
    await hass.async_block_till_done()
    other, card = await resources(hass)
    assert other == "/hacsfiles/other.js"
    assert card.startswith("/earlid_files/0.1.0-")


@pytest.mark.parametrize("lovelace", [{"resource_mode": "yaml", "resources": []}])
@pytest.mark.usefixtures("shows")
async def test_where_resources_are_a_file_every_page_loads_the_card(hass: HomeAssistant) -> None:
    entry = await guard_home(hass)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    (url,) = extra(hass)
    assert url.endswith("/earlid-card.js")
    await hass.config_entries.async_remove(entry.entry_id)
    assert extra(hass) == []


@pytest.mark.usefixtures("shows")
async def test_where_home_assistant_keeps_resources_otherwise_every_page_loads_the_card(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def other(*_: Any) -> None:
        raise TypeError("This is done otherwise now")

    monkeypatch.setattr(hass.data["lovelace"].resources, "async_create_item", other)
    entry = await guard_home(hass)
    assert len(extra(hass)) == 1
    assert "cannot be put among the resources" in caplog.text
    await hass.config_entries.async_remove(entry.entry_id)
    assert extra(hass) == []


# --- The files


async def test_another_build_has_another_address(hass: HomeAssistant, www: Path) -> None:
    stamp = panel._stamp(www)
    assert stamp is not None
    (www / "shared.js").write_text("export default 'another';")
    assert panel._stamp(www) not in (None, stamp)
    (www / "shared.js").rename(www / "renamed.js")
    changed = panel._stamp(www)
    (www / "renamed.js").rename(www / "shared.js")
    assert panel._stamp(www) != changed
    assert hass


@pytest.mark.usefixtures("shows")
async def test_without_the_files_nothing_is_shown_and_the_home_is_guarded(
    hass: HomeAssistant, www: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (www / "earlid-card.js").unlink()
    entry = await guard_home(hass)
    assert "neither is shown" in caplog.text
    assert not frontend.async_panel_exists(hass, "earlid")
    assert await resources(hass) == []
    await hass.config_entries.async_remove(entry.entry_id)


async def test_a_card_of_a_start_that_had_the_files_goes_with_the_home(
    hass: HomeAssistant, hass_storage: dict[str, Any], www: Path
) -> None:
    """Every dashboard would go on looking for it."""
    (www / "earlid-card.js").unlink()
    stored = [
        {"id": "1", "type": "module", "url": "/hacsfiles/other.js"},
        {"id": "2", "type": "module", "url": "/earlid_files/0.0.1-abc/earlid-card.js"},
    ]
    hass_storage["lovelace_resources"] = {"version": 1, "key": "lovelace_resources", "data": {"items": stored}}
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, "lovelace", {})
    entry = await guard_home(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert await resources(hass) == ["/hacsfiles/other.js"]


@pytest.mark.parametrize("mode", ["safe_mode", "recovery_mode"])
@pytest.mark.usefixtures("shows")
async def test_in_safe_mode_nothing_is_shown(hass: HomeAssistant, mode: str) -> None:
    setattr(hass.config, mode, True)
    await guard_home(hass)
    assert not frontend.async_panel_exists(hass, "earlid")
    assert await resources(hass) == []
