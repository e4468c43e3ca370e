"""Which language a text is in, also where it is short or close to its neighbours."""

import pytest

from bot.detection.languages import guess_languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are closing our doors", "en"),
        ("Nous fermons nos portes", "fr"),
        ("Wir schließen unsere Türen", "de"),
        ("Cese de actividad de Porcelia con efecto desde el 30 de noviembre", "es"),
        ("La piattaforma chiude: cosa succede agli ordini", "it"),
        ("Dismissione della API degli ordini", "it"),
        ("O site vai encerrar em março", "pt"),
        ("Encerramento da loja e das contas", "pt"),
        ("We stoppen ermee op 1 mei", "nl"),
    ],
)
def test_a_short_text_is_recognised(text: str, language: str) -> None:
    assert guess_languages(text)[0] == language


def test_too_few_words_are_no_guess() -> None:
    assert guess_languages("Folksy 2027") == ()
    assert guess_languages("") == ()


def test_a_word_that_two_languages_share_leaves_both_in_play() -> None:
    found = guess_languages("para esta por no se")
    assert {"es", "pt"} <= set(found)
