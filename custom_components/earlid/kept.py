"""The journal of a home that was removed: kept, unless somebody says that it is to go too."""

from contextlib import suppress
from pathlib import Path
from typing import Final, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR
import voluptuous as vol

from .const import JOURNAL
from .journal.store import move_aside

KEPT: Final = "journal_kept"
_WHY: Final = "removed"
_DELETE: Final = "delete"


async def keep(hass: HomeAssistant) -> str | None:
    """Move the journal out of the way of a home that is set up anew; return its name, None where there is none."""
    path = Path(hass.config.path(STORAGE_DIR, JOURNAL))
    return await hass.async_add_executor_job(_keep, path)


def _keep(path: Path) -> str | None:
    return move_aside(path, _WHY).name if path.exists() else None


class KeptFlow(ConfirmRepairFlow):
    """Deletes it where that is ticked; where Earlid is not loaded any more, Home Assistant only has the words."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        told = {} if issue is None else dict(issue.translation_placeholders or {})
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({vol.Required(_DELETE, default=False): bool}),
                description_placeholders=told,
            )
        # The name comes out of a file that others may write.
        name = Path(told.get("file", "")).name
        if user_input.get(_DELETE) and name.startswith(f"{JOURNAL}.{_WHY}-"):
            await self.hass.async_add_executor_job(_delete, Path(self.hass.config.path(STORAGE_DIR, name)))
        return self.async_create_entry(data={})


def _delete(path: Path) -> None:
    for end in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).unlink()
