"""Buttons: put a speaker's relay on trial."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .engine.trials import Verdict
from .entity import SpeakerEntity
from .permission import ensure_admin
from .runtime import EarlidConfigEntry, SpeakerView

PARALLEL_UPDATES = 0

SELF_TEST = ButtonEntityDescription(
    key="self_test",
    translation_key="self_test",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: EarlidConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the self-test of each speaker there is and each that comes."""

    @callback
    def meet(view: SpeakerView) -> None:
        async_add_entities([SelfTestButton(entry, view)], config_subentry_id=view.subentry_id)

    entry.async_on_unload(entry.runtime_data.on_speaker(meet))


class SelfTestButton(SpeakerEntity, ButtonEntity):
    """The self-test of a speaker's relay."""

    _domain = Platform.BUTTON
    entity_description = SELF_TEST

    def __init__(self, entry: EarlidConfigEntry, view: SpeakerView) -> None:
        """Begin with the speaker as it is."""
        super().__init__(entry, view, SELF_TEST.key)

    @override
    async def async_press(self) -> None:
        """Try the relay's own clock; the press returns when it is known what came of it.

        Raises:
            NotAllowed: The caller is no administrator.
            ServiceValidationError: The speaker may not listen now, is only observed, or is on trial already; or nothing
                came of it.
        """
        await ensure_admin(self.hass, self._context)
        finding = (await self._household.self_test([self._slug]))[self._slug]
        if finding is None:
            raise self._wrong("self_test_no_clock")
        if finding.verdict is Verdict.INTERRUPTED:
            raise self._wrong("self_test_interrupted")
        if finding.verdict is Verdict.UNREACHABLE:
            raise self._wrong("self_test_unreachable")

    def _wrong(self, key: str) -> ServiceValidationError:
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"speaker": self.view.speaker.name},
        )
