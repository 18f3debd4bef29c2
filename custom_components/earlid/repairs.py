"""What the household should know and can do something about, as Home Assistant's repair issues."""

from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .engine.model import Cause
from .runtime import SpeakerView

# Causes whose issue names what to do; each has its own translation.
_BREACH: Final = {cause: f"breach_{cause.value}" for cause in Cause}


@callback
def show(hass: HomeAssistant, view: SpeakerView, *, started: bool) -> None:
    """Show the issues that the speaker has now, and take away those it has no more.

    A speaker that is only observed is in breach by design, and is no issue.
    """
    slug = view.speaker.slug
    placeholders = {"speaker": view.speaker.name}
    breach = view.breach if view.speaker.enforce else None
    _set(hass, f"breach_{slug}", None if breach is None else _BREACH[breach.cause], placeholders)
    missing = view.relay_missing and started
    _set(hass, f"relay_missing_{slug}", "relay_missing" if missing else None, placeholders)


@callback
def speaker_removed(hass: HomeAssistant, view: SpeakerView) -> None:
    """Say that a removed speaker's relay was left as it is."""
    slug = view.speaker.slug
    forget(hass, slug)
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"relay_left_{slug}",
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="relay_left",
        translation_placeholders={"speaker": view.speaker.name},
    )


@callback
def forget(hass: HomeAssistant, slug: str) -> None:
    """Take away what is shown of a speaker."""
    for issue in (f"breach_{slug}", f"relay_missing_{slug}"):
        ir.async_delete_issue(hass, DOMAIN, issue)


def _set(hass: HomeAssistant, issue_id: str, key: str | None, placeholders: dict[str, str]) -> None:
    shown = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if key is None:
        if shown is not None:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    elif shown is None or shown.translation_key != key:
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
            translation_placeholders=placeholders,
        )


async def async_create_fix_flow(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    issue_id: str,  # noqa: ARG001
    data: dict[str, str | int | float | None] | None,  # noqa: ARG001
) -> RepairsFlow:
    """Return the flow of an issue that only wants to be read."""
    return ConfirmRepairFlow()
