"""What Earlid can do about an issue together with the household, one dialog for each kind of help."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .const import DOMAIN
from .deafened import ISSUE as DEAFENED, DeafenedFlow
from .engine.trials import Verdict
from .kept import KEPT, KeptFlow
from .newcomers import NewcomerFlow
from .runtime import Household
from .sentences import OUTDATED, SentencesFlow

# What is good news; with anything else the issue stays.
_GOOD: Final = frozenset({Verdict.PROVEN, Verdict.STAYED_OFF})


class ReadFlow(ConfirmRepairFlow):
    """For what only wants to be read."""


class _SpeakerFlow(RepairsFlow):
    """Helps with one speaker: says what will be done, does it, tells what came of it."""

    def __init__(self, slug: str) -> None:
        """Help with this speaker."""
        self._slug = slug

    @property
    def _household(self) -> Household | None:
        """The household, while it is loaded and has the speaker."""
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        household: Household | None = entries[0].runtime_data if entries else None
        return household if household is not None and self._slug in household.speakers else None

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Return the first form."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Return what will be done, or do it."""
        if user_input is None:
            return self._form({})
        household = self._household
        if household is None:
            return self.async_abort(reason="speaker_gone")
        return await self._help(household)

    async def _help(self, household: Household) -> RepairsFlowResult:
        raise NotImplementedError

    def _form(self, errors: dict[str, str], problem: str = "") -> RepairsFlowResult:
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders=self._placeholders | {"problem": problem},
        )

    @property
    def _placeholders(self) -> dict[str, str]:
        """What the issue names."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return {} if issue is None else dict(issue.translation_placeholders or {})


class AdviceFlow(_SpeakerFlow):
    """For what the household may live with: read, and not shown again."""

    @override
    async def _help(self, household: Household) -> RepairsFlowResult:
        # An issue that is finished is forgotten, and would come back with the next look; one that is ignored stays so.
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, ignore=True)
        return self.async_abort(reason="understood")


class CheckFlow(_SpeakerFlow):
    """For what only the household can mend, at the plug: says whether it is mended."""

    @override
    async def _help(self, household: Household) -> RepairsFlowResult:
        if ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id) is not None:
            return self._form({"base": "still_so"})
        return self.async_create_entry(data={})


class ProvisionFlow(_SpeakerFlow):
    """For a device that is not set up for Earlid: sets it up, with consent."""

    @override
    async def _help(self, household: Household) -> RepairsFlowResult:
        try:
            await household.provision(self._slug)
        except (HomeAssistantError, TimeoutError) as error:
            # What a relay names as its problem is a key here; all else is that it did not take it.
            return self._form({"base": getattr(error, "problem", "no_answer")})
        if ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id) is not None:
            return self._form({"base": "still_so"})
        return self.async_create_entry(data={})


class _TrialFlow(_SpeakerFlow):
    """For what a trial will show: tries, and tells what came of it."""

    _trial: asyncio.Task[Verdict | None] | None = None

    def _try(self, household: Household) -> Coroutine[Any, Any, Verdict | None]:
        raise NotImplementedError

    @override
    async def _help(self, household: Household) -> RepairsFlowResult:
        return await self.async_step_trial()

    async def async_step_trial(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Return that the trial goes on, or where to go when it is over."""
        if self._trial is None:
            if (household := self._household) is None:
                return self.async_abort(reason="speaker_gone")
            self._trial = self.hass.async_create_background_task(self._try(household), "earlid trial")
        if not self._trial.done():
            return self.async_show_progress(
                step_id="trial",
                progress_action="trial",
                progress_task=self._trial,
                description_placeholders=self._placeholders,
            )
        return self.async_show_progress_done(next_step_id="over")

    async def async_step_over(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Return what came of it."""
        trial, self._trial = self._trial, None
        if trial is None or trial.cancelled():
            return self.async_abort(reason="interrupted")
        try:
            verdict = trial.result()
        except HomeAssistantError as error:
            return self._form({"base": "not_tried"}, str(error))
        if verdict in _GOOD:
            return self.async_create_entry(data={})
        return self._form({"base": "interrupted" if verdict is None else verdict.value})


class SelfTestFlow(_TrialFlow):
    """For a clock that failed its self-test: tries it again, once the household has seen to it."""

    @override
    async def _try(self, household: Household) -> Verdict | None:
        finding = (await household.self_test([self._slug]))[self._slug]
        return None if finding is None else finding.verdict


class PowerTestFlow(_TrialFlow):
    """For a relay that does not say what it does when power returns: watches while someone pulls its plug."""

    @override
    async def _try(self, household: Household) -> Verdict | None:
        return (await household.power_test(self._slug)).verdict


FLOWS: Final[dict[str, Callable[[str], RepairsFlow]]] = {
    "lease_ignored": SelfTestFlow,
    "meter_contradicts": SelfTestFlow,
    "power_on_not_off": ProvisionFlow,
    "power_cycle": PowerTestFlow,
    "no_lease": AdviceFlow,
    "relay_flapping": AdviceFlow,
    "left_plug": CheckFlow,
    "unguarded": NewcomerFlow,
    "breach_evidence_contradicts": CheckFlow,
    KEPT: lambda _: KeptFlow(),
    DEAFENED: lambda _: DeafenedFlow(),
    OUTDATED: lambda _: SentencesFlow(),
}
