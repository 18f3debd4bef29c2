"""Switches: lockdown, and one for each rule."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import UndefinedType

from .engine.model import Effect
from .entity import HubEntity, hub_identifier
from .permission import ensure_control, ensure_may_allow
from .runtime import EarlidConfigEntry, Household, RuleView

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class HubSwitchDescription(SwitchEntityDescription):
    """A switch of the whole home."""

    is_on: Callable[[Household], bool]
    turn: Callable[[Household, bool, Context | None], Coroutine[Any, Any, None]]
    can_allow: bool
    """The position that can end in listening."""


HUB_SWITCHES: tuple[HubSwitchDescription, ...] = (
    HubSwitchDescription(
        key="lockdown",
        translation_key="lockdown",
        is_on=lambda household: household.lockdown,
        turn=lambda household, on, context: household.set_lockdown(on, context),
        can_allow=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: EarlidConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the hub's, and that of each rule there is and each that comes."""
    async_add_entities([HubSwitch(entry, description) for description in HUB_SWITCHES])
    hub = dr.async_get(hass).async_get_device_by_identifier(hub_identifier(entry), entry.entry_id)

    @callback
    def meet(view: RuleView) -> None:
        async_add_entities([RuleSwitch(entry, view, hub)], config_subentry_id=view.subentry_id)

    entry.async_on_unload(entry.runtime_data.on_rule(meet))


class _Switch(HubEntity, SwitchEntity):
    """A switch of which one position can end in listening."""

    _domain = Platform.SWITCH

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._turn(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._turn(on=False)

    async def _turn(self, *, on: bool) -> None:
        # The next call sets another context, so it is taken before anything is awaited.
        context = self._context
        if on is self._can_allow():
            await self._ensure_may_allow(context)
        await self._do(on, context)
        self.refresh()

    def _can_allow(self) -> bool:
        """Return the position that can end in listening."""
        raise NotImplementedError

    async def _ensure_may_allow(self, context: Context | None) -> None:
        """Let through who may put it into that position."""
        raise NotImplementedError

    async def _do(self, on: bool, context: Context | None) -> None:
        """Switch it."""
        raise NotImplementedError


class HubSwitch(_Switch):
    """A switch of the whole home."""

    entity_description: HubSwitchDescription

    def __init__(self, entry: EarlidConfigEntry, description: HubSwitchDescription) -> None:
        """Take a line of the table."""
        super().__init__(entry, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.is_on(self._household)

    @override
    def _can_allow(self) -> bool:
        return self.entity_description.can_allow

    @override
    async def _ensure_may_allow(self, context: Context | None) -> None:
        await ensure_may_allow(self.hass, self._entry, context, lifts=True)

    @override
    async def _do(self, on: bool, context: Context | None) -> None:
        await self.entity_description.turn(self._household, on, context)


class RuleSwitch(_Switch):
    """Whether a rule counts at all; the attribute says whether it holds now.

    Its state is not whether the rule holds: a night rule switched on in the morning would jump back to off.
    It belongs to the rule's subentry, which takes it along when it goes, and sits on the hub's device. A device
    info would move that device into the subentry, so it gets the device itself.
    """

    _attr_translation_key = "rule"

    def __init__(self, entry: EarlidConfigEntry, view: RuleView, hub: dr.DeviceEntry | None) -> None:
        """Begin with the rule as it is."""
        self._slug = view.rule.slug
        super().__init__(entry, f"rule_{self._slug}")
        self._view = view
        self._attr_device_info = None
        self.device_entry = hub
        self._attr_translation_placeholders = {"rule": view.rule.name}

    @property
    def view(self) -> RuleView:
        """The rule as it is, or as it was last, when it is being removed."""
        self._view = self._household.rules.get(self._slug, self._view)
        return self._view

    @property
    @override
    def name(self) -> str | UndefinedType | None:
        # Home Assistant's own is made once: a rule that is renamed would keep its old name here.
        return self._name_internal(None, self.platform_data.platform_translations)

    @property
    @override
    def available(self) -> bool:
        return self._slug in self._household.rules

    @property
    @override
    def is_on(self) -> bool:
        return self.view.enabled

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        view = self.view
        return {"in_force": (view.enabled and view.in_force) if view.known else None}

    @callback
    @override
    def refresh(self) -> None:
        self._attr_translation_placeholders = {"rule": self.view.rule.name}
        super().refresh()

    @override
    def _can_allow(self) -> bool:
        return self.view.rule.effect is Effect.LISTEN

    @override
    async def _ensure_may_allow(self, context: Context | None) -> None:
        rule = self.view.rule
        if context is not None:
            # Else a switch of one's own would let listen speakers of others.
            concerned = [slug for slug in self._household.speakers if rule.concerns(slug)]
            await ensure_control(self.hass, self._entry, context, concerned)
        await ensure_may_allow(self.hass, self._entry, context, rule.speakers or None)

    @override
    async def _do(self, on: bool, context: Context | None) -> None:
        await self._household.set_rule(self._slug, on, context)
