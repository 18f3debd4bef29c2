"""New microphones in the home: said once each, calmly, as a repair issue that leads to guarding them or to silence.

Those that were there before Earlid are shown on the panel alone. Home Assistant lets everyone ignore an issue, so that
takes nothing off the panel; *leave it alone* does.
"""

from collections.abc import Container
import logging
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.components.repairs.const import FlowType
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from .const import DOMAIN, SUBENTRY_SPEAKER
from .lookout import follow
from .unguarded import find, leave_alone, name_of
from .untrusted import name, plain

_LOGGER = logging.getLogger(__name__)

KEY: Final = "unguarded"


def issue_id(device_id: str) -> str:
    """Return the id of the repair issue about a device."""
    return f"{KEY}_{device_id}"


@callback
def announce(hass: HomeAssistant, entry: ConfigEntry[Any]) -> CALLBACK_TYPE:
    """Show an issue for each microphone that came after Earlid and that nobody guards; return what ends that."""

    @callback
    def withdraw(kept: Container[str] = ()) -> None:
        for (domain, shown), issue in list(ir.async_get(hass).issues.items()):
            # One that is ignored is how that is remembered.
            if (
                domain == DOMAIN
                and shown.startswith(issue_id(""))
                and shown not in kept
                and not issue.dismissed_version
            ):
                ir.async_delete_issue(hass, DOMAIN, shown)

    @callback
    def show() -> None:
        new = {issue_id(each.device.id): each for each in find(hass, entry) if each.since > entry.created_at}
        withdraw(kept=new)
        for shown, each in new.items():
            ir.async_create_issue(
                hass,
                DOMAIN,
                shown,
                data={"slug": each.device.id, "key": KEY},
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=KEY,
                translation_placeholders={"device": name(name_of(each.device))},
            )

    try:
        show()
    except Exception:
        # What is odd about some other integration's device must keep nobody from guarding.
        _LOGGER.exception("New microphones cannot be told of")
    stop_following = follow(hass, entry, show)

    @callback
    def stop() -> None:
        stop_following()
        withdraw()

    return stop


class NewcomerFlow(RepairsFlow):
    """Leads to guarding a device that can hear, or to leaving it alone."""

    def __init__(self, device_id: str) -> None:
        """Help with this device."""
        self._device_id = device_id

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Return the choice."""
        device = dr.async_get(self.hass).async_get(self._device_id)
        called = "?" if device is None else name_of(device)
        return self.async_show_menu(
            step_id="init",
            menu_options=["guard", "leave_alone"],
            # A title is a text, a description is Markdown.
            description_placeholders={"device": name(called), "device_text": plain(called)},
        )

    async def async_step_guard(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Go on with the forms of a new speaker, the device already chosen; the issue goes once it is guarded."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="not_loaded")
        flows = self.hass.config_entries.subentries
        flow = await flows.async_init((entry.entry_id, SUBENTRY_SPEAKER), context={"source": SOURCE_USER})
        await flows.async_configure(flow["flow_id"], {CONF_DEVICE_ID: self._device_id})
        return self.async_abort(reason="guarding", next_flow=(FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"]))

    async def async_step_leave_alone(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Tell of it no more."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="not_loaded")
        leave_alone(self.hass, entry, self._device_id)
        return self.async_create_entry(data={})

    @property
    def _entry(self) -> ConfigEntry[Any] | None:
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        return entries[0] if entries else None
