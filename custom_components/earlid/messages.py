"""What goes out over MQTT, as `docs/mqtt.yaml` describes it."""

from datetime import datetime
import re
from typing import Any, Final

from homeassistant.helpers.json import json_bytes

from .journal import Head
from .runtime import SpeakerView
from .setup_data import Home

SCHEMA: Final = 1
# What people said, or noted, stays in the house.
_PRIVATE: Final = frozenset({"note"})
# Home Assistant's entities, whoever names them: they are called after rooms and people.
_ENTITY: Final = re.compile(r"([a-z_]+)\.[a-z0-9_]+")
# As docs/mqtt.yaml has it; a topic may be longer.
_LONGEST_SOURCE: Final = 64

type Json = dict[str, Any]


def state(view: SpeakerView, home: Home) -> Json:
    """Return what a speaker's state says, without the times between which it is true."""
    decision = view.decision
    payload: Json = {
        "schema": SCHEMA,
        "speaker": view.speaker.slug,
        "microphone": view.assessment.proof.value,
        "allowed": decision.may_listen,
        "because": decision.because.because.value,
        "until": None if decision.until is None else decision.until.isoformat(),
        "assurance": view.assurance.grade.value,
    }
    if home.publish_names:
        payload |= {"name": view.speaker.name, "because_name": decision.because.name}
    return payload


def record(record_id: str, at: datetime, speaker: str, body: Json, name: str | None) -> bytes:
    """Return the message of an activation or a breach; `name` is the speaker's, where names may go out.

    More that became known of an activation goes out under that activation's id.
    """
    payload = {"schema": SCHEMA, "id": record_id, "speaker": speaker, "at": at, **body}
    for private in _PRIVATE:
        payload.pop(private, None)
    if "amends" in payload:
        payload["id"] = payload.pop("amends")
    if "source" in payload:
        named = payload.get("sources", [payload["source"]])
        shown = (source if name is not None else _kind(source) for source in named)
        payload["sources"] = sources = list(dict.fromkeys(source[:_LONGEST_SOURCE] for source in shown))
        payload["source"] = sources[0]
    if name is not None:
        payload["name"] = name
    return json_bytes(payload)


def _kind(source: str) -> str:
    """Return what kind of source this is, where its name may not go out."""
    if (entity := _ENTITY.fullmatch(source)) is not None:
        return entity[1]
    return "mqtt" if source.startswith("mqtt:") else source


def head(newest: Head) -> Json:
    """Return how far the journal goes."""
    return {"schema": SCHEMA, "seq": newest.seq, "hash": newest.hash, "at": newest.at and newest.at.isoformat()}
