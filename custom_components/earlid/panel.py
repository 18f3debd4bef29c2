"""What of Earlid is in the browser: its files, the page in the sidebar, the card for dashboards.

Home Assistant may run without its frontend, or set it up later; then there is nothing to show, or later.
"""

from asyncio import Lock
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
import logging
from pathlib import Path
import re
from typing import Any, Final, Protocol

from homeassistant.components import frontend, panel_custom
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_loaded_integration
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .runtime import EarlidConfigEntry

_LOGGER = logging.getLogger(__name__)

WWW: Final = Path(__file__).parent / "www"
_ROOT: Final = f"/{DOMAIN}_files"
_PANEL: Final = "earlid-panel"
_CARD: Final = "earlid-card"
_ICON: Final = "mdi:ear-hearing-off"
# Also the card of another version: that one is brought up to date, not added to.
_CARD_OF_ANY_VERSION: Final = re.compile(rf"{_ROOT}/[^/]+/{_CARD}\.js(\?.*)?")


@dataclass(slots=True)
class _Face:
    base: str
    """The address of the files. It holds what they are, so that no browser goes on with older ones from its cache."""
    panel: bool = False
    extra: str | None = None
    """The address of the card where every page is told to load it, for want of a list of resources to put it in."""
    lock: Lock = field(default_factory=Lock)


_FACE: HassKey[_Face] = HassKey(f"{DOMAIN}_face")


class _Resources(Protocol):
    """The list of what dashboards load, as far as it is used here; it is not for others by Home Assistant's promise."""

    async def async_get_info(self) -> dict[str, int]: ...
    def async_items(self) -> list[dict[str, Any]]: ...
    async def async_create_item(self, data: dict[str, Any]) -> dict[str, Any]: ...
    async def async_update_item(self, item_id: str, updates: dict[str, Any]) -> dict[str, Any]: ...
    async def async_delete_item(self, item_id: str) -> None: ...


async def async_serve(hass: HomeAssistant) -> None:
    """Serve the files; once for as long as Home Assistant runs, since it cannot cease to."""
    version = str(async_get_loaded_integration(hass, DOMAIN).version)
    stamp = await hass.async_add_executor_job(_stamp, WWW)
    if stamp is None:
        _LOGGER.warning("The files of the card and the panel are missing in %s; neither is shown", WWW)
        return
    face = _Face(f"{_ROOT}/{version}-{stamp}")
    await hass.http.async_register_static_paths([StaticPathConfig(face.base, str(WWW), cache_headers=True)])
    hass.data[_FACE] = face


@callback
def show(hass: HomeAssistant, entry: EarlidConfigEntry) -> Callable[[], None]:
    """Show the page and offer the card as soon as there is a frontend; return what is to be called at an unload."""
    face = hass.data.get(_FACE)
    if face is None or hass.config.recovery_mode or hass.config.safe_mode:
        return lambda: None
    loaded = True

    async def there_is_a_frontend(hass: HomeAssistant, _component: str) -> None:
        if loaded:
            await _show_panel(hass, face)
            await _offer_card(hass, face)

    @callback
    def unloaded() -> None:
        nonlocal loaded
        loaded = False
        # What is only reloaded stays: who has the page open would lose it, and the page itself says what is so.
        if entry.disabled_by is not None:
            _hide_panel(hass, face)

    async_when_setup(hass, frontend.DOMAIN, there_is_a_frontend)
    return unloaded


async def remove(hass: HomeAssistant) -> None:
    """Take page and card away."""
    if (face := hass.data.get(_FACE)) is not None:
        _hide_panel(hass, face)
    # Also without the files now: the card may be among the resources since a start that had them.
    async with nullcontext() if face is None else face.lock:
        if face is not None and face.extra is not None:
            frontend.remove_extra_js_url(hass, face.extra)
            face.extra = None
        if (resources := _resources(hass)) is not None:
            for item in await _cards(resources):
                await resources.async_delete_item(item["id"])


def _stamp(folder: Path) -> str | None:
    """Return what tells these files from any others; None: they are not all there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if not {f"{_PANEL}.js", f"{_CARD}.js"} <= {path.name for path in files}:
        return None
    digest = sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


async def _show_panel(hass: HomeAssistant, face: _Face) -> None:
    if frontend.async_panel_exists(hass, DOMAIN):
        if not face.panel:
            _LOGGER.warning("There is another page at /%s already; that of Earlid is not shown", DOMAIN)
        return
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=DOMAIN,
        webcomponent_name=_PANEL,
        sidebar_title="Earlid",
        sidebar_icon=_ICON,
        module_url=f"{face.base}/{_PANEL}.js",
        config={"version": str(async_get_loaded_integration(hass, DOMAIN).version)},
        require_admin=False,
        handle_safe_area=True,
    )
    face.panel = True


@callback
def _hide_panel(hass: HomeAssistant, face: _Face) -> None:
    if face.panel:
        frontend.async_remove_panel(hass, DOMAIN, warn_if_unknown=False)
        face.panel = False


async def _offer_card(hass: HomeAssistant, face: _Face) -> None:
    """Have dashboards load the card: by their list of resources, else every page of the frontend."""
    url = f"{face.base}/{_CARD}.js"
    async with face.lock:
        resources = _resources(hass)
        if resources is not None:
            try:
                await _keep_one(resources, url)
            except Exception:
                _LOGGER.exception("The card cannot be put among the resources of the dashboards; every page loads it")
            else:
                return
        if face.extra is None:
            frontend.add_extra_js_url(hass, url)
            face.extra = url


async def _keep_one(resources: _Resources, url: str) -> None:
    """Have the card among the resources once, as it is now."""
    cards, card = await _cards(resources), {"res_type": "module", "url": url}
    if not cards:
        await resources.async_create_item(card)
    elif cards[0]["url"] != url:
        await resources.async_update_item(cards[0]["id"], card)
    for item in cards[1:]:
        await resources.async_delete_item(item["id"])


async def _cards(resources: _Resources) -> list[dict[str, Any]]:
    # Asking for the number has them loaded; before that the list looks empty, and would be written empty.
    await resources.async_get_info()
    return [item for item in resources.async_items() if _CARD_OF_ANY_VERSION.fullmatch(str(item.get("url")))]


def _resources(hass: HomeAssistant) -> _Resources | None:
    """Return the dashboards' list of resources; None: it is a file of the household's, or no longer where it was."""
    resources = getattr(hass.data.get("lovelace"), "resources", None)
    return resources if hasattr(resources, "async_create_item") else None
