"""What an Assist satellite does between an answer and the next question, as its integrations really do it."""

import pytest

from custom_components.earlid.engine.activations import Turn
from custom_components.earlid.engine.model import Outcome

from .factories import at

type Said = list[tuple[float, str | None]]


def wakes(said: Said) -> list[tuple[float, Outcome]]:
    """Return when it woke, and what came of it."""
    turn, found = Turn(), []
    for second, state in said:
        turn, report = turn.on(state, at(second))
        if report is not None:
            assert report.at is not None
            found.append(((report.at - at(0)).total_seconds(), report.outcome))
    return found


def test_a_question_of_its_own_is_no_wake() -> None:
    """start_conversation: it speaks, is idle for a moment, then listens.

    homeassistant/components/assist_satellite/entity.py sets idle when the speaking is over.
    """
    said: Said = [(0, "idle"), (1, "responding"), (4, "idle"), (4.3, "listening"), (8, "processing"), (9, "idle")]
    assert wakes(said) == []


def test_a_question_after_an_answer_is_of_the_same_wake() -> None:
    """continue_conversation on ESPHome: finished speaking, idle, a new pipeline."""
    said: Said = [
        (0, "idle"),
        (1, "listening"),
        (3, "processing"),
        (4, "responding"),
        (6, "idle"),
        (6.2, "listening"),
        (9, "idle"),
    ]
    assert wakes(said) == [(1, Outcome.ANSWERED)]


@pytest.mark.parametrize("later", [1.0, 30.0])
def test_a_wake_word_after_an_answer_is_a_wake(later: float) -> None:
    said: Said = [(0, "idle"), (1, "responding"), (4, "idle"), (4 + later, "listening"), (20 + later, "idle")]
    assert wakes(said) == [(4 + later, Outcome.UNANSWERED)]


def test_a_wake_after_nothing_was_said_is_a_wake_however_soon() -> None:
    said: Said = [(0, "idle"), (1, "listening"), (4, "idle"), (4.2, "listening"), (8, "idle")]
    assert wakes(said) == [(1, Outcome.UNANSWERED), (4.2, Outcome.UNANSWERED)]


def test_one_that_was_lost_from_sight_after_it_spoke_woke() -> None:
    said: Said = [(0, "responding"), (1, "idle"), (1.2, None), (1.4, "listening"), (8, "idle")]
    assert wakes(said) == [(1.4, Outcome.UNANSWERED)]
