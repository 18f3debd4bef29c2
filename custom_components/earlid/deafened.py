"""Gives satellites back the assistant they had, when Earlid is removed; also one that is out of sight just then.

Home Assistant lets a select come back with what it showed before. Such a satellite would hear nobody for good, and
nothing would say why. So what it had stays on disk until it has that again, and an issue says so meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping
import logging
from typing import Any, Final, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from .assistants import NAME, choose, stored, unmake
from .const import DOMAIN
from .facts import Eyes

_LOGGER = logging.getLogger(__name__)

ISSUE: Final = "satellite_deafened"
_WAIT: HassKey[Wait] = HassKey(f"{DOMAIN}.deafened")


async def hear_again(hass: HomeAssistant) -> None:
    """Give every satellite its assistant back; wait, as long as Home Assistant runs, for those that do not take it."""
    if left := await give_back(hass):
        hass.data[_WAIT] = wait = Wait(hass)
        wait.follow(left)


@callback
def leave_to_others(hass: HomeAssistant) -> None:
    """Wait no more: Earlid is set up anew, and itself sees to what is on disk."""
    if (wait := hass.data.pop(_WAIT, None)) is not None:
        wait.stop()
    for issue in [each for each in ir.async_get(hass).issues.values() if each.translation_key == ISSUE]:
        if issue.domain == DOMAIN:
            ir.async_delete_issue(hass, DOMAIN, issue.issue_id)


async def give_back(hass: HomeAssistant) -> dict[str, str]:
    """Give back what can be given now; return the rest, of which the household is told."""
    store = stored(hass)
    before = await store.async_load() or {}
    left = {select: option for select, option in before.items() if not await _given_back(hass, select, option)}
    if left:
        await store.async_save(left)
    else:
        await store.async_remove()
        if not hass.config_entries.async_entries(DOMAIN):
            await unmake(hass)
    for select, option in before.items():
        if select in left:
            _tell(hass, select, option)
        else:
            ir.async_delete_issue(hass, DOMAIN, _issue_id(select))
    return left


async def _given_back(hass: HomeAssistant, select: str, option: str) -> bool:
    """Return whether the select refuses no more: it is gone, somebody has chosen, or it took what it had."""
    entity_id = er.async_resolve_entity_id(er.async_get(hass), select)
    if entity_id is None:
        return True
    if (shows := Eyes(hass).satellite(entity_id)) == NAME:
        try:
            await choose(hass, entity_id, option)
        except (HomeAssistantError, TimeoutError) as error:
            _LOGGER.warning("%s does not take back its assistant %s: %r", entity_id, option, error)
            return False
    return shows is not None


class Wait:
    """Tries again whenever one of the selects shows something, or gets another name."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Follow none yet."""
        self._hass = hass
        self._stops: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._again = False

    @callback
    def follow(self, left: Mapping[str, str]) -> None:
        """Follow these from now on."""
        self._unfollow()
        registry = er.async_get(self._hass)
        ids = [one for one in (er.async_resolve_entity_id(registry, select) for select in left) if one is not None]
        told = callback(lambda _event: self._look())
        self._stops = [
            async_track_state_change_event(self._hass, ids, told),
            async_track_entity_registry_updated_event(self._hass, ids, told),
        ]

    @callback
    def stop(self) -> None:
        """Follow none any more."""
        self._unfollow()
        if self._task is not None:
            self._task.cancel()

    @callback
    def _unfollow(self) -> None:
        for stop in self._stops:
            stop()
        self._stops = []

    @callback
    def _look(self) -> None:
        self._again = True
        if self._task is None or self._task.done():
            self._task = self._hass.async_create_background_task(self._try(), "earlid deafened satellites")

    async def _try(self) -> None:
        while self._again:
            self._again = False
            self.follow(await give_back(self._hass))


class DeafenedFlow(ConfirmRepairFlow):
    """Tries at once; where Earlid is not loaded any more, Home Assistant only shows what can be done by hand."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is None:
            return await super().async_step_confirm(user_input)
        await give_back(self.hass)
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        if issue is None:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            errors={"base": "still_so"},
            description_placeholders=dict(issue.translation_placeholders or {}),
        )


@callback
def _tell(hass: HomeAssistant, select: str, option: str) -> None:
    entry: Any = er.async_get(hass).entities.get_entry(select)
    device = dr.async_get(hass).async_get(entry.device_id or "")
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(select),
        data={"slug": "", "key": ISSUE},
        is_fixable=True,
        # Only what is shown after a restart too helps: nobody waits any more then.
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE,
        translation_placeholders={
            "satellite": entry.entity_id if device is None else device.name_by_user or device.name or entry.entity_id,
            "select": entry.entity_id,
            "before": option,
            "assistant": NAME,
        },
    )


def _issue_id(select: str) -> str:
    return f"{ISSUE}_{select}"
