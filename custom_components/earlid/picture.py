"""The home as one user sees it now, in the shapes that go to the browser; and what has changed in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Final, cast

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, valid_entity_id
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.loader import async_get_loaded_integration

from . import wire
from .const import DOMAIN
from .days import today
from .engine.activations import Activation
from .engine.finishing import waits
from .engine.ledger import REFERENCE
from .engine.model import Breach, Holds, Vote
from .engine.rules import Presence
from .engine.windows import Window
from .entity import next_change, speaker_identifier
from .permission import may_allow, may_control, may_read
from .runtime import EarlidConfigEntry, RuleView, SpeakerView

# They grow while nothing happens: told with what else changes, and once a minute.
_SLOW: Final = frozenset({"live_today", "exposed_today"})
# What of the home itself is told alone when it changes. `undelivered` changes with each record, so it is slow too.
_TOLD: Final = frozenset({"lockdown", "all_off", "may_allow", "rules", "unguarded"})


def home(
    hass: HomeAssistant, entry: EarlidConfigEntry, user: User, unguarded: Sequence[wire.Unguarded] = ()
) -> wire.Home:
    """Return the whole home; of the speakers only those whose microphone the user may see.

    `unguarded` is dear to find, and seldom changes.
    """
    household = entry.runtime_data
    views = {slug: view for slug, view in household.speakers.items() if may_read(hass, entry, user, slug)}
    entities = _entities(hass, entry, views)
    # Of a home of which one may see nothing, there is nothing to know either.
    concerned = user.is_admin or bool(views)
    return {
        "version": str(async_get_loaded_integration(hass, DOMAIN).version),
        "entry_id": entry.entry_id if concerned else "",
        "title": entry.title,
        "lockdown": household.lockdown,
        "lockdown_entity": er.async_get(hass).async_get_entity_id(
            Platform.SWITCH, DOMAIN, f"{entry.entry_id}_lockdown"
        ),
        "all_off": bool(views) and all(view.assessment.proof.off for view in views.values()),
        "may_allow": may_allow(entry, user),
        "is_admin": user.is_admin,
        "undelivered": household.undelivered if concerned else 0,
        "reference_per_hour": cast("float", REFERENCE["per_hour"]),
        "rules": [
            _rule(hass, entry, view, user)
            for view in household.rules.values()
            # One whose speakers have all gone is theirs who could change it.
            if user.is_admin or (not view.rule.speakers and concerned) or view.rule.speakers & views.keys()
        ],
        "speakers": [speaker(hass, entry, view, entities[slug], user) for slug, view in views.items()],
        "unguarded": list(unguarded) if user.is_admin else [],
    }


def change(before: wire.Home, now: wire.Home, *, slow: bool) -> wire.HomeChange | None:
    """Return what has changed; None where so much has that the whole home is told, and empty where nothing has.

    `slow`: also what only grows.
    """
    differs = {key for key, value in now.items() if before[key] != value}  # type: ignore[literal-required]
    if differs - _TOLD - {"speakers", "undelivered"}:
        return None
    keys = differs & (_TOLD | {"undelivered"} if slow else _TOLD)
    told = cast("wire.HomeChange", {key: value for key, value in now.items() if key in keys})
    known = {one["slug"]: one for one in before["speakers"]}
    changed = [one for one in now["speakers"] if _differs(known.get(one["slug"]), one, slow=slow)]
    if changed:
        told["speakers"] = changed
    if gone := known.keys() - {one["slug"] for one in now["speakers"]}:
        told["removed"] = sorted(gone)
    return told


def as_told(before: wire.Home, told: wire.HomeChange) -> wire.Home:
    """Return the home as whoever had it before and was told of the change has it now."""
    here = {one["slug"]: one for one in before["speakers"] if one["slug"] not in told.get("removed", ())}
    here |= {one["slug"]: one for one in told.get("speakers", ())}
    top = {key: value for key, value in told.items() if key in before}
    return cast("wire.Home", {**before, **top, "speakers": list(here.values())})


def _differs(before: wire.Speaker | None, now: wire.Speaker, *, slow: bool) -> bool:
    if before is None or slow:
        return before != now
    return any(value != before[key] for key, value in now.items() if key not in _SLOW)  # type: ignore[literal-required]


def speaker(
    hass: HomeAssistant, entry: EarlidConfigEntry, view: SpeakerView, entities: Mapping[str, str], user: User
) -> wire.Speaker:
    """Return a speaker as this user may see it."""
    decision, day = view.decision, today(view)
    device_id, area = _place(hass, entry, view)
    return {
        "slug": view.speaker.slug,
        "name": view.speaker.name,
        "area": area,
        "device_id": device_id,
        "subentry_id": view.subentry_id,
        "enforced": view.speaker.enforce,
        "microphone": view.assessment.proof.value,
        "unheard": None if view.assessment.unheard is None else view.assessment.unheard.value,
        "witnesses": [_name(hass, each) for each in view.assessment.witnesses if _may_know(user, each)],
        "allowed": decision.may_listen,
        "because": vote(decision.because),
        "trace": [vote(lost) for lost in decision.lost],
        "until": ms(decision.until),
        "next_change": ms(next_change(view)),
        "finishing_playback": waits(decision),
        "hold": _hold(view.holds),
        "breach": _breach(view.breach),
        "relay_missing": view.relay_missing,
        "assurance": view.assurance.grade.value,
        "testing": view.on_trial,
        "rests_until": ms(view.rests_until),
        "activations_today": day.activations,
        "unanswered_today": day.unanswered,
        "live_today": round(day.live.total_seconds(), 1),
        "exposed_today": round(day.exposed.total_seconds(), 1),
        "last_activation": _wake(view.last_activation),
        "may_control": may_control(hass, entry, user, view.speaker.slug),
        "entities": dict(entities),
    }


def _rule(hass: HomeAssistant, entry: EarlidConfigEntry, view: RuleView, user: User) -> wire.Rule:
    rule, speakers = view.rule, entry.runtime_data.speakers
    source = rule.source
    week = source if isinstance(source, Window) else None
    presence = source if isinstance(source, Presence) else None
    concerned = [slug for slug in speakers if rule.concerns(slug)]
    entity_id = er.async_get(hass).async_get_entity_id(Platform.SWITCH, DOMAIN, f"{entry.entry_id}_rule_{rule.slug}")
    return {
        "slug": rule.slug,
        "name": rule.name,
        "effect": rule.effect.value,
        "speakers": sorted(speakers[slug].speaker.name for slug in concerned if may_read(hass, entry, user, slug))
        if rule.speakers
        else None,
        "days": [] if week is None else sorted(week.days),
        "begins": 0 if week is None else _minutes(week.start),
        "ends": 0 if week is None else _minutes(week.to),
        "entities": [_name(hass, one) for one in rule.keys if valid_entity_id(one) and _may_know(user, one)],
        "quantifier": None if presence is None else presence.quantifier.value,
        "enabled": view.enabled,
        "in_force": view.in_force if view.known else None,
        "subentry_id": view.subentry_id,
        "entity_id": entity_id,
        "may_control": entity_id is not None and _may(user, POLICY_CONTROL, entity_id),
        "may_control_speakers": all(may_control(hass, entry, user, slug) for slug in concerned),
    }


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def vote(spoke: Vote) -> wire.Vote:
    """Return what spoke for or against."""
    return {
        "because": spoke.because.value,
        "effect": spoke.effect.value,
        "rule": spoke.slug or None,
        "name": spoke.name or None,
        "until": ms(spoke.until),
        "waiting": spoke.waiting,
    }


def at_ms(moment: datetime) -> wire.Ms:
    """Return a moment in whole ms since 1970."""
    return round(moment.timestamp() * 1000)


def ms(moment: datetime | None) -> wire.Ms | None:
    """Return a moment that may be unknown."""
    return None if moment is None else at_ms(moment)


def _hold(holds: Holds) -> wire.Hold | None:
    hold = holds.mute or holds.listen
    if hold is None:
        return None
    return {"effect": hold.effect.value, "at": at_ms(hold.at), "until": ms(hold.until), "by_hand": hold.by_hand}


def _breach(breach: Breach | None) -> wire.Breach | None:
    return None if breach is None else {"cause": breach.cause.value, "since": at_ms(breach.since)}


def _wake(woke: Activation | None) -> wire.Wake | None:
    if woke is None:
        return None
    return {
        "id": woke.id,
        "at": at_ms(woke.at),
        "outcome": woke.outcome.value,
        "allowed": woke.allowed,
        "source": woke.source,
        "because": woke.because.value,
    }


def _place(hass: HomeAssistant, entry: EarlidConfigEntry, view: SpeakerView) -> tuple[str | None, str | None]:
    """Return the id of Earlid's device of a speaker, and the name of its area, else that of the guarded device."""
    devices = dr.async_get(hass)
    own = devices.async_get_device_by_identifier(speaker_identifier(entry, view.speaker.slug), entry.entry_id)
    guarded = None if view.device_id is None else devices.async_get(view.device_id)
    both = [device for device in (own, guarded) if device is not None]
    area_id = next((found for each in both if (found := dr.async_get_effective_area_id(hass, each))), None)
    area = None if area_id is None else ar.async_get(hass).async_get_area(area_id)
    return None if own is None else own.id, None if area is None else area.name


def _entities(
    hass: HomeAssistant, entry: EarlidConfigEntry, views: Mapping[str, SpeakerView]
) -> dict[str, dict[str, str]]:
    """Return each speaker's entities that are there, by key."""
    registry, found = er.async_get(hass), {slug: dict[str, str]() for slug in views}
    slugs = {view.subentry_id: slug for slug, view in views.items()}
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        slug = slugs.get(entity.config_subentry_id or "")
        if slug is not None and entity.disabled_by is None:
            found[slug][entity.unique_id.removeprefix(f"{entry.entry_id}_{slug}_")] = entity.entity_id
    return found


def _may_know(user: User, witness: str) -> bool:
    """Return whether the user may be told of a witness: an entity only if they may read it."""
    return not valid_entity_id(witness) or _may(user, POLICY_READ, witness)


def _may(user: User, policy: str, entity_id: str) -> bool:
    return user.permissions.access_all_entities(policy) or bool(user.permissions.check_entity(entity_id, policy))


def _name(hass: HomeAssistant, witness: str) -> str:
    """Return what a witness is called; the meter and the microphone are witnesses by these words."""
    entity = er.async_get(hass).async_get(witness)
    return (entity.name or entity.original_name or witness) if entity is not None else witness
