"""What is shown says the same in every language: the same keys, the same placeholders, and no English by accident."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, Final

import pytest

TRANSLATIONS: Final = Path(__file__).parents[2] / "custom_components" / "earlid" / "translations"
LANGUAGES: Final = ("de", "es", "fr", "it", "nl", "pl", "pt", "sv")
PLACEHOLDER: Final = re.compile(r"\{([^}]*)\}")
# Names, and what is one word in many languages; a sentence of as many words is not the same in two.
FEW: Final = 3


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    else:
        yield path, value


def words(language: str) -> dict[str, str]:
    """Return all texts of a language by their path."""
    return dict(texts(json.loads((TRANSLATIONS / f"{language}.json").read_text())))


ENGLISH: Final = words("en")


def test_there_is_a_file_for_each_language_and_none_for_another() -> None:
    assert {path.stem for path in TRANSLATIONS.glob("*.json")} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_each_text_and_none_that_is_left_over(language: str) -> None:
    assert set(words(language)) == set(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_made_of_the_same_parts(language: str) -> None:
    for path, text in words(language).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(ENGLISH[path])), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_as_home_assistant_takes_it(language: str) -> None:
    for path, text in words(language).items():
        assert text.strip() == text != "", path
        assert not re.search(r"https?://|www\.|<[a-z/]", text), path
        assert not re.search(r"'\{\w+\}'", text), path
        assert text.count("\n- ") == ENGLISH[path].count("\n- "), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_was_left_in_english(language: str) -> None:
    for path, text in words(language).items():
        said = PLACEHOLDER.sub("", ENGLISH[path])
        if len(re.findall(r"[A-Za-z]{2,}", said)) >= FEW:
            assert text != ENGLISH[path], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_single_words_are_of_the_language(language: str) -> None:
    short = [path for path, text in ENGLISH.items() if re.search(r"[A-Za-z]{3,}", PLACEHOLDER.sub("", text))]
    same = [path for path in short if words(language)[path] == ENGLISH[path]]
    assert len(same) < len(short) / 20, same


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_are_to_be_told_apart_has_words_that_differ(language: str) -> None:
    told = words(language)
    choices: dict[str, list[str]] = {}
    for path, text in told.items():
        if ".options." in path or ".state." in path:
            choices.setdefault(path.rsplit(".", 1)[0], []).append(text)
    for path, options in choices.items():
        assert len(set(options)) == len(options), (path, options)
