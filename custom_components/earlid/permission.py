"""Who may: everything that can end in listening asks here first, whoever brings the wish."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import CAT_ENTITIES, POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er

from .const import CONF_WHO_MAY_ALLOW, DOMAIN, WhoMayAllow
from .entity import microphone_unique_id, mode_unique_id
from .facts import spoken
from .runtime import EarlidConfigEntry, SpeakerView


class NotAllowed(Unauthorized):
    """The caller may not do this, and is told why in a translated sentence; Home Assistant's own says one word."""

    def __init__(
        self, key: str, context: Context | None, placeholders: dict[str, str] | None = None, **more: Any
    ) -> None:
        """Take the key of the sentence, and what `Unauthorized` takes."""
        super().__init__(context=context, **more)
        self.generate_message = True
        self.translation_domain = DOMAIN
        self.translation_key = key
        self.translation_placeholders = placeholders


async def ensure_may_allow(hass: HomeAssistant, entry: EarlidConfigEntry, context: Context | None) -> None:
    """Let through who may do what can end in listening.

    A call without a user is the household's own automation and may; one by voice could be anyone's.

    Raises:
        NotAllowed: Only administrators may, and this is none of them.
    """
    if not _admins_only(entry) or context is None:
        return
    await ensure_admin(hass, context)


async def ensure_admin(hass: HomeAssistant, context: Context | None) -> None:
    """Let through administrators, and the household's own automations; not who speaks, who could be anyone.

    Raises:
        NotAllowed: It is none of these.
    """
    user = None if context is None else await _user(hass, context)
    if user is None:
        if context is not None and spoken(hass, context):
            raise NotAllowed("not_by_voice", context)
    elif not user.is_admin:
        raise NotAllowed("admins_only", context)


async def ensure_may_verify(hass: HomeAssistant, context: Context) -> None:
    """Let through who may have the whole journal read: administrators, and the household's own automations.

    Raises:
        NotAllowed: It is none of these.
    """
    try:
        await ensure_admin(hass, context)
    except NotAllowed as refusal:
        raise NotAllowed("journal_admins_only", context) from refusal


async def is_admin(hass: HomeAssistant, context: Context | None) -> bool:
    """Return whether `ensure_admin` lets this caller through."""
    try:
        await ensure_admin(hass, context)
    except NotAllowed:
        return False
    return True


async def ensure_may_mute(
    hass: HomeAssistant,
    entry: EarlidConfigEntry,
    context: Context | None,
    views: Iterable[SpeakerView],
    until: datetime | None,
) -> None:
    """Let through who may mute until then (None: until resumed).

    Everyone may, but a mute hold takes the place of the one before: a shorter one is a way to end it early.

    Raises:
        NotAllowed: It would end a mute hold early, and the caller may not do what can end in listening.
    """
    if any(outlasts(view, until) for view in views):
        await ensure_may_allow(hass, entry, context)


async def ensure_control(
    hass: HomeAssistant, entry: EarlidConfigEntry, context: Context, slugs: Collection[str]
) -> None:
    """Let through who may control each of these speakers: their mode, since an action does what that does.

    Raises:
        NotAllowed: The user may not control one of them.
    """
    user = await _user(hass, context)
    if user is None:
        return
    for slug in slugs:
        if not may_control(hass, entry, user, slug):
            entity_id = er.async_get(hass).async_get_entity_id(Platform.SELECT, DOMAIN, mode_unique_id(entry, slug))
            raise NotAllowed(
                "no_control",
                context,
                {"speaker": entry.runtime_data.speakers[slug].speaker.name},
                entity_id=entity_id,
                perm_category=CAT_ENTITIES,
                permission=POLICY_CONTROL,
            )


def may_control(hass: HomeAssistant, entry: EarlidConfigEntry, user: User, slug: str) -> bool:
    """Return whether the user may control the speaker: its mode."""
    return _may(hass, user, POLICY_CONTROL, Platform.SELECT, mode_unique_id(entry, slug))


def may_read(hass: HomeAssistant, entry: EarlidConfigEntry, user: User, slug: str) -> bool:
    """Return whether the user may know of the speaker: see its microphone."""
    return _may(hass, user, POLICY_READ, Platform.SENSOR, microphone_unique_id(entry, slug))


def may_allow(entry: EarlidConfigEntry, user: User) -> bool:
    """Return whether the user may do what can end in listening."""
    return user.is_admin or not _admins_only(entry)


def _may(hass: HomeAssistant, user: User, policy: str, platform: Platform, unique_id: str) -> bool:
    if user.is_admin or user.permissions.access_all_entities(policy):
        return True
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    return entity_id is not None and bool(user.permissions.check_entity(entity_id, policy))


def _admins_only(entry: EarlidConfigEntry) -> bool:
    return bool(entry.options.get(CONF_WHO_MAY_ALLOW, WhoMayAllow.ANYONE) == WhoMayAllow.ADMINS)


async def _user(hass: HomeAssistant, context: Context) -> User | None:
    """Return the user who called; None: nobody, it is an automation."""
    if context.user_id is None:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise NotAllowed("unknown_user", context)
    return user


def outlasts(view: SpeakerView, until: datetime | None) -> bool:
    """Return whether the speaker's mute hold would go on longer than until then."""
    hold = view.holds.mute
    return hold is not None and until is not None and (hold.until is None or hold.until > until)
