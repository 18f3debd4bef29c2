"""What the household should know and can do something about, as Home Assistant's repair issues."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .documentation import address_of
from .engine.assurance import off_when_power_returns
from .engine.model import Cause, Record, Speaker
from .engine.trials import Verdict
from .kept import KEPT
from .repair_flows import FLOWS, ReadFlow
from .runtime import SpeakerView

_ON_RELAYS: Final = "docs/relays.md"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One kind of issue that a speaker can have."""

    issue: str
    """The issue's id is this and the speaker's slug."""
    key: Callable[[SpeakerView], str | None]
    """The translation key while the speaker has it; None: it has not."""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    more: str | None = None
    """Which page of Earlid's own says more."""
    says: Callable[[SpeakerView], dict[str, str]] = lambda _: {}
    """What its words name beside the speaker."""


def _breach(view: SpeakerView) -> str | None:
    # A speaker that is only observed is in breach by design, and is no issue.
    return f"breach_{view.breach.cause.value}" if view.breach is not None and view.speaker.enforce else None


def _clock(view: SpeakerView) -> str | None:
    """Return what a self-test has found wrong."""
    tried = view.assurance.evidence.clock
    if view.clock is None or tried is None:
        return None
    return {Verdict.IGNORED: "lease_ignored", Verdict.CONTRADICTED: "meter_contradicts"}.get(tried.verdict)


def _power_on(view: SpeakerView) -> str | None:
    """Return what is wrong with what the relay does when power returns, or that nobody knows it."""
    if view.clock is None or view.clock.fixed is not None or not view.speaker.enforce:
        return None
    assurance = view.assurance
    off = off_when_power_returns(assurance.evidence, assurance.settings)
    if off is False:
        return "power_on_not_off"
    tried = assurance.evidence.clock
    proven = tried is not None and tried.verdict is Verdict.PROVEN
    return "power_cycle" if off is None and proven else None


def _on_trial(view: SpeakerView) -> dict[str, str]:
    """Return for how long a self-test lets the relay be on."""
    length = None if view.clock is None else view.clock.fixed or view.clock.trial
    return {} if length is None else {"seconds": f"{length.total_seconds():.0f}"}


TROUBLES: Final = (
    Trouble(issue="breach", key=_breach, severity=ir.IssueSeverity.ERROR),
    Trouble(
        issue="relay_missing",
        key=lambda view: "relay_missing" if view.relay_missing else None,
        severity=ir.IssueSeverity.ERROR,
    ),
    Trouble(issue="clock", key=_clock, more=_ON_RELAYS, says=_on_trial),
    Trouble(issue="power_on", key=_power_on, more=_ON_RELAYS),
    Trouble(
        issue="kept_command",
        key=lambda view: "kept_command" if view.assurance.settings.kept_command else None,
        more=_ON_RELAYS,
    ),
    Trouble(issue="left_plug", key=lambda view: "left_plug" if view.left_plug else None),
    Trouble(issue="flapping", key=lambda view: "relay_flapping" if view.flapping else None),
    Trouble(
        issue="no_lease",
        key=lambda view: "no_lease" if view.clock is None and view.speaker.enforce else None,
        more=_ON_RELAYS,
    ),
)

# What is known only once Home Assistant has started: until then entities are still coming.
_NOT_BEFORE_START: Final = ("relay_missing",)
# For these there is nothing to do in Home Assistant: they go when the household has seen to them.
_UNFIXABLE: Final = (
    frozenset({"relay_missing", "kept_command", *(f"breach_{cause.value}" for cause in Cause)}) - FLOWS.keys()
)


@callback
def show(hass: HomeAssistant, view: SpeakerView, *, started: bool) -> None:
    """Show the issues that the speaker has now, and take away those it has no more."""
    for trouble in TROUBLES:
        key = trouble.key(view) if started or trouble.issue not in _NOT_BEFORE_START else None
        _set(hass, trouble, key, view)


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
def audio_captured(hass: HomeAssistant, speaker: Speaker, record: Record) -> None:
    """Say that someone took raw audio from a speaker; shown until it is read, after a restart too."""
    issue_id = f"audio_captured_{speaker.slug}"
    # One that the household ignored was about an earlier time.
    ir.async_delete_issue(hass, DOMAIN, issue_id)
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="audio_captured",
        translation_placeholders={"speaker": speaker.name, "at": f"{dt_util.as_local(record.at):%Y-%m-%d %H:%M:%S}"},
    )


@callback
def forget(hass: HomeAssistant, slug: str) -> None:
    """Take away what is shown of a speaker; what the household does not want to see again is remembered as such."""
    for issue_id in (f"{trouble.issue}_{slug}" for trouble in TROUBLES):
        shown = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
        if shown is not None and shown.dismissed_version is None:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _set(hass: HomeAssistant, trouble: Trouble, key: str | None, view: SpeakerView) -> None:
    issue_id = f"{trouble.issue}_{view.speaker.slug}"
    shown = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if key is None:
        if shown is not None:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    elif shown is None or shown.translation_key != key:
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"slug": view.speaker.slug, "key": key},
            is_fixable=key not in _UNFIXABLE,
            learn_more_url=None if trouble.more is None else address_of(hass, trouble.more),
            severity=trouble.severity,
            translation_key=key,
            translation_placeholders={"speaker": view.speaker.name} | trouble.says(view),
        )


async def async_create_fix_flow(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    issue_id: str,  # noqa: ARG001
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the flow that helps with an issue; one that only wants to be read has nothing else to offer."""
    if data is None or (flow := FLOWS.get(str(data["key"]))) is None:
        return ReadFlow()
    return flow(str(data["slug"]))


@callback
def show_home(hass: HomeAssistant, key: str, *, shown: bool) -> None:
    """Show, or take away, an issue of the whole home."""
    if shown:
        ir.async_create_issue(
            hass,
            DOMAIN,
            key,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
        )
    else:
        ir.async_delete_issue(hass, DOMAIN, key)


@callback
def journal_set_aside(hass: HomeAssistant, file: str, *, later: bool) -> None:
    """Say that the journal could not be used, where it is kept, and that a new one was begun; until that is read.

    It was damaged, or written by a later version of Earlid.
    """
    _file(hass, "journal_set_aside", file, "journal_of_later_version" if later else "journal_set_aside")


@callback
def document_set_aside(hass: HomeAssistant, file: str) -> None:
    """Say that a later version's memory could not be read, and where it is kept; until that is read."""
    _file(hass, "document_of_later_version", file, "document_of_later_version")


@callback
def journal_kept(hass: HomeAssistant, file: str) -> None:
    """Say where the journal of a home is that was removed, and offer to delete it."""
    _file(hass, KEPT, file, KEPT, severity=ir.IssueSeverity.WARNING, data={"slug": "", "key": KEPT})


@callback
def _file(
    hass: HomeAssistant,
    issue: str,
    file: str,
    key: str,
    *,
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR,
    data: dict[str, str | int | float | None] | None = None,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{file}",
        data=data,
        is_fixable=True,
        is_persistent=True,
        severity=severity,
        translation_key=key,
        translation_placeholders={"file": file},
    )
