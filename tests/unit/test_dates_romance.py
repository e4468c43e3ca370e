"""How dates are written in Spanish, Italian and Portuguese, as seen from the publication."""

from datetime import date

import pytest

from tests.unit.test_dates import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("el 31 de agosto de 2017", "2017-08-31"),
        ("el jueves 31 de agosto", "2017-08-31"),
        ("el 1º de septiembre", "2017-09-01"),
        ("el primero de septiembre del 2018", "2018-09-01"),
        ("el treinta y uno de agosto", "2017-08-31"),
        ("antes del 31/08/2017", "2017-08-31"),
        ("hasta el 31/8", "2017-08-31"),
        ("el último día de febrero", "2018-02-28"),
        ("a finales de agosto", "2017-08"),
        ("a mediados de septiembre de 2017", "2017-09"),
        ("en la primera quincena de octubre", "2017-10"),
        ("en marzo", "2018-03"),
        ("a final de mes", "2017-07-31"),
        ("a finales del mes que viene", "2017-08-31"),
        ("antes de fin de año", "2017-12-31"),
        ("en el primer trimestre de 2018", "2018-01"),
        ("al cierre del tercer trimestre", "2017-09-30"),
        ("dentro de seis semanas", "2017-08-14"),
        ("en un plazo de 30 días", "2017-08-02"),
        ("tienes dos meses", "2017-09-03"),
        ("hoy mismo", "2017-07-03"),
        ("con efecto inmediato", "2017-07-03"),
        ("el 15 de este mes", "2017-07-15"),
        ("el día 21", "2017-07-21"),
        ("hasta el viernes", "2017-07-07"),
        ("en Nochevieja", "2017-12-31"),
    ],
)
def test_spanish_dates(text: str, expected: str) -> None:
    assert read("es", text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il 31 agosto 2017", "2017-08-31"),
        ("giovedì 31 agosto", "2017-08-31"),
        ("dal 1° settembre", "2017-09-01"),
        ("a partire dal primo settembre 2018", "2018-09-01"),
        ("entro l'8 settembre", "2017-09-08"),
        ("dall'11 ottobre", "2017-10-11"),
        ("entro il 31/08/2017", "2017-08-31"),
        ("fino al 31.8.", "2017-08-31"),
        ("l'ultimo giorno di febbraio", "2018-02-28"),
        ("a fine agosto", "2017-08"),
        ("a metà settembre 2017", "2017-09"),
        ("ai primi di ottobre", "2017-10"),
        ("a marzo", "2018-03"),
        ("entro fine mese", "2017-07-31"),
        ("alla fine del mese prossimo", "2017-08-31"),
        ("entro la fine dell'anno", "2017-12-31"),
        ("entro la fine del primo semestre 2018", "2018-06-30"),
        ("nel primo trimestre del 2018", "2018-01"),
        ("tra sei settimane", "2017-08-14"),
        ("entro 30 giorni", "2017-08-02"),
        ("hai due mesi", "2017-09-03"),
        ("da oggi", "2017-07-03"),
        ("con effetto immediato", "2017-07-03"),
        ("il 15 c.m.", "2017-07-15"),
        ("il giorno 21", "2017-07-21"),
        ("entro venerdì", "2017-07-07"),
        ("a Capodanno", "2018-01-01"),
    ],
)
def test_italian_dates(text: str, expected: str) -> None:
    assert read("it", text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("em 31 de agosto de 2017", "2017-08-31"),
        ("quinta-feira, 31 de agosto", "2017-08-31"),
        ("a partir de 1º de setembro", "2017-09-01"),
        ("no dia 1.º de setembro", "2017-09-01"),
        ("o primeiro de setembro de 2018", "2018-09-01"),
        ("até 31/08/2017", "2017-08-31"),
        ("até 31/8", "2017-08-31"),
        ("até ao último dia de fevereiro", "2018-02-28"),
        ("no final de agosto", "2017-08"),
        ("em meados de setembro de 2017", "2017-09"),
        ("no início de outubro", "2017-10"),
        ("em março", "2018-03"),
        ("até o fim do mês", "2017-07-31"),
        ("no fim do próximo mês", "2017-08-31"),
        ("até ao final do ano", "2017-12-31"),
        ("no 1º trimestre de 2018", "2018-01"),
        ("daqui a seis semanas", "2017-08-14"),
        ("no prazo de 30 dias", "2017-08-02"),
        ("dentro de dois meses", "2017-09-03"),
        ("a partir de hoje", "2017-07-03"),
        ("com efeito imediato", "2017-07-03"),
        ("dia 15 deste mês", "2017-07-15"),
        ("no dia 21", "2017-07-21"),
        ("até sexta-feira", "2017-07-07"),
        ("na véspera de Natal", "2017-12-24"),
    ],
)
def test_portuguese_dates(text: str, expected: str) -> None:
    assert read("pt", text) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "una semana antes"),
        ("it", "una settimana prima"),
        ("pt", "uma semana antes"),
    ],
)
def test_a_span_before_counts_back_from_the_date_before(language: str, text: str) -> None:
    assert read(language, text, before=date(2017, 9, 8)) == ["2017-09-01"]
    assert read(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "30 días después del cierre"),
        ("it", "30 giorni dopo la chiusura"),
        ("pt", "30 dias após o encerramento"),
    ],
)
def test_a_span_after_the_closing_counts_from_the_date_before(language: str, text: str) -> None:
    assert read(language, text, before=date(2017, 9, 1)) == ["2017-10-01"]
