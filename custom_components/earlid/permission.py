"""Who may: everything that can end in listening asks here first, whoever brings the wish.

What is said aloud could be anyone's, and it is heard by somebody: by which satellite decides too. `whose.py` knows
whose word a call is.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import CAT_ENTITIES, POLICY_CONTROL, POLICY_READ
from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID, Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from .agents import is_agents
from .const import (
    CONF_ACTIVATIONS,
    CONF_AGENTS_MAY_LISTEN,
    CONF_MICROPHONE_ENTITY,
    CONF_SILENCES,
    CONF_SLUG,
    CONF_VOICE_ALLOW_FROM,
    CONF_VOICE_ALLOW_OTHERS,
    CONF_WHO_MAY_ALLOW,
    DOMAIN,
    SUBENTRY_SPEAKER,
    WhoMayAllow,
)
from .engine.model import Effect, Hold, Silences
from .entity import microphone_unique_id, mode_unique_id
from .runtime import EarlidConfigEntry, Household, SpeakerView
from .whose import UNKNOWN, Ear, whose


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


def own_speakers(hass: HomeAssistant, entry: EarlidConfigEntry, ear: Ear) -> set[str]:
    """Return the slugs of the guarded speakers that this ear is itself the microphone of."""
    device = _device(hass, ear)
    return {
        subentry.data[CONF_SLUG]
        for subentry in entry.get_subentries_of_type(SUBENTRY_SPEAKER)
        if (ear.satellite and ear.satellite in subentry.data.get(CONF_ACTIVATIONS, ()))
        or (device and device in _devices(hass, subentry.data))
    }


def _devices(hass: HomeAssistant, speaker: Mapping[str, Any]) -> set[str | None]:
    """Return the devices that are a speaker: the one it guards, its satellite's, and what its own mute belongs to."""
    # Other signs of a wake may be of any device, a router for one.
    satellites = [one for one in speaker.get(CONF_ACTIVATIONS, ()) if str(one).startswith("assist_satellite.")]
    mute = speaker.get(CONF_ENTITY_ID) if speaker.get(CONF_SILENCES) == Silences.MICROPHONE else None
    parts = filter(None, (*satellites, speaker.get(CONF_MICROPHONE_ENTITY), mute))
    return {speaker.get(CONF_DEVICE_ID), *(_device_of(hass, part) for part in parts)}


async def ensure_may_allow(
    hass: HomeAssistant,
    entry: EarlidConfigEntry,
    context: Context | None,
    slugs: Collection[str] | None = None,
    *,
    ear: Ear | None = None,
    lifts: bool = False,
) -> None:
    """Let through who may do what can end in listening, of these speakers (None: of any).

    A call without a user is the household's own automation and may; one by voice could be anyone's, and so could one
    that a language model makes. `ear`: what heard it, where the caller knows better than its context. `lifts`: it is
    about lockdown itself.

    Raises:
        NotAllowed: Only administrators may, and this is none of them; it was heard where it does not count; or it is a
            model that wants it.
    """
    if context is None:
        return
    # A satellite's context may have a user: VoIP's has one of its own.
    word = await whose(hass, context)
    if is_agents(hass, context) or is_agents(hass, word.context):
        await _ensure_agent_may(hass, entry, word.context)
    if (heard := ear or word.ear) is not None:
        _ensure_voice_may(hass, entry, context, slugs, heard, lifts=lifts)
    elif _admins_only(entry):
        await ensure_admin(hass, context)


async def _ensure_agent_may(hass: HomeAssistant, entry: EarlidConfigEntry, context: Context) -> None:
    """Let through a language model where the household wants that, and never what lockdown has silenced."""
    if not entry.options.get(CONF_AGENTS_MAY_LISTEN, False):
        raise NotAllowed("not_by_agents", context)
    if entry.runtime_data.lockdown:
        raise NotAllowed("not_by_agents_in_lockdown", context)
    if _admins_only(entry) and await _user(hass, context) is None:
        # An automation may, and a model that one has asked something is not that automation.
        raise NotAllowed("admins_only", context)


def _ensure_voice_may(
    hass: HomeAssistant,
    entry: EarlidConfigEntry,
    context: Context,
    slugs: Collection[str] | None,
    ear: Ear,
    *,
    lifts: bool,
) -> None:
    """Let through what is said aloud where the household wants to hear it, and never what lockdown has silenced."""
    if _admins_only(entry):
        raise NotAllowed("not_by_voice", context)
    if (listened_to := entry.options.get(CONF_VOICE_ALLOW_FROM) or ()) and not (
        {ear.satellite, _device(hass, ear)} - {None} & {*listened_to, *(_device_of(hass, one) for one in listened_to)}
    ):
        raise NotAllowed("not_said_here", context)
    # What nobody knows may be any of the guarded speakers.
    unknown, own = ear == UNKNOWN, own_speakers(hass, entry, ear)
    if lifts:
        # What lockdown has silenced and hears all the same is the last that is to be obeyed.
        if own or unknown:
            raise NotAllowed("not_by_the_silenced" if own else "not_said_here", context)
        return
    if entry.runtime_data.lockdown:
        raise NotAllowed("not_in_lockdown", context)
    meant = set(entry.runtime_data.speakers if slugs is None else slugs)
    if (unknown or (own and not meant <= own)) and not entry.options.get(CONF_VOICE_ALLOW_OTHERS, False):
        raise NotAllowed("not_for_others", context)


def _device(hass: HomeAssistant, ear: Ear) -> str | None:
    return ear.device or (None if ear.satellite is None else _device_of(hass, ear.satellite))


def _device_of(hass: HomeAssistant, entity_id: str) -> str | None:
    registered = er.async_get(hass).async_get(entity_id)
    return None if registered is None else registered.device_id


async def ensure_admin(hass: HomeAssistant, context: Context | None) -> None:
    """Let through administrators, and the household's own automations; not who speaks, who could be anyone.

    Raises:
        NotAllowed: It is none of these.
    """
    if context is None:
        return
    word = await whose(hass, context)
    if word.ear is not None:
        raise NotAllowed("not_by_voice", context)
    user = await _user(hass, word.context)
    if user is not None and not user.is_admin:
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
    *,
    while_base: bool | None = None,
    ear: Ear | None = None,
) -> None:
    """Let through who may mute until then (None: until resumed), and only while the decision without holds is this.

    Everyone may, but a mute hold takes the place of the one before: a shorter one is a way to end it early.

    Raises:
        NotAllowed: It would end a mute hold early, and the caller may not do what can end in listening.
    """
    hold = Hold(effect=Effect.MUTE, at=dt_util.utcnow(), until=until, ends_when_base_leaves=while_base)
    if shorter := outlasting(entry.runtime_data, [view.speaker.slug for view in views], hold):
        await ensure_may_allow(hass, entry, context, shorter, ear=ear)


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


def outlasting(household: Household, slugs: Collection[str], hold: Hold) -> list[str]:
    """Return the speakers whose mute holds could go on longer than this one, which would take their place."""
    if hold.until is None and hold.ends_when_base_leaves is None:
        # Most are; an OFF for many should not wait until each of them has been seen.
        return []
    # What is shown trails what holds while commands are sent: a mute that was only just made would not count.
    known = {slug: household.speakers[slug] for slug in slugs}
    known |= {view.speaker.slug: view for view in household.seen(slugs)}
    return [slug for slug, view in known.items() if (mute := view.holds.mute) is not None and _outlasts(mute, hold)]


def _outlasts(before: Hold, hold: Hold) -> bool:
    # One that also ends when the rules change their mind may end at any moment, however late it would otherwise.
    if hold.ends_when_base_leaves not in (None, before.ends_when_base_leaves):
        return True
    return hold.until is not None and (before.until is None or before.until > hold.until)
