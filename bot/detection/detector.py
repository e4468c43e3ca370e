"""Judges texts: signals of each sentence are weighed to notices with evidence and deadlines.

Pure and deterministic; refuses nothing: any text gets a judgement, an empty one where it says
nothing for makers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.detection.changes import judge_change
from bot.detection.deadlines import Dated, DeadlineReader, Told
from bot.detection.languages import UNKNOWN, guess_languages
from bot.detection.lexicon import Lexicon, Reach, Rule, Topic
from bot.detection.naming import Named, NameReader
from bot.detection.patterns import PatternSet, word_pattern
from bot.detection.signals import KINDS, Hit, Reading
from bot.detection.weighing import SURE, Weights, measure
from bot.detection.words import Sentence, sentences
from bot.domain.notices import (
    Judgement,
    Kind,
    Notice,
    Origin,
    Scope,
    Severity,
    Signal,
    Text,
    What,
)
from bot.domain.platforms import Platform, owner_of
from bot.domain.policy import REVIEW_CONFIDENCE

MIDDLE = 2.6
"""The sum of weights at which a notice is as likely right as wrong."""

SLOPE = 1.35
"""How fast confidence grows with the sum."""

GRAVER = 0.6
"""A graver kind is told although another one weighs this much more."""

OUTRANKING = 1.5
"""A kind with a signal that outranks is told although another one weighs this much more."""

ITSELF = 4.0
"""From this weight a signal means the platform itself, whatever part its sentence also names."""

ASKED = 0.4
"""How much a title that asks says of what one that states would say."""

FAINT = 1.4
"""A text in which nothing weighs more announces nothing, however many dates it holds."""

FURTHER = 0.7
"""How sure a further notice of the same text must be."""

WITHDRAWN = 0.6
"""How sure it is that a closure was called off: makers planned by it, so a moderator reads it."""

ONLY_DATED = 0.5
"""How sure it is that a text announces something of which only its dates speak: a moderator reads
it. On the development sets 2 of 197 texts that announce nothing get there."""

ANYTHING = Told(Kind.NONE)
"""What a platform's sentence announces for all that is known: its day binds, to whatever."""

DENIED = -2.0
"""What speaks against a text so much is not told for its dates."""

ENDING = frozenset(
    {
        What.LISTING_FREEZE,
        What.LAST_SALE,
        What.EXPORT_UNTIL,
        What.DATA_DELETED,
        What.SITE_OFF,
        What.TOOLS_OFF,
        What.API_OFF,
    }
)
"""What a date tells when something ends that day."""

_MAX_SENTENCES = 400
_EVIDENCE = 4


class _Judge:
    """One lexicon, compiled."""

    def __init__(self, lexicon: Lexicon, platforms: Sequence[Platform]) -> None:
        self.lexicon = lexicon
        self._rules: PatternSet[Rule] = PatternSet(
            (word_pattern(pattern), rule) for rule in lexicon.rules for pattern in rule.patterns
        )
        self._unless: PatternSet[str] = PatternSet(
            (word_pattern(pattern), pattern) for pattern in lexicon.binding.unless
        )
        self._topics: PatternSet[Topic] = PatternSet(
            (word_pattern(pattern), topic) for topic in lexicon.topics for pattern in topic.patterns
        )
        self.names = NameReader(lexicon.names, lexicon.common, lexicon.nouns, platforms)
        self.deadlines = DeadlineReader(lexicon)

    def read(self, text: Text) -> Reading:
        lexicon = self.lexicon
        found = sentences(text.title, text.body, lexicon.common, lexicon.nouns)[:_MAX_SENTENCES]
        reading = Reading(self.lexicon.language, found)
        for sentence in found:
            self._weigh(reading, sentence, self._rules.match(sentence.words))
        return reading

    def harmless(self, found: Sequence[Sentence]) -> bool:
        """Whether a text is about what names days that bind no seller."""
        return any(self._unless.match(sentence.words) for sentence in found)

    def topics(self, found: Sequence[Sentence], hits: Sequence[Hit]) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for hit in hits:
            names |= dict.fromkeys(hit.rule.topics)
        for sentence in found:
            names |= dict.fromkeys(topic.name for topic in self._topics.match(sentence.words))
        return tuple(names)

    def _weigh(self, reading: Reading, sentence: Sentence, matched: Sequence[Rule]) -> None:
        rules = [rule for rule in matched if sentence.is_title or not rule.title_only]
        voided = False
        for rule in rules:
            if rule.weight < 0:
                factor = 1.3 if sentence.is_title else 1.0
                if rule.reach is Reach.SENTENCE:
                    factor = 0.6 if sentence.is_title else 0.15
                reading.against.append(Hit(rule, sentence, rule.weight * factor))
                voided = True
        for rule in rules:
            if rule.weight > 0 and rule.kind is Kind.NONE:
                reading.support = max(reading.support, 0.0) + (
                    rule.weight if reading.support < 1.0 else 0.0
                )
            elif rule.weight > 0:
                factor = 1.15 if sentence.is_title else 1.0
                factor *= 0.25 if voided else 1.0
                if sentence.is_title and sentence.text.rstrip().endswith("?"):
                    factor *= ASKED
                reading.hits.append(Hit(rule, sentence, rule.weight * factor))


class Detector:
    """Judges texts by the lexicons of their languages, with the catalogue's names."""

    def __init__(
        self,
        lexicons: Mapping[str, Lexicon],
        platforms: Sequence[Platform],
        weights: Weights,
    ) -> None:
        self._weights = weights
        self._lexicons = dict(lexicons)
        self._platforms = tuple(platforms)
        self._judges: dict[str, _Judge] = {}

    def prepare(self) -> None:
        """Compile every lexicon now instead of at its first text. Takes a second or two, so it is
        done in a thread, where it lets others run between the patterns."""
        for language in self._lexicons:
            self._judge(language)

    def judge(self, text: Text) -> Judgement:
        """What `text` announces. Never raises; time grows with the text's length only."""
        if text.comparison is not None:
            return judge_change(text, text.comparison, self._heard, self._topics, self._owner)
        language, reading, judge = self._read(text)
        told = self._by_rules(text, language, reading, judge)
        return told if told.notices else self._by_dates(text, told, reading, judge)

    def measure(self, text: Text) -> dict[str, float] | None:
        """The measures that its confidence is learned from; None: nothing speaks for anything."""
        _, reading, judge = self._read(text)
        if not reading.hits:
            return None
        dated, moved = _dated(text, reading, judge, _told_by(reading))
        return measure(reading, dated=bool(dated) or moved)

    def _read(self, text: Text) -> tuple[str, Reading, _Judge]:
        """The language, and what its lexicon finds; of several likely ones, what finds most."""
        likely = guess_languages(f"{text.title}\n{text.body}")
        read = [each for each in likely if each in self._lexicons] or list(self._lexicons)
        readings = [(judge.read(text), judge) for judge in map(self._judge, read)]
        reading, judge = max(readings, key=lambda each: sum(each[0].weight(k) for k in KINDS))
        language = reading.language if reading.language in likely else (*likely, UNKNOWN)[0]
        return language, reading, judge

    def _judge(self, language: str) -> _Judge:
        judge = self._judges.get(language)
        if judge is None:
            judge = self._judges[language] = _Judge(self._lexicons[language], self._platforms)
        return judge

    def _heard(self, text: Text) -> Judgement:
        """What the rules alone hear."""
        return self._by_rules(text, *self._read(text))

    def _by_rules(self, text: Text, language: str, reading: Reading, judge: _Judge) -> Judgement:
        signals = _signals(reading)
        if not reading.hits:
            return Judgement(language, (), (), signals)
        dated, moved = _dated(text, reading, judge, _told_by(reading))
        if _withdrawn(reading, Kind.CLOSURE):
            notice = self._notice(text, reading, judge, Kind.CLOSURE, WITHDRAWN, ())
            return Judgement(language, (notice,), (), signals)
        total = {kind: self._total(reading, kind, dated) for kind in KINDS}
        kind = _main_kind(reading, total)
        confidence = self._weights.confidence(measure(reading, dated=bool(dated) or moved))
        if confidence < REVIEW_CONFIDENCE or reading.strongest < FAINT:
            return Judgement(language, (), (), signals)
        if kind is Kind.POLICY and _withdrawn(reading, Kind.POLICY):
            dated = []
        notices = [
            self._notice(
                text,
                reading,
                judge,
                each,
                confidence if each is kind else min(confidence, _confidence(total[each])),
                days,
            )
            for each, days in _events(reading, kind, total, dated)
        ]
        notices.sort(key=lambda notice: -notice.kind.gravity)
        return Judgement(language, tuple(notices), tuple(each.deadline for each in dated), signals)

    def _by_dates(self, text: Text, told: Judgement, reading: Reading, judge: _Judge) -> Judgement:
        """What only its dates betray. Words can be chosen that no rule knows; a day that is named
        to sellers, for no feast, fair or offer, is laid before a moderator."""
        letter = text.origin is Origin.COMMUNITY and text.url is None  # a forum's posts have one
        own = letter or text.origin is Origin.OFFICIAL or self._owned(text.url)
        denied = sum(hit.weight for hit in reading.against) <= DENIED
        if not own or text.published_on is None or denied or judge.harmless(reading.sentences):
            return told
        anything = {each.place: ANYTHING for each in reading.sentences}
        dated, _ = _dated(text, reading, judge, anything)
        ahead = [each for each in dated if each.deadline.on > text.published_on]
        if not ahead:
            return told
        ends = any(each.deadline.what in ENDING for each in ahead)
        kind = Kind.CLOSURE if ends else Kind.POLICY
        rule = Rule(judge.lexicon.binding.name, FAINT, (), kind)
        places = {each.place for each in ahead}
        spoken = [each for each in reading.sentences if each.place in places]
        bound = replace(reading, hits=[Hit(rule, sentence, FAINT) for sentence in spoken])
        notice = self._notice(text, bound, judge, kind, ONLY_DATED, ahead)
        deadlines = tuple(each.deadline for each in ahead)
        return Judgement(told.language, (notice,), deadlines, _signals(bound))

    def _total(self, reading: Reading, kind: Kind, dated: Sequence[Dated]) -> float:
        weight = reading.weight(kind)
        if weight == 0:
            return 0.0
        bonus = min(1.0, reading.support) + (0.6 if dated else 0.0)
        return weight + bonus + reading.burden

    def _notice(
        self,
        text: Text,
        reading: Reading,
        judge: _Judge,
        kind: Kind,
        confidence: float,
        dated: Sequence[Dated],
    ) -> Notice:
        hits = reading.of(kind)
        telling = [hit for hit in hits if hit.weight >= 2.0] or hits
        places = [hit.sentence.place for hit in telling]
        own = text.origin is Origin.OFFICIAL or text.origin is None or self._owned(text.url)
        letter = own or text.origin is Origin.COMMUNITY
        platform, successor = judge.names.read(
            reading.sentences, places, text.url, own=own, letter=letter
        )
        scope = _scope(telling, platform)
        near = [reading.sentences[0], *(hit.sentence for hit in telling[:6])]
        return Notice(
            kind=kind,
            scope=scope,
            severity=_severity(kind, scope, telling, dated),
            confidence=round(confidence, 3),
            platform=platform.slug if platform else None,
            platform_name=platform.name if platform else None,
            successor=successor.name if successor and kind is not Kind.POLICY else None,
            topics=judge.topics(near, telling),
            deadlines=tuple(each.deadline for each in dated),
            evidence=_evidence(telling),
            language=reading.language,
        )

    def _topics(self, text: Text) -> tuple[str, ...]:
        """What `text` is about, whether or not it announces something."""
        _, reading, judge = self._read(text)
        return judge.topics(reading.sentences, ())

    def _owned(self, url: str | None) -> bool:
        return self._owner(url) is not None

    def _owner(self, url: str | None) -> Platform | None:
        """The platform whose word stands at `url`."""
        return owner_of(self._platforms, url)


def _told_by(reading: Reading) -> dict[int, Told]:
    """What the telling sentences announce, by their places."""
    return {hit.sentence.place: _told(hit) for hit in reversed(_strongest(reading))}


def _dated(
    text: Text, reading: Reading, judge: _Judge, told: Mapping[int, Told]
) -> tuple[list[Dated], bool]:
    """The dates that bind, the nearest first, and whether one was moved or taken back."""
    dated, moved = judge.deadlines.read(reading.sentences, text.published_on, told)
    return sorted(dated, key=lambda each: each.deadline.on), moved


def _strongest(reading: Reading) -> list[Hit]:
    """The hits that say something by themselves, the strongest first."""
    hits = [hit for hit in reading.hits if hit.weight >= 1.4]
    return sorted(hits, key=lambda hit: (-hit.weight, -hit.rule.kind.gravity))


def _main_kind(reading: Reading, total: Mapping[Kind, float]) -> Kind:
    # What nothing speaks for is not told, however much speaks against the rest.
    spoken = [kind for kind in KINDS if reading.weight(kind) > 0]
    best = max(total[kind] for kind in spoken)
    outranking = {hit.rule.kind for hit in reading.hits if hit.rule.outranks and hit.weight >= 3.0}
    titled = {hit.rule.kind for hit in reading.hits if hit.sentence.is_title and hit.weight >= 3.0}
    for kind in reversed(spoken):
        told = kind in titled or not titled
        # What the title tells alone is the news, however much the text adds to it.
        lead = OUTRANKING if titled != {kind} else 2 * OUTRANKING
        if kind in outranking and told and total[kind] >= best - lead:
            return kind
    return next(kind for kind in spoken if total[kind] >= best - GRAVER)


def _events(
    reading: Reading, main: Kind, total: Mapping[Kind, float], dated: Sequence[Dated]
) -> list[tuple[Kind, Sequence[Dated]]]:
    """The kinds that a text announces apart from each other, each with its dates.

    What follows from an ending or a move (fees that stop, accounts that move) is no further event.
    """
    strong = {
        kind: {hit.sentence.place for hit in reading.of(kind) if hit.weight >= 3.0}
        for kind in KINDS
    }
    whole = any(hit.rule.scope is Scope.PLATFORM and hit.weight >= 3.0 for hit in reading.of(main))
    further = [
        kind
        for kind in KINDS
        if kind not in (main, Kind.MIGRATION)
        and not whole
        and main is not Kind.MIGRATION
        and _confidence(total[kind]) >= FURTHER
        and all(any(abs(place - other) > 1 for place in strong[kind]) for other in strong[main])
        and strong[kind] - strong[main]
    ]
    kinds = [main, *further]
    if len(kinds) == 1:
        return [(main, dated)]
    days: dict[Kind, list[Dated]] = {kind: [] for kind in kinds}
    for each in dated:
        nearest = min(
            kinds,
            key=lambda kind: min(abs(each.place - place) for place in strong[kind] or {10_000}),
        )
        days[nearest].append(each)
    return [(kind, days[kind]) for kind in kinds]


def _confidence(total: float) -> float:
    return min(SURE, 1 / (1 + math.exp(-SLOPE * (total - MIDDLE))))


def _withdrawn(reading: Reading, kind: Kind) -> bool:
    """Whether a plan is taken back. That of a closure is told although "not closing" denies it."""
    if kind is Kind.CLOSURE:
        return any(hit.rule.outranks for hit in reading.of(kind))
    return any(hit.rule.outranks for hit in reading.of(kind) if hit.weight >= 3.0)


def _told(hit: Hit) -> Told:
    part = hit.rule.scope is Scope.PART and "feature-shutdown" in hit.rule.topics
    return Told(hit.rule.kind, part)


def _scope(hits: Sequence[Hit], named: Named | None) -> Scope:
    """All of it, unless each telling sentence speaks of a part or a product."""
    if named is not None and named.by_product:
        return Scope.PART
    parts = {hit.sentence.place for hit in hits if hit.rule.scope is Scope.PART}
    whole = any(
        hit.rule.scope is Scope.PLATFORM
        and (hit.rule.weight >= ITSELF or hit.sentence.place not in parts)
        for hit in hits
    )
    return Scope.PART if parts and not whole else Scope.PLATFORM


def _severity(kind: Kind, scope: Scope, hits: Sequence[Hit], dated: Sequence[Dated]) -> Severity:
    grave = {What.SITE_OFF, What.DATA_DELETED, What.ACCOUNT_SUSPENDED}
    whats = {each.deadline.what for each in dated}
    told = [hit.rule.severity for hit in hits if hit.rule.severity is not None]
    if Severity.CRITICAL in told:
        return Severity.CRITICAL
    match kind:
        case Kind.CLOSURE if told:
            return told[0]
        case Kind.CLOSURE:
            return Severity.CRITICAL if scope is Scope.PLATFORM else Severity.IMPORTANT
        case Kind.MIGRATION if whats & grave:
            return Severity.CRITICAL
        case _:
            if told and not dated:
                return told[0]
            return Severity.IMPORTANT if dated else Severity.INFO


def _evidence(hits: Sequence[Hit]) -> tuple[str, ...]:
    """The strongest sentences first, but the title, which is read anyway, after the body's."""
    ordered = sorted(hits, key=lambda hit: hit.sentence.is_title)
    return tuple(dict.fromkeys(hit.sentence.text for hit in ordered))[:_EVIDENCE]


def _signals(reading: Reading) -> tuple[Signal, ...]:
    hits = sorted((*reading.hits, *reading.against), key=lambda hit: -abs(hit.weight))
    return tuple(
        Signal(hit.rule.name, round(hit.weight, 2), hit.sentence.text) for hit in hits[:30]
    )
