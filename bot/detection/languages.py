"""Which language a text is in, by its most frequent words, letters and endings.

A word that several languages share says less. Refuses to guess from too few.
"""

import re
from collections import Counter

from bot.detection.words import fold_in_place

UNKNOWN = "und"
"""The language of a text that none of the lists recognises."""

ENOUGH = 1.0
"""What must speak for a language: one word of its own, or two that it shares with another."""

NEARLY = 0.75
"""A language with this share of the best one's weight may be meant as well."""

_READ = 2_000
_WORD = re.compile(r"[^\W\d_]+")

_FREQUENT = {
    "en": """the and of to in is that for on with your we you are this will our be have from it as
        at by an not or can all no if has was were they their which more what when who there been
        about any new please until do its us how out up over so""",
    "fr": """le la les des du de et est une un dans pour vous nous votre notre sur avec qui que au
        aux ce cette ces a ne pas plus par en il elle sont sera seront etre nos vos je l d c s qu ou
        mais leur leurs se son sa ses tout tous toutes fait comme jusqu chez mon ma mes
        apres ans meme""",
    "de": """der die das und ist nicht wir sie mit auf fur ein eine zu den von im ihr sind werden
        des dem auch bei als an es einen einer nach wird bis ab zum zur uber oder euch ihre unsere
        unser ich aus haben kann konnen diese dieser sich noch mehr um in was am alle""",
    "es": """el los las y la de en que un una es para con por del su al se no tu mas nuestra
        nuestros nuestro sus lo como a hasta desde esta este o si le les ha han sin sobre pero ya
        todo todos muy ser son sera seran vuestra vuestras cuando hemos tiene hay fue ano anos
        partir te nos os antes tus cierra""",
    "it": """il gli di che e un una per con del della sono nel i al alla non si dei anche la le da a
        in su lo ha piu come dal dalla delle nostro nostra vostro tuo questo questa o ma se ci vi
        nostri suo sara saranno fino entro degli alle ai agli nella essere abbiamo anni anno cosa
        l d dell all un""",
    "pt": """o os as e um uma para com do da em nao que no na dos das nos nas por se seu sua ao voce
        mais como de a ou nossa nosso foi sera serao ate ja sao pelo pela esta este isso ser tem vai
        sem mas aos temos ha quem seus suas ano anos tambem partir dia das""",
    "nl": """de het een en van is op voor met niet zijn je wij we dat te worden uw bij aan in onze
        ons om ook naar door als kan die er tot meer of maar nog wordt deze dit hebben heeft geen
        jouw jullie vanaf uit over al zal zullen onder was""",
}
_LISTS = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}
_SHARED = Counter(word for words in _LISTS.values() for word in words)
_WEIGHTS = {
    word: tuple((language, 1 / times) for language, words in _LISTS.items() if word in words)
    for word, times in _SHARED.items()
}

_ENDINGS = {
    **dict.fromkeys(["cion", "idad"], "es"),
    **dict.fromkeys(["ione", "ioni", "iamo"], "it"),
    **dict.fromkeys(["coes", "ades", "cao"], "pt"),
    **dict.fromkeys(["lich", "keit", "ngen", "ung"], "de"),
    **dict.fromkeys(["lijk"], "nl"),
    **dict.fromkeys(["eaux"], "fr"),
}
_ENDING = 0.5
_LETTERS = {"ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ß": "de", "œ": "fr"}
_LETTER = 1.0


def guess_languages(text: str) -> tuple[str, ...]:
    """The likeliest language first, then those that are nearly as likely; none where too few."""
    start = text[:_READ].lower()
    weights = dict.fromkeys(_FREQUENT, 0.0)
    for word, times in Counter(_WORD.findall(fold_in_place(start))).items():
        for language, weight in _WEIGHTS.get(word, ()):
            weights[language] += times * weight
        ending = _ENDINGS.get(word[-4:]) or _ENDINGS.get(word[-3:])
        if ending and len(word) > 4:
            weights[ending] += _ENDING
    for letter, language in _LETTERS.items():
        if letter in start:
            weights[language] += _LETTER
    ranked = sorted(weights, key=lambda language: -weights[language])
    best = weights[ranked[0]]
    if best < ENOUGH:
        return ()
    return tuple(language for language in ranked if weights[language] >= NEARLY * best)
