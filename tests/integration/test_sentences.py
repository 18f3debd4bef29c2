"""The sentences where Home Assistant looks for them: put there, kept up to date, taken away, and nobody else's."""

from http import HTTPStatus
from pathlib import Path

from home_assistant_intents import get_languages
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.earlid.const import DOMAIN
from custom_components.earlid.intents.speech import LANGUAGES
from custom_components.earlid.sentences import OUTDATED, _mark
from tests.integration.spoken import TalkingHome, talking_home

SAID = "mute the microphone in the kitchen"
VARIANTS = ("de", "de-CH", "en", "es", "fr", "it", "nl")


@pytest.fixture
async def home(hass: HomeAssistant) -> TalkingHome:
    """Return a home without sentences."""
    return await talking_home(hass, languages=())


def path(hass: HomeAssistant, language: str = "en") -> Path:
    return Path(hass.config.path("custom_sentences", language, "earlid.yaml"))


def there(hass: HomeAssistant) -> list[str]:
    """Return the languages that have a file."""
    return [language for language in VARIANTS if path(hass, language).exists()]


def make_outdated(hass: HomeAssistant, language: str = "en") -> None:
    """Put there what another version of Earlid has written."""
    older = f"language: {language}\nintents: {{}}\n"
    path(hass, language).write_text(f"{_mark(older)}\n{older}")


async def act(hass: HomeAssistant, action: str, context: Context | None = None, **data: object) -> list[str]:
    answer = await hass.services.async_call(
        DOMAIN, f"{action}_sentences", data, blocking=True, context=context, return_response=True
    )
    assert answer is not None
    return list(answer["files"])  # type: ignore[arg-type]


def test_each_language_is_written_for_every_variant_that_home_assistant_has() -> None:
    assert {one for one in get_languages() if one.split("-")[0] in LANGUAGES} == set(VARIANTS)


async def test_nothing_is_understood_until_somebody_installs_it(hass: HomeAssistant, home: TalkingHome) -> None:
    assert there(hass) == []
    await home.say(SAID)
    assert home.off() == set()
    files = await act(hass, "install")
    assert there(hass) == list(VARIANTS)
    assert files[0] == "custom_sentences/en/earlid.yaml"
    assert await home.say(SAID) == "Kitchen is off, but nothing proves it."


async def test_a_swiss_home_is_understood_too(hass: HomeAssistant, home: TalkingHome) -> None:
    await act(hass, "install", languages=["de"])
    assert there(hass) == ["de", "de-CH"]
    assert await home.say("hör auf zuzuhören in Kitchen", "de-CH")
    assert await home.say("wer hört zu", "de-CH") == "Kitchen, Bedroom und Office können mithören."


async def test_what_is_removed_is_no_longer_understood_and_leaves_nothing(
    hass: HomeAssistant, home: TalkingHome
) -> None:
    await act(hass, "install")
    await act(hass, "remove", languages="fr, es")
    assert there(hass) == ["de", "de-CH", "en", "it", "nl"]
    await act(hass, "remove")
    assert not path(hass).parents[1].exists()
    await home.say(SAID)
    assert home.off() == set()


@pytest.mark.parametrize("action", ["install", "remove"])
@pytest.mark.parametrize("change", ["own", "changed", "binary"])
@pytest.mark.usefixtures("home")
async def test_what_somebody_wrote_or_changed_is_left_alone(hass: HomeAssistant, action: str, change: str) -> None:
    await act(hass, "install", languages=["en", "it"])
    path(hass, "de").parent.mkdir()
    match change:
        case "own":
            path(hass, "de").write_text("language: de\n")
        case "changed":
            await act(hass, "install", languages=["de"])
            path(hass, "de").write_text(path(hass, "de").read_text() + "# mine\n")
        case _:
            path(hass, "de").write_bytes(b"\xff\xfe")
    before = {language: path(hass, language).read_bytes() for language in there(hass)}
    path(hass, "en").unlink()
    with pytest.raises(ServiceValidationError, match=r"custom_sentences/de/earlid\.yaml"):
        await act(hass, action)
    before.pop("en")
    assert {language: path(hass, language).read_bytes() for language in there(hass)} == before


@pytest.mark.usefixtures("home")
async def test_only_administrators_may(hass: HomeAssistant) -> None:
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group is not None
    guest = Context(user_id=MockUser(groups=[group]).add_to_hass(hass).id)
    said = Context()
    hass.states.async_set("assist_satellite.hall", "processing", context=said)
    for action in ("install", "remove"):
        for context in (guest, said):
            with pytest.raises(Unauthorized, match="Only administrators"):
                await act(hass, action, context)
    assert there(hass) == []


@pytest.mark.usefixtures("home")
async def test_a_language_that_there_is_not_is_refused(hass: HomeAssistant) -> None:
    with pytest.raises(ServiceValidationError, match="no sentences in tlh"):
        await act(hass, "install", languages=["en", "tlh"])
    assert there(hass) == []


@pytest.mark.usefixtures("home")
async def test_a_disk_that_takes_nothing_is_said(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("custom_components.earlid.sentences.write_utf8_file_atomic", full)
    with pytest.raises(HomeAssistantError, match="No space left"):
        await act(hass, "install")


async def test_sentences_of_another_version_are_told_of_and_updated_with_consent(
    hass: HomeAssistant, home: TalkingHome, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    await act(hass, "install", languages=["en"])
    assert ir.async_get(hass).async_get_issue(DOMAIN, OUTDATED) is None
    make_outdated(hass)
    await hass.config_entries.async_reload(home.entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, OUTDATED)
    assert issue is not None
    assert issue.translation_placeholders == {"files": "custom_sentences/en/earlid.yaml"}
    client = await hass_client()
    opened = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": OUTDATED})
    assert opened.status == HTTPStatus.OK
    form = await opened.json()
    done = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"
    assert ir.async_get(hass).async_get_issue(DOMAIN, OUTDATED) is None
    assert await home.say(SAID) == "Kitchen is off, but nothing proves it."


@pytest.mark.usefixtures("home")
async def test_what_is_outdated_is_updated_by_the_action_too(hass: HomeAssistant) -> None:
    await act(hass, "install", languages=["en"])
    assert await act(hass, "install", languages=["en"]) == []
    make_outdated(hass)
    assert await act(hass, "install", languages=["en"]) == ["custom_sentences/en/earlid.yaml"]


async def test_removing_earlid_takes_its_sentences_along_and_nobody_elses(
    hass: HomeAssistant, home: TalkingHome
) -> None:
    await act(hass, "install", languages=["en", "de"])
    path(hass, "de").write_text("language: de\n")
    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()
    assert there(hass) == ["de"]
