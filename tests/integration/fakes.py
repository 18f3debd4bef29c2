"""A household that says what a test wants it to say and remembers what was wished of it, and a home to live in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryDataWithId
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.typing import ConfigType
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.earlid import services
from custom_components.earlid.const import DOMAIN, PLATFORMS
from custom_components.earlid.engine.activations import Activation, Report
from custom_components.earlid.engine.model import Because, Effect, Proof, Record
from custom_components.earlid.engine.policy import Flip
from custom_components.earlid.engine.trials import Finding
from custom_components.earlid.entity import register_hub
from custom_components.earlid.journal import Journal
from custom_components.earlid.runtime import EarlidConfigEntry, RuleView, SpeakerView


@dataclass
class FakeHousehold:
    """A `Household` of settable views."""

    speakers: dict[str, SpeakerView] = field(default_factory=dict)
    rules: dict[str, RuleView] = field(default_factory=dict)
    lockdown: bool = False
    undelivered: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    wishes: list[tuple[Any, ...]] = field(default_factory=list)
    contexts: list[Context | None] = field(default_factory=list)
    finding: Finding | None = None
    inside: dict[str, Any] = field(
        default_factory=lambda: {"started_at": None, "speakers": {}, "facts": {}, "rules": {}}
    )
    flips: list[Flip] = field(default_factory=list)
    _on_change: list[tuple[str | None, Callable[[], None]]] = field(default_factory=list)
    _on_record: list[Callable[[Record], None]] = field(default_factory=list)
    _on_speaker: list[Callable[[SpeakerView], None]] = field(default_factory=list)
    _on_rule: list[Callable[[RuleView], None]] = field(default_factory=list)

    def show(self, view: SpeakerView) -> None:
        """Let this speaker be so, and tell those it concerns."""
        self.speakers[view.speaker.slug] = view
        self.tell(view.speaker.slug)

    def show_rule(self, view: RuleView) -> None:
        """Let this rule be so."""
        self.rules[view.rule.slug] = view
        self.tell(None)

    def tell(self, slug: str | None) -> None:
        """Tell those who listen to this speaker, and those who listen to all."""
        for of, told in list(self._on_change):
            if of in (slug, None):
                told()

    def meet(self, view: SpeakerView) -> None:
        """Let a speaker come."""
        self.speakers[view.speaker.slug] = view
        for told in list(self._on_speaker):
            told(view)

    def record(self, record: Record) -> None:
        """Let something be recorded."""
        for told in list(self._on_record):
            told(record)

    @property
    def listeners(self) -> int:
        """How many still listen."""
        return len(self._on_change) + len(self._on_record) + len(self._on_speaker) + len(self._on_rule)

    def seen(self, slugs: Collection[str]) -> list[SpeakerView]:
        """See `Household`."""
        return [self.speakers[slug] for slug in slugs]

    def on_change(self, slug: str | None, told: Callable[[], None]) -> Callable[[], None]:
        """See `Household`."""
        return _joined(self._on_change, (slug, told))

    def on_record(self, told: Callable[[Record], None]) -> Callable[[], None]:
        """See `Household`."""
        return _joined(self._on_record, told)

    def on_speaker(self, told: Callable[[SpeakerView], None]) -> Callable[[], None]:
        """See `Household`."""
        for view in list(self.speakers.values()):
            told(view)
        return _joined(self._on_speaker, told)

    def on_rule(self, told: Callable[[RuleView], None]) -> Callable[[], None]:
        """See `Household`."""
        for view in list(self.rules.values()):
            told(view)
        return _joined(self._on_rule, told)

    async def mute(self, slugs: Collection[str], duration: timedelta | None, context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "mute", list(slugs), duration)

    async def listen(self, slugs: Collection[str], duration: timedelta, context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "listen", list(slugs), duration)

    async def resume(self, slugs: Collection[str], context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "resume", list(slugs))

    async def hold_until_next_change(self, slug: str, effect: Effect, context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "hold_until_next_change", slug, effect)

    async def set_lockdown(self, on: bool, context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "set_lockdown", on)
        self.lockdown = on
        self.tell(None)

    async def set_rule(self, slug: str, enabled: bool, context: Context | None) -> None:
        """See `Household`."""
        self._wish(context, "set_rule", slug, enabled)
        self.show_rule(replace(self.rules[slug], enabled=enabled))

    async def self_test(self, slugs: Collection[str]) -> dict[str, Finding | None]:
        """See `Household`."""
        self._wish(None, "self_test", list(slugs))
        return dict.fromkeys(slugs, self.finding)

    async def power_test(self, slug: str) -> Finding:
        """See `Household`."""
        self._wish(None, "power_test", slug)
        assert self.finding is not None
        return self.finding

    async def provision(self, slug: str) -> None:
        """See `Household`."""
        self._wish(None, "provision", slug)

    journal: Journal = field(init=False)
    """None, unless a test has given it one."""

    async def recorded(self) -> None:
        """Have no disk to wait for."""

    def report_activation(self, slug: str, report: Report) -> Activation:
        """See `Household`."""
        self._wish(None, "report_activation", slug, report)
        return Activation(
            id="01",
            speaker=slug,
            at=report.at or dt_util.utcnow(),
            sources=(report.source,),
            outcome=report.outcome,
            allowed=True,
            because=Because.POSTURE,
            microphone=Proof.LIVE,
        )

    def plan(self, slug: str, until: datetime) -> list[Flip]:
        """See `Household`."""
        self._wish(None, "plan", slug, until)
        return self.flips

    def _wish(self, context: Context | None, *wish: Any) -> None:
        self.wishes.append(wish)
        self.contexts.append(context)


def _joined[T](listening: list[T], one: T) -> Callable[[], None]:
    listening.append(one)
    return lambda: listening.remove(one)


@dataclass
class Home:
    """A Home Assistant with Earlid's entities and actions, over a household that is none."""

    hass: HomeAssistant
    entry: MockConfigEntry
    household: FakeHousehold

    def state(self, entity_id: str) -> str:
        """Return the state of an entity, which must be there."""
        state = self.hass.states.get(entity_id)
        assert state is not None, f"{entity_id} is not among {sorted(self.hass.states.async_entity_ids())}"
        return state.state

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """Return the attributes of an entity."""
        state = self.hass.states.get(entity_id)
        assert state is not None
        return dict(state.attributes)

    def show(self, slug: str, **changes: Any) -> None:
        """Change a speaker's view."""
        self.household.show(replace(self.household.speakers[slug], **changes))

    def add(self, view: SpeakerView) -> None:
        """Let a speaker come."""
        self.hass.config_entries.async_add_subentry(self.entry, ConfigSubentry(**subentry(view)))  # type: ignore[arg-type]
        self.household.meet(view)

    def device(self, slug: str | None = None) -> dr.DeviceEntry:
        """Return the device of a speaker, or the hub."""
        identifier = self.entry.entry_id if slug is None else f"{self.entry.entry_id}_{slug}"
        device = dr.async_get(self.hass).async_get_device_by_identifier((DOMAIN, identifier), self.entry.entry_id)
        assert device is not None
        return device

    async def call(self, action: str, context: Context | None = None, **data: Any) -> Any:
        """Call an action and wait until it is done: `mute`, or with its domain `switch.turn_on`."""
        domain, _, name = action.rpartition(".")
        response = (domain or DOMAIN, name) == (DOMAIN, "explain")
        return await self.hass.services.async_call(
            domain or DOMAIN, name, data, blocking=True, context=context, return_response=response
        )


def subentry(view: SpeakerView | RuleView) -> ConfigSubentryDataWithId:
    """Return the subentry that a view stands for."""
    kind, subject = ("speaker", view.speaker) if isinstance(view, SpeakerView) else ("rule", view.rule)
    return {
        "subentry_id": view.subentry_id,
        "subentry_type": kind,
        "title": subject.name,
        "unique_id": f"{kind}:{subject.slug}",
        "data": {"name": subject.name, "slug": subject.slug},
    }


async def move_in(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    *views: SpeakerView | RuleView,
    options: dict[str, Any] | None = None,
) -> Home:
    """Set Earlid up with these speakers and rules; its own set-up is replaced by the part that shows."""
    household = FakeHousehold(
        speakers={view.speaker.slug: view for view in views if isinstance(view, SpeakerView)},
        rules={view.rule.slug: view for view in views if isinstance(view, RuleView)},
    )

    async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
        services.async_register(hass)
        return True

    async def async_setup_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> bool:
        entry.runtime_data = household
        register_hub(hass, entry)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    async def async_unload_entry(hass: HomeAssistant, entry: EarlidConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

    for replacement in (async_setup, async_setup_entry, async_unload_entry):
        monkeypatch.setattr(f"custom_components.earlid.{replacement.__name__}", replacement, raising=False)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Earlid",
        data={"site": "home", "topic_prefix": "earlid"},
        options=options or {},
        subentries_data=[subentry(view) for view in views],
    )
    entry.add_to_hass(hass)
    if DOMAIN in hass.config.components:
        assert await hass.config_entries.async_setup(entry.entry_id)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    return Home(hass, entry, household)


def written(hass: HomeAssistant) -> list[str]:
    """Return a list that every entity id is appended to whose state is written from now on, changed or not."""
    entity_ids: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        entity_ids.append(event.data["entity_id"])

    @callback
    def every(_data: Any) -> bool:
        return True

    for event_type in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        hass.bus.async_listen(event_type, note, event_filter=every)
    return entity_ids
