"""The virtual Wyoming devices against the published protocol, byte by byte, without Home Assistant.

https://github.com/OHF-Voice/wyoming, README: Format, Event Types, Event Flow.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import json
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.home.wyoming_wire import Message, Wire, wire
from virtual_home import Outlet, Truth
from virtual_home.waiting import until
from virtual_home.wyoming_satellite import Satellite
from virtual_home.wyoming_server import HOST, WyomingServer
from virtual_home.wyoming_speech import SpeechToText, TextToSpeech
from virtual_home.wyoming_voice import seconds_of, silence, spoken

PACE = 50.0


@pytest_asyncio.fixture(loop_scope="session")
async def satellite() -> AsyncIterator[Satellite]:
    device = Satellite(Truth(), "Kitchen", None, boot=0, pace=PACE)
    await device.open()
    yield device
    await device.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server(satellite: Satellite) -> AsyncIterator[Wire]:
    """Give a connection that has told the satellite to run."""
    async with wire(satellite) as one:
        await one.say("run-satellite")
        await satellite.wait_until_running()
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def stt() -> AsyncIterator[SpeechToText]:
    service = SpeechToText()
    await service.open()
    yield service
    await service.close()


async def play_reply(server: Wire, text: str) -> None:
    """Answer as Home Assistant does: the text, then a tenth of a second of sound."""
    sound: dict[str, Any] = {"rate": 22050, "width": 2, "channels": 1}
    await server.say("synthesize", text=text)
    await server.say("audio-start", **sound)
    await server.say("audio-chunk", bytes(4410), **sound)
    await server.say("audio-stop")


async def transcription(stt: SpeechToText, audio: bytes) -> Message:
    sound: dict[str, Any] = {"rate": 16000, "width": 2, "channels": 1}
    async with wire(stt) as client:
        await client.say("transcribe", language="en")
        await client.say("audio-start", **sound)
        for start in range(0, len(audio), 2048):
            await client.say("audio-chunk", audio[start : start + 2048], **sound)
        await client.say("audio-stop")
        return await client.hear()


@pytest.mark.parametrize("kind", ["satellite", "asr", "tts"])
async def test_each_says_what_it_is_with_all_that_is_required(kind: str) -> None:
    kinds: dict[str, WyomingServer] = {
        "satellite": Satellite(Truth(), "Kitchen", None),
        "asr": SpeechToText(),
        "tts": TextToSpeech(),
    }
    async with AsyncExitStack() as stack:
        for device in kinds.values():
            stack.push_async_callback(device.close)
        await kinds[kind].open()
        async with wire(kinds[kind]) as client:
            await client.say("describe")
            info = (await client.hear("info")).data
    program = info[kind] if kind == "satellite" else info[kind][0]
    models = {"satellite": [], "asr": program.get("models"), "tts": program.get("voices")}[kind]
    for one in [program, *models]:
        assert one["installed"] is True
        assert one["name"]
        assert set(one["attribution"]) == {"name", "url"}
    assert all(model["languages"] == ["en"] for model in models)
    assert ("satellite" in info) is (kind == "satellite")


async def test_data_in_the_header_and_behind_it_are_merged(satellite: Satellite) -> None:
    async with wire(satellite) as client:
        behind = b'{"text": "behind"}'
        header = {"type": "ping", "data": {"text": "in front"}, "data_length": len(behind)}
        client.writer.write(json.dumps(header).encode() + b"\n" + behind)
        assert await client.hear() == Message("pong", {"text": "behind"})


async def test_whatever_is_no_message_ends_the_connection_and_nothing_else(satellite: Satellite, server: Wire) -> None:
    async with wire(satellite) as other:
        other.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionError):
            await other.hear()
    await server.say("ping")
    assert (await server.hear()).type == "pong"


async def test_a_wake_is_told_then_a_pipeline_asked_for_then_sound_flows(satellite: Satellite, server: Wire) -> None:
    turn = satellite.wake("when is dinner")
    assert turn is not None
    assert (await server.hear()).data["name"] == "ok_nabu"
    asked = await server.hear()
    assert (asked.type, asked.data["start_stage"], asked.data["end_stage"]) == ("run-pipeline", "asr", "tts")
    sound = await server.hear()
    assert sound.type == "audio-chunk"
    assert {key: sound.data[key] for key in ("rate", "width", "channels")} == {"rate": 16000, "width": 2, "channels": 1}
    assert sound.payload


async def test_sound_flows_as_fast_as_it_is_set_to(satellite: Satellite, server: Wire) -> None:
    satellite.pace = 10.0
    satellite.wake("when is dinner")
    began, heard = time.monotonic(), 0.0
    while heard < 5:
        heard += seconds_of((await server.hear("audio-chunk")).payload)
    assert 0.35 < time.monotonic() - began < 4


async def test_a_transcript_ends_the_sound_and_an_answer_is_played(satellite: Satellite, server: Wire) -> None:
    turn = satellite.wake("when is dinner")
    assert turn is not None
    await server.hear("audio-chunk")
    await server.say("transcript", text="when is dinner")
    await until(lambda: turn.heard_as == "when is dinner")
    await play_reply(server, "At seven")
    await server.hear("played")
    await turn.wait()
    assert (turn.reply, turn.played, turn.follow_up) == ("At seven", 0.1, None)
    await server.hear_nothing()


async def test_an_error_ends_the_turn(satellite: Satellite, server: Wire) -> None:
    turn = satellite.wake()
    assert turn is not None
    await server.hear("audio-chunk")
    await server.say("error", text="No text recognized", code="stt-no-text-recognized")
    await turn.wait()
    assert turn.error == "stt-no-text-recognized"


async def test_after_a_question_it_listens_again_without_a_wake(satellite: Satellite, server: Wire) -> None:
    turn = satellite.wake("play something", then=("jazz",))
    assert turn is not None
    await server.hear("audio-chunk")
    await server.say("transcript", text="play something")
    await play_reply(server, "What should I play?")
    await server.hear("played")
    assert (await server.hear()).type == "run-pipeline"
    await until(lambda: turn.follow_up is not None and turn.follow_up.said == "jazz")


async def test_sound_that_nobody_asked_for_is_an_announcement(satellite: Satellite, server: Wire) -> None:
    await server.say("audio-start", rate=16000, width=2, channels=1)
    await server.say("audio-chunk", bytes(32000), rate=16000, width=2, channels=1)
    await server.say("audio-stop")
    await server.hear("played")
    assert satellite.announcements == [1.0]
    assert satellite.turns == []


async def test_it_does_not_wake_before_it_may_run_nor_while_paused(satellite: Satellite) -> None:
    assert satellite.wake("when is dinner") is None
    async with wire(satellite) as server:
        await server.say("run-satellite")
        await satellite.wait_until_running()
        await server.say("pause-satellite")
        await until(lambda: not satellite.running)
        assert satellite.wake("when is dinner") is None
        await server.hear_nothing()


async def test_only_one_server_can_have_it_and_another_only_ask_what_it_is(satellite: Satellite, server: Wire) -> None:
    async with wire(satellite) as other:
        await other.say("describe")
        await other.hear("info")
        await other.say("run-satellite")
        with pytest.raises(ConnectionError):
            await other.hear()
    await server.say("ping")
    await server.hear("pong")


async def test_when_it_crashes_its_connections_end(satellite: Satellite, server: Wire) -> None:
    turn = satellite.wake("when is dinner")
    assert turn is not None
    await server.hear("audio-chunk")
    satellite.vanish()
    with pytest.raises(ConnectionError):
        await server.hear("played")
    assert turn.over
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(HOST, satellite.port)


async def test_without_power_nobody_answers_and_after_its_boot_it_is_a_new_one() -> None:
    plug = Outlet(Truth(), "Kitchen plug")
    satellite = Satellite(Truth(), "Kitchen", plug, boot=0.2, pace=PACE)
    await satellite.open()
    async with wire(satellite) as server:
        await server.say("run-satellite")
        await satellite.wait_until_running()
        plug.cut()
        await server.say("ping")
        await server.hear_nothing()
        assert satellite.wake("when is dinner") is None
        plug.restore()
        await until(lambda: satellite.is_open)
        with pytest.raises(ConnectionError):
            await server.hear()
    async with wire(satellite) as server:
        await server.say("describe")
        await server.hear("info")
        assert not satellite.running
    await satellite.close()


async def test_speech_recognition_understands_what_was_said_and_counts_what_it_heard(stt: SpeechToText) -> None:
    audio = spoken("turn on the light in the café") + silence(0.7)
    answer = await transcription(stt, audio)
    assert answer == Message("transcript", {"text": "turn on the light in the café"} | answer.data)
    assert [one.text for one in stt.heard] == ["turn on the light in the café"]
    assert stt.seconds == pytest.approx(seconds_of(audio))


async def test_speech_recognition_understands_nothing_in_silence(stt: SpeechToText) -> None:
    assert (await transcription(stt, silence(1))).data["text"] == ""
    assert stt.seconds == 1


async def test_speech_recognition_can_be_told_what_to_understand_and_to_fail(stt: SpeechToText) -> None:
    stt.script.append("order a doll's house")
    assert (await transcription(stt, spoken("good night"))).data["text"] == "order a doll's house"
    stt.failing = True
    assert (await transcription(stt, spoken("good night"))).type == "error"


async def test_sound_counts_as_heard_even_when_the_caller_hangs_up_over_it(stt: SpeechToText) -> None:
    async with wire(stt) as client:
        await client.say("audio-start", rate=16000, width=2, channels=1)
        await client.say("audio-chunk", silence(0.5), rate=16000, width=2, channels=1)
    await until(lambda: bool(stt.heard))
    assert stt.seconds == 0.5


async def test_speech_synthesis_answers_with_a_tone() -> None:
    tts = TextToSpeech(seconds=0.5)
    await tts.open()
    async with wire(tts) as client:
        await client.say("synthesize", text="At seven")
        started = await client.hear()
        assert (started.type, started.data["rate"], started.data["width"]) == ("audio-start", 22050, 2)
        sound = b""
        while (message := await client.hear()).type == "audio-chunk":
            sound += message.payload
        assert message.type == "audio-stop"
    assert seconds_of(sound, 22050) == 0.5
    assert any(sound)
    assert tts.spoken == ["At seven"]
    await tts.close()
