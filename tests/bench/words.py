"""Texts as makers' platforms write them, from a seed: ordinary posts, near misses, announcements.
All names are invented; refuses chance that is not seeded."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Says(StrEnum):
    """What a generated post is."""

    ORDINARY = "ordinary"
    NEAR_MISS = "near miss"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Post:
    """One post: its headline and its paragraphs, plain text."""

    title: str
    paragraphs: tuple[str, ...]
    language: str


def post(seed: str, says: Says, name: str, language: str, on: date, paragraphs: int = 9) -> Post:
    """A post of the platform `name`, the same for the same arguments."""
    dice = random.Random(seed)
    body = [_paragraph(dice, language) for _ in range(paragraphs)]
    if says is Says.ORDINARY:
        title = dice.choice(_TITLES[language]).format(thing=dice.choice(_THINGS[language]))
        return Post(title, tuple(body), language)
    title, first = dice.choice(
        _NEAR_MISSES[language] if says is Says.NEAR_MISS else _ENDS[language]
    )
    days = {
        "first": _day(on + timedelta(days=30 + dice.randrange(30)), language),
        "last": _day(on + timedelta(days=70 + dice.randrange(60)), language),
    }
    said = [sentence.format(name=name, **days) for sentence in first.split("|")]
    return Post(title.format(name=name), (*said, *body), language)


def _paragraph(dice: random.Random, language: str) -> str:
    return " ".join(
        dice.choice(_SENTENCES[language]).format(
            thing=dice.choice(_THINGS[language]),
            other=dice.choice(_THINGS[language]),
            day=f"{dice.randrange(1, 28)} {dice.choice(_MONTHS[language])}",
            number=dice.randrange(2, 90),
        )
        for _ in range(dice.randrange(2, 6))
    )


def _day(day: date, language: str) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


# fmt: off
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
}
_THINGS = {
    "en": (
        "glazes", "woven baskets", "linen shirts", "carved spoons", "enamel pins", "quilts",
        "letterpress cards", "felted slippers", "beaded earrings", "stoneware mugs",
        "botanical prints", "leather satchels",
    ),
    "fr": (
        "émaux", "paniers tressés", "chemises en lin", "cuillères sculptées", "broches",
        "couvertures", "cartes gravées", "chaussons en feutre", "boucles d’oreilles",
        "tasses en grès", "sacs en cuir",
    ),
}
# fmt: on
_TITLES = {
    "en": (
        "Ten ideas for {thing} this season",
        "How to photograph {thing} in winter light",
        "Meet the maker: a small studio and its {thing}",
        "What shoppers look for in {thing}",
        "Five questions about {thing}, answered",
        "Behind the scenes of our spring fair",
    ),
    "fr": (
        "Dix idées autour des {thing}",
        "Photographier vos {thing} en hiver",
        "Portrait : un petit atelier et ses {thing}",
        "Ce que cherchent les amateurs de {thing}",
        "Cinq questions sur les {thing}",
        "Dans les coulisses du salon de printemps",
    ),
}
_SENTENCES = {
    "en": (
        "We spoke with {number} sellers who make {thing} at their kitchen tables.",
        "The colours of this season are ochre and moss, and {thing} take them well.",
        "Good pictures sell {thing} better than any discount, and daylight costs nothing.",
        "She opened her shop on {day} with {number} pieces and sold the first within a week.",
        "If you offer {thing} as well as {other}, give each its own section in your shop.",
        "The fair is open until {day}, and entry is free for everybody who sells with us.",
        "Reply to messages within a day; buyers of {thing} often ask about sizes and care.",
        "Postage changes with weight, so weigh {thing} with their packaging before you list.",
        "Our team tried {number} ways of packing {other}, and paper won.",
        "Tell the story of your {thing}: who taught you, and why you kept going.",
        "New this month: you can sort {other} by colour, and shoppers asked for nothing else.",
    ),
    "fr": (
        "Nous avons rencontré {number} créatrices qui fabriquent des {thing} chez elles.",
        "L’ocre et le vert mousse vont très bien aux {thing} de cette saison.",
        "Une belle photo vend mieux vos {thing} que toutes les remises.",
        "Elle a ouvert sa boutique le {day} avec {number} pièces et a tout vendu en un mois.",
        "Si vous proposez des {thing} et des {other}, donnez une section à chacun.",
        "Le salon est ouvert jusqu’au {day}, et l’entrée est libre pour nos créateurs.",
        "Répondez aux messages dans la journée : on vous demandera l’entretien des {thing}.",
        "Pesez vos {thing} avec leur emballage avant de fixer les frais de port.",
        "Notre équipe a essayé {number} façons d’emballer les {other} ; le papier a gagné.",
        "Racontez l’histoire de vos {thing} : qui vous a appris, et pourquoi.",
        "Ce mois-ci, on peut trier les {other} par couleur, et vous le demandiez souvent.",
    ),
}
_NEAR_MISSES = {
    "en": (
        ("Holiday hours", "The {name} office is closed from {first}.|Shops keep selling."),
        (
            "Planned maintenance",
            "{name} will be unavailable for two hours on {first}.|No listing is lost.",
        ),
        ("Last chance for the spring sale", "Our spring sale ends on {first}.|Do not miss it."),
    ),
    "fr": (
        (
            "Nos horaires de fin d’année",
            "Les bureaux de {name} seront fermés à partir du {first}.|Les boutiques vendent.",
        ),
        (
            "Maintenance prévue",
            "{name} sera indisponible deux heures le {first}.|Aucune annonce n’est perdue.",
        ),
        ("Dernière chance pour les soldes", "Nos soldes se terminent le {first}.|Faites vite."),
    ),
}
_ENDS = {
    "en": (
        (
            "{name} is closing",
            (
                "Dear sellers, {name} will close for good on {last}.|New listings are closed from "
                "today. Sales end on {first}.|You can export your data until {last}."
            ),
        ),
        (
            "An important message about the future of {name}",
            (
                "After twelve years we have decided to close {name}.|The site will go offline on "
                "{last}.|The last day to buy is {first}."
            ),
        ),
    ),
    "fr": (
        (
            "{name} ferme ses portes",
            (
                "Chers créateurs, nous avons le regret de vous annoncer que {name} fermera "
                "définitivement le {last}.|Les ventes prendront fin le {first}."
            ),
        ),
        (
            "L’aventure {name} s’arrête",
            (
                "Après douze ans, {name} cesse son activité.|Le site ne sera plus accessible à "
                "partir du {last}.|Vous pouvez vendre jusqu’au {first}."
            ),
        ),
    ),
}
