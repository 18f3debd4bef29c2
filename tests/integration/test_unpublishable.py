"""What of a speaker cannot be put into a message costs no record."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.earlid import messages
from custom_components.earlid.journal import Query
from custom_components.earlid.runtime import SpeakerView

from .homes import guard_home, plug_in, settled, speaker


async def test_a_speaker_that_cannot_be_made_a_message_loses_no_record(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(hass, "kitchen", "bath")
    entry = await guard_home(hass, speaker("kitchen", "light.kitchen"), speaker("bath", "light.bath"))
    make, made = messages.state, list[str]()

    def state(view: SpeakerView, *more: Any) -> dict[str, Any]:
        if view.speaker.slug == "kitchen":
            raise ValueError("odd")
        made.append(view.speaker.slug)
        return make(view, *more)

    monkeypatch.setattr(messages, "state", state)
    await settled(hass, entry)
    before = len(await entry.runtime_data.journal.read(Query(kinds=("decision",))))
    await entry.runtime_data.set_lockdown(True, None)
    await settled(hass, entry)
    records = await entry.runtime_data.journal.read(Query(kinds=("decision",)))
    assert sorted(one.speaker for one in records[: len(records) - before]) == ["bath", "kitchen"]
    assert made, "the others are published all the same"
