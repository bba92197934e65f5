"""Reads utterances: pieces, topics with confidence, follow-ups, withdrawals, and an explicit *not understood*."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.exam.base import Language
from simulator.exam.ports import Embedder, Focus, Match
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, ActKind, plain
from simulator.understanding import words as text_of
from simulator.understanding.acceptance import Candidates
from simulator.understanding.acceptance import chosen as accepted
from simulator.understanding.follow_ups import (
    NAMES_A_PLACE,
    about_of,
    completed,
    in_family,
    names_a_factor,
    of_family,
    since_when,
)
from simulator.understanding.head import Head
from simulator.understanding.ideas import carried
from simulator.understanding.lexicon import Lexicon
from simulator.understanding.phrasings import OwnPhrasings
from simulator.understanding.words import Piece
from simulator.vocabulary import Vocabulary

Floats = NDArray[np.float32]

UNDERSTOOD = 0.18  # a guess from here on is weighed with its outward signs (acceptance.py)
UNSURE = 0.15
TERM_ALONE = 0.93  # confidence in a bare term of the lexicon
PHRASING = 0.80  # cosine to a rubric's free wording that settles it
ANSWERABLE = 0.8  # added to the score of a topic that the scenario can answer
STRANGE = 0.97  # how sure a reading must be when no word of the utterance is in the vocabulary
DEED = 0.45  # a finding is shown only when the examination was meant
TOO_MANY = 7  # topics in one bare list: nobody can answer that, and it is not a question
NAMED_SYMPTOM = 0.25  # probability left for a symptom in a question about its attribute
_HISTORY = ("complaint", "symptom", "past", "drug", "allergy", "vaccine", "family", "person", "social", "function",
            "sexual", "gyn", "child", "ice", "news")
# Attributes that are asked of a symptom by its name; the others would name another question with it.
ATTRIBUTES = frozenset(f"complaint.{each}" for each in (
    "onset", "onset_mode", "duration", "course", "timing", "frequency", "time_of_day", "site", "radiation",
    "laterality", "character", "severity", "aggravating", "relieving", "rest_relief", "position", "movement", "meals",
    "impact", "sleep_impact", "trigger", "current", "last_time", "appearance", "amount", "between_episodes",
    "treatment_tried", "circumstances"))
_LABELS_INCLUDE = ("allergy.", "family.", "social.")
_MOST_PIECES = 12
_LONGEST_TEXT = 500  # characters that the embedder sees of one clause
_VECTORS_KEPT = 8192  # 2 kB each
_ROW = 3  # terms side by side that make a list without commas
_DEEDS = (ActKind.EXAMINES, ActKind.ORDERS)
NAMED_DEED = 0.02  # probability left for an examination in a noun that names a symptom as well («la température»)
RULED = 0.75  # confidence in what the outward form settles
OFFENCE = 0.9  # nobody is called rude on a guess
LIKELY_DEED = 0.06  # probability of any examination beside its explanation that makes it one
ALONE_AMONG_DEEDS = 0.6  # share of that probability which one examination must have
_EXPLAINED_DEED = {"act.explains_examination": "examine.", "act.explains_test": "order."}
MASKED = 0.6  # how sure the question with "it" instead of the symptom must be of an attribute
LIKELY_ACT = 0.2  # a statement that can only be one act of communication is that act
UNCLEAR = "meta.unclear"
FAREWELL = 0.6  # a farewell ends things: it must be meant
_AT_LEAST = {"meta.insult": OFFENCE, "meta.flirt": OFFENCE, "act.closes": FAREWELL}


class Heard(NamedTuple):
    """What a piece was read as, and whether its form settles that: a rule, a follow-up, an author's own wording."""

    act: Act
    is_settled: bool = False


class Reader:
    """The embedded understanding: the trained head, the lexicon, and the reading of clauses around them."""

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder, head: Head) -> None:
        self.vocabulary = vocabulary
        self.embedder = embedder
        self.head = head
        self.lexicon = Lexicon(vocabulary)
        self.name = f"reader-1+{embedder.name}+{vocabulary.fingerprint[:12]}"
        self._plain = Listening(self, None, Language.FRENCH), Listening(self, None, Language.ENGLISH)
        self.topics_of_phrase = lru_cache(maxsize=4096)(self._topics_of_phrase)
        self._read_plainly = lru_cache(maxsize=2048)(
            lambda words, focus, language: self.listener(None, language).read(words, focus))
        self._vectors: OrderedDict[str, Floats] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row per text; the texts met last are not computed again."""
        known = {text: vector for text in texts if (vector := self._vectors.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:  # other threads may be here too: what this call needs stays in its own hands
            fresh = np.asarray(self.embedder.embed([text[:_LONGEST_TEXT] for text in missing]), dtype=np.float32)
            known.update(zip(missing, fresh, strict=True))
            self._vectors.update((text, known[text]) for text in missing)
        rows = [known[text] for text in texts]
        while len(self._vectors) > _VECTORS_KEPT:
            self._vectors.popitem(last=False)
        return np.vstack(rows) if rows else np.zeros((0, 512), dtype=np.float32)

    def listener(self, scenario: Scenario | None, language: Language) -> "Listening":
        """A listener that also knows a scenario's phrasings and what it can answer."""
        if scenario is None:
            return self._plain[0] if language is Language.FRENCH else self._plain[1]
        return Listening(self, scenario, language)

    def seek(self, words: str, phrases: Sequence[str], focus: Focus, language: Language) -> Match | None:
        """Whether an utterance asks what any of these free phrases names: same topic, or nearly the same words."""
        best: Match | None = None
        acts = [act for act in self._read_plainly(words, focus, language)
                if not act.is_negated and (
                    act.kind in (ActKind.ASKS, ActKind.UNSURE, ActKind.EXAMINES, ActKind.ORDERS)
                    # a rubric's own question may be one that the vocabulary has no topic for
                    or (act.kind in (ActKind.NOT_UNDERSTOOD, ActKind.STRAYS) and act.form is None
                        and text_of.is_asking(act.words)))]
        wanted = {topic for phrase in phrases for topic in self.topics_of_phrase(phrase, language)}
        for act in acts:
            if act.kind in (ActKind.ASKS, ActKind.EXAMINES, ActKind.ORDERS) and act.topic in wanted:
                best = _surer(best, Match(words=act.words, confidence=act.confidence))
        vectors = self.embed([*phrases, *(act.words for act in acts)]) if acts else None
        if vectors is not None:
            close = vectors[len(phrases):] @ vectors[:len(phrases)].T
            for row, act in enumerate(acts):
                if close[row].max() >= PHRASING:
                    best = _surer(best, Match(words=act.words, confidence=float(min(1.0, close[row].max()))))
        return best

    def carries(self, words: str, wordings: Sequence[str], language: Language) -> Match | None:
        """Whether an utterance states the idea that these wordings carry."""
        return carried(self.embed, words, wordings)

    def _topics_of_phrase(self, phrase: str, language: Language) -> frozenset[str]:
        """What a label names; a general one («allergies», "family history") also by what it includes."""
        found = self._named_by(phrase, language)
        return found.union(*(self.vocabulary[topic].includes for topic in found if topic.startswith(_LABELS_INCLUDE)))

    def _named_by(self, phrase: str, language: Language) -> frozenset[str]:
        named = self.lexicon.topic(phrase)
        if named:
            return frozenset((named,))
        acts = self.listener(None, language).read(phrase if phrase.endswith("?") else f"{phrase} ?", Focus())
        return frozenset(act.topic for act in acts if act.kind is ActKind.ASKS and act.topic)


def _surer(one: Match | None, other: Match) -> Match:
    return other if one is None or other.confidence > one.confidence else one


class Listening:
    """The reader, ready for one scenario."""

    def __init__(self, reader: Reader, scenario: Scenario | None, language: Language) -> None:
        self.reader = reader
        self.scenario = scenario
        self.language = language
        self.on_candidates: Callable[[Candidates], None] | None = None  # told of every choice; for fitting
        self._act_columns = [column for topic, column in reader.head.column.items() if topic.startswith("act.")]
        self._prior = self._prior_of(scenario)
        self._phrasings = OwnPhrasings(self, scenario) if scenario and any(
            fact.phrasings for fact in scenario.all_facts) else None

    def _prior_of(self, scenario: Scenario | None) -> Floats:
        prior = np.zeros(len(self.reader.head.topics), dtype=np.float32)
        if scenario:
            answerable = {fact.topic for fact in scenario.all_facts} | {t for f in scenario.facts for t in f.also}
            answerable |= {each.topic for each in (*scenario.denies, *scenario.unknown)}
            answerable |= {f"examine.{each.examine}" for each in scenario.findings}
            answerable |= {f"order.{each.order}" for each in scenario.results}
            for topic in answerable:
                if topic in self.reader.head.column:
                    prior[self.reader.head.column[topic]] = ANSWERABLE
        return prior

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self, words: str, focus: Focus) -> tuple[Act, ...]:
        """What an utterance does, in the order of its words; never empty."""
        words = words.encode("utf-8", "ignore").decode()  # half a surrogate pair is no text
        acts: list[Act] = []
        quoted = text_of.quotations(words)
        for number, sentence in enumerate(_asked_in_general(text_of.sentences(words))):
            fresh = [_unless_quoted(act, words, sentence, quoted)
                     for act in self._sentence(sentence, focus, acts, number)]
            if text_of.withdraws_what_precedes(text_of.without_fillers(sentence).text or sentence.text):
                acts = [act.model_copy(update={"is_negated": True}) for act in acts]
                fresh = [act for act in fresh if text_of.is_interrogative(act.words)] or [_stated(sentence)]
            acts += fresh
        if len({act.topic for act in acts if _is_bare(act)}) >= TOO_MANY:
            acts = [act for act in acts if not _is_bare(act)] + [
                Act(kind=ActKind.NOT_UNDERSTOOD, words=words[:200], confidence=1.0, form="list")]
        if len(acts) > 1:
            acts = [act for act in acts if act.topic != "small.acknowledges"] or acts[:1]
        return tuple(_once_each(acts)) or (Act(kind=ActKind.NOT_UNDERSTOOD, words=words[:200], confidence=1.0),)

    def _sentence(self, sentence: Piece, focus: Focus, before: list[Act], earlier: int = 0) -> list[Act]:
        whole = text_of.without_fillers(sentence)
        if not plain(whole.text):
            return [Act(kind=ActKind.TALKS, topic="small.acknowledges", words=sentence.text, confidence=1.0)]
        if text_of.is_summary(whole.text) and not whole.text.endswith("?"):
            return [self._statement(whole, self.reader.embed([whole.text])[0])]
        if text_of.is_advice(whole.text):
            return [self._statement(whole, self.reader.embed([whole.text])[0])]
        spotted = self._bare_list(whole)
        if spotted:
            return spotted
        parts = [part for part in (text_of.without_fillers(each) for each in text_of.pieces(whole))
                 if plain(part.text)][:_MOST_PIECES]
        if len(parts) > 1 and text_of.sets_a_time(parts[0].text):
            parts = parts[1:]
        candidates = [whole, *parts] if len(parts) > 1 else [whole]
        filled = [text_of.with_carrier(parts, index) for index in range(len(parts))] if len(parts) > 1 else []
        texts = [piece.text for piece in candidates] + [text for text in filled if text]
        vectors = dict(zip(texts, self.reader.embed([self.reader.lexicon.mended(text) for text in texts]), strict=True))
        heard = [self._piece(piece, vectors[piece.text], focus, whole) for piece in candidates]
        readings, settled = [each.act for each in heard], [each.is_settled for each in heard]
        for index, text in enumerate(filled, start=1):
            if text:
                again = self._piece(Piece(text, 0, 0), vectors[text], focus, whole).act
                readings[index] = _surest(readings[index], again.model_copy(update={"words": parts[index - 1].text}))
        if text_of.is_report(whole.text):  # «comme vous l'avez dit, vous toussez»: only words that ask do
            readings = [act if text_of.is_interrogative(act.words) else _stated(whole, act.words) for act in readings]
        if len(readings) > 1:
            readings = [readings[0], *(of_family(act, self.reader.vocabulary, whole.text) for act in readings[1:])]
        given = Candidates(readings[0], tuple(readings[1:]), whole.text, focus, earlier, tuple(settled))
        if self.on_candidates:
            self.on_candidates(given)
        chosen = self._believed(given, whole)
        chosen = self._deeds_together(chosen, whole)
        if text_of.narrates(whole.text):  # «I take a history: onset, site.» tells of questions and asks none
            chosen = [_stated(whole, act.words) if act.kind is ActKind.ASKS and not text_of.has_verb(act.words) else act
                      for act in chosen]
        chosen = since_when(in_family(chosen, self.reader.vocabulary, whole.text), before)
        if text_of.withdraws_what_follows(whole.text) or text_of.cites(sentence.text):
            chosen = [act if act.kind is ActKind.STRAYS else act.model_copy(update={"is_negated": True})
                      for act in chosen]
        return chosen

    def _bare_list(self, sentence: Piece) -> list[Act]:
        """Terms in a row without verb or comma («fièvre toux crachats»), one act each; else nothing."""
        if text_of.has_verb(sentence.text) or "," in sentence.text:
            return []
        found = self.reader.lexicon.spot(sentence.text)
        places = text_of.spans(sentence.text)
        length = len(plain(sentence.text).split())
        covered = sum(each.last - each.first + 1 for each in found)
        if len({each.topic for each in found}) < _ROW or len(places) != length or covered < 0.7 * length:
            return []
        pieces = [Piece(sentence.text[places[each.first][0]:places[each.last][1]], 0, 0) for each in found]
        acts = [self._act(each.topic, TERM_ALONE, piece, Focus(), sentence) for each, piece in
                zip(found, pieces, strict=True)]
        return [act.model_copy(update={"form": "list"}) for act in _once_each(acts)]

    def _deeds_together(self, acts: list[Act], sentence: Piece) -> list[Act]:
        """In «je prends la tension, le pouls et la température» the nouns after the verb are examined too."""
        if sentence.text.rstrip().endswith("?"):
            return acts
        spoken: list[Act] = []
        for act in acts:
            deeds = [each.kind for each in spoken if each.kind in _DEEDS]
            if deeds and act.kind is ActKind.ASKS and not text_of.has_verb(act.words):
                family = "examine." if deeds[0] is ActKind.EXAMINES else "order."
                chances = self.chances_of(act.words)
                likely, topic = max((float(chances[column]), topic) for topic, column in self.reader.head.column.items()
                                    if topic.startswith(family))
                if likely >= NAMED_DEED:
                    spoken.append(Act(kind=deeds[0], topic=topic, words=act.words, confidence=act.confidence))
                    continue
            spoken.append(act)
        return spoken

    def _believed(self, given: Candidates, sentence: Piece) -> list[Act]:
        """The readings of a sentence that are worth believing; else what the whole was, in doubt."""
        if given.whole.fact and given.whole.confidence >= 1:
            return [given.whole]  # the author's own wording is one question, however many commas it has
        believed = accepted(given, self.reader.lexicon)
        if not believed:
            return [self._in_doubt(given.whole)]
        bare = len(believed) > 1 and not text_of.has_verb(sentence.text)
        return [act.model_copy(update={"form": "list"}) for act in believed] if bare else believed

    @staticmethod
    def _in_doubt(act: Act) -> Act:
        """A reading that is not believed: a statement, or a question that was not understood."""
        if act.kind in (ActKind.NOT_UNDERSTOOD, ActKind.UNSURE, ActKind.STATES):
            return act
        if not text_of.is_asking(act.words) or act.kind in (ActKind.COMMUNICATES, ActKind.TALKS):
            return Act(kind=ActKind.STATES, words=act.words, confidence=1 - act.confidence, form="statement")
        return Act(kind=ActKind.NOT_UNDERSTOOD, words=act.words, confidence=1 - act.confidence)

    def _piece(self, piece: Piece, vector: Floats, focus: Focus, sentence: Piece) -> Heard:
        """One piece as one act, and whether its form settles it."""
        text = piece.text
        if text_of.is_report(text) or _echoes(text, focus.patient_said):
            return Heard(self._statement(piece, vector), is_settled=True)
        fact = self._phrasings.nearest(text, vector, self._chances(text, vector)) if self._phrasings and (
            text_of.has_verb(text) or piece.text == sentence.text) else None
        if fact and text_of.is_asking(text) and not text_of.is_said_flatly(text, sentence.text):
            return Heard(Act(kind=ActKind.ASKS, topic=fact.topic, fact=fact.fact, words=text,
                             confidence=fact.confidence, form=_form(text)), is_settled=True)
        if text_of.normalises(text) and not text_of.is_interrogative(text) and not _ends_asking(sentence.text):
            return Heard(Act(kind=ActKind.COMMUNICATES, topic="act.normalises", words=text, confidence=0.8),
                         is_settled=True)
        if text_of.asks_leave(text):
            return Heard(Act(kind=ActKind.COMMUNICATES, topic="act.asks_consent", words=text, confidence=0.9),
                         is_settled=True)
        if text_of.names_self(text):
            return Heard(Act(kind=ActKind.COMMUNICATES, topic="act.introduces_self", words=text, confidence=0.9),
                         is_settled=True)
        named = self.reader.lexicon.topic(text)
        if named and not named.startswith(("small.", "act.")):
            return Heard(self._act(named, TERM_ALONE, piece, focus, sentence))
        topics = self.reader.head.topics
        inner = text_of.without_frame(text)
        chances = self._chances(text, vector) if inner == text else self._asked_indirectly(inner)
        chances = self._deed_rather(chances)
        if topics[int(np.argmax(chances))].startswith(("examine.", "order.")) and text.rstrip().endswith("?") \
                and (timeless := text_of.without_time(text)) != text.rstrip():
            chances = self.chances_of(timeless)
        first, second = (int(each) for each in np.argsort(-chances)[:2])
        if text_of.asks_only_since_when(text):
            return Heard(self._act("complaint.onset", RULED, piece, focus, sentence), is_settled=True)
        followed = completed(self, text, focus, float(chances[first]), topics[first])
        if followed:
            return Heard(self._act(followed[0], followed[1], piece, focus, sentence), is_settled=True)
        attribute = self._attribute_of_named(text, topics[first])
        if attribute:
            return Heard(self._act(attribute[0], attribute[1], piece, focus, sentence), is_settled=True)
        rule = self._by_rule(text, topics[first], float(chances[first]))
        if rule:
            return Heard(self._act(rule, RULED, piece, focus, sentence), is_settled=True)
        if chances[first] < _AT_LEAST.get(topics[first], 0.0):
            return Heard(self._doubt(piece, chances, first, second))
        if chances[first] >= UNDERSTOOD and (
                self.reader.lexicon.knows_a_word(text)
                or (chances[first] >= STRANGE and not topics[first].startswith("meta."))
        ):
            return Heard(self._act(topics[first], float(chances[first]), piece, focus, sentence))
        return Heard(self._doubt(piece, chances, first, second))

    def _asked_indirectly(self, inner: str) -> Floats:
        """The chances of what stands in the frame «j'aimerais savoir si…»: a question, so no act of communication."""
        chances = self.chances_of(inner).copy()
        for topic, column in self.reader.head.column.items():
            if topic.startswith(("act.", "small.")):
                chances[column] = 0
        total = float(chances.sum())
        return chances / total if total else chances

    def _deed_rather(self, chances: Floats) -> Floats:
        """Whoever says how he examines, or what for, is doing it: the examination goes before its explanation."""
        topics = self.reader.head.topics
        first = int(np.argmax(chances))
        family = _EXPLAINED_DEED.get(topics[first])
        if family is None:
            return chances
        columns = [column for topic, column in self.reader.head.column.items() if topic.startswith(family)]
        likeliest = max(columns, key=lambda column: float(chances[column]))
        among = float(sum(chances[column] for column in columns))
        if among < LIKELY_DEED or chances[likeliest] < ALONE_AMONG_DEEDS * among:
            return chances
        better = chances.copy()
        better[likeliest] = chances[first]
        better[first] = chances[likeliest]
        return better

    def _attribute_of_named(self, text: str, guess: str) -> tuple[str, float] | None:
        """In "how bad is your cough" the cough is what it is about: with "it" instead, one asks how bad it is."""
        if not guess.startswith("symptom."):
            return None
        neutral = text_of.without_name(text, self.reader.lexicon.spot(text, "symptom."), self.language)
        if not neutral:
            return None
        chances = self.chances_of(neutral)
        best = int(np.argmax(chances))
        topic = self.reader.head.topics[best]
        return (topic, float(chances[best])) if topic in ATTRIBUTES and chances[best] >= MASKED else None

    def _by_rule(self, text: str, guess: str, sure: float) -> str | None:
        """What the outward form settles when the head is not sure: a named test is requested, a story asked for."""
        if text_of.asks_the_story(text) and (
                sure < RULED or guess == "symptom.pain" or guess.split(".")[0] not in _HISTORY):
            return "complaint.elaborate"
        names_one = guess.startswith("symptom.") and self.reader.lexicon.spot(text, "symptom.")
        if names_one and text_of.asks_since_when(text):
            return "complaint.onset"
        if sure >= (DEED if guess.startswith(("examine.", "order.")) else RULED):
            return None
        deeds = {each.topic for each in self.reader.lexicon.spot(text) if each.topic.startswith(("examine.", "order."))}
        if len(deeds) != 1:
            return None
        if text_of.asks_about_past_care(text):
            return "complaint.previous_care" if sure < UNDERSTOOD else None
        return deeds.pop() if text_of.requests(text) and not text.rstrip().endswith("?") else None

    def _doubt(self, piece: Piece, chances: Floats, first: int, second: int) -> Act:
        """Not sure enough: between two questions, or not understood."""
        one, other = self.reader.head.topics[first], self.reader.head.topics[second]
        sure = float(chances[first])
        if not text_of.is_asking(piece.text):
            return self._likely_act(piece, chances) or Act(
                kind=ActKind.STATES, words=piece.text, confidence=sure, form="statement")
        both_history = all(each.split(".")[0] in _HISTORY for each in (one, other))
        if sure >= UNSURE and sure + float(chances[second]) >= 0.5 and both_history:
            return Act(kind=ActKind.UNSURE, topic=one, other=other, words=piece.text, confidence=sure)
        return Act(kind=ActKind.NOT_UNDERSTOOD, words=piece.text, confidence=1 - sure)

    def _act(self, topic: str, confidence: float, piece: Piece, focus: Focus, sentence: Piece) -> Act:
        """A topic as what the candidate does with it."""
        family = topic.split(".")[0]
        text = piece.text
        if family in _HISTORY:
            if text_of.speaks_as_patient(text) or text_of.is_said_flatly(text, sentence.text) or not (
                    text_of.is_asking(text) or _ends_asking(sentence.text) or text_of.opens_a_topic(sentence.text)
                    or text_of.is_spoken_question(text, sentence.text)):
                return Act(kind=ActKind.STATES, words=text, confidence=confidence, form="statement")
            about = about_of(topic, text, sentence.text, focus, self.reader.lexicon, self.scenario)
            if about is None and topic.startswith("complaint.") and topic not in NAMES_A_PLACE:
                named = self._symptom_in(text, focus)
                about = None if names_a_factor(topic, named, self.scenario) else named
            return Act(kind=ActKind.ASKS, topic=topic, about=about, confidence=min(1.0, confidence), words=text,
                       form=_form(text))
        if family in ("examine", "order"):
            if confidence < DEED:
                return Act(kind=ActKind.NOT_UNDERSTOOD, words=text, confidence=1 - confidence)
            if text_of.asks_about_past_care(text):
                return Act(kind=ActKind.ASKS, topic="complaint.previous_care", confidence=confidence, words=text,
                           form=_form(text))
            kind = ActKind.EXAMINES if family == "examine" else ActKind.ORDERS
            return Act(kind=kind, topic=topic, confidence=confidence, words=text)
        if topic == UNCLEAR:
            return Act(kind=ActKind.NOT_UNDERSTOOD, words=text, confidence=confidence)
        kind = {"act": ActKind.COMMUNICATES, "small": ActKind.TALKS}.get(family, ActKind.STRAYS)
        return Act(kind=kind, topic=topic, confidence=confidence, words=text)

    def _symptom_in(self, text: str, focus: Focus) -> str | None:
        """The symptom that an attribute's question names by a verb («depuis quand toussez-vous»), when it is plain."""
        chances = self.chances_of(text)
        symptoms = [(float(chances[index]), topic) for index, topic in enumerate(self.reader.head.topics)
                    if topic.startswith("symptom.")]
        likely, topic = max(symptoms)
        if likely < NAMED_SYMPTOM or likely < 0.6 * sum(each for each, _ in symptoms):
            return None
        return None if topic in (focus.complaint, "symptom.pain") else topic

    def _likely_act(self, piece: Piece, chances: Floats) -> Act | None:
        """The likeliest act of communication of a statement, to be weighed."""
        best = max(self._act_columns, key=lambda column: float(chances[column]))
        if chances[best] < LIKELY_ACT:
            return None
        return Act(kind=ActKind.COMMUNICATES, topic=self.reader.head.topics[best], words=piece.text,
                   confidence=float(chances[best]))

    def _statement(self, piece: Piece, vector: Floats) -> Act:
        """A statement: an act of communication when it is surely one, else a plain statement."""
        chances = self._chances(piece.text, vector)
        columns = self._act_columns
        best = max(columns, key=lambda index: float(chances[index]))
        among_acts = float(chances[best]) / max(1e-9, float(sum(chances[index] for index in columns)))
        if chances[best] >= UNDERSTOOD or (chances[best] >= LIKELY_ACT and among_acts >= RULED):
            return Act(kind=ActKind.COMMUNICATES, topic=self.reader.head.topics[best], words=piece.text,
                       confidence=float(chances[best]))
        return Act(kind=ActKind.STATES, words=piece.text, confidence=1.0, form="statement")

    def _chances(self, text: str, vector: Floats) -> Floats:
        mended = self.reader.lexicon.mended(text)
        chances = softmax(self.reader.head.scores([mended], vector[None, :])[0] + self._prior)
        if plain(mended) == plain(text):
            return chances
        typed = softmax(self.reader.head.scores([text], self.reader.embed([text]))[0] + self._prior)
        return chances if chances.max() >= typed.max() else typed  # a rare word is not always a slip

    def chances_of(self, text: str) -> Floats:
        """The probability of every topic for a text, in the order of `head.topics`."""
        return self._chances(text, self.reader.embed([self.reader.lexicon.mended(text)])[0])


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities."""
    raised = np.exp(scores - scores.max())
    chances: Floats = (raised / raised.sum()).astype(np.float32)
    return chances


def _asked_in_general(sentences: list[Piece]) -> list[Piece]:
    """«Certains ont mal au dos ; est-ce votre cas ?» as the one question that it is."""
    joined: list[Piece] = []
    for piece in sentences:
        before = joined[-1] if joined else None
        if before and text_of.points_back(piece.text) and text_of.generalises(text_of.without_fillers(before).text):
            joined[-1] = Piece(f"{before.text.rstrip(' .;,…')} ?", before.start, piece.end)
        else:
            joined.append(piece)
    return joined


def _surest(alone: Act, filled: Act) -> Act:
    """A fragment read alone or with the verb it leans on: whichever is understood, and then the surer."""
    lost = (ActKind.NOT_UNDERSTOOD, ActKind.UNSURE, ActKind.STATES)
    if filled.kind in lost or (alone.kind not in lost and alone.confidence >= filled.confidence):
        return alone
    return filled


def _form(text: str) -> "str | None":
    return text_of.form_of(text)


def _ends_asking(text: str) -> bool:
    return text.rstrip().endswith("?")


def _once_each(acts: list[Act]) -> list[Act]:
    """The acts without those that ask the same again."""
    seen: dict[tuple[str | None, str | None, ActKind, bool], int] = {}
    kept: list[Act] = []
    for act in acts:
        key = (act.topic, act.about, act.kind, act.is_negated)
        if key not in seen:
            seen[key] = len(kept)
            kept.append(act)
        elif act.confidence > kept[seen[key]].confidence:
            kept[seen[key]] = act
    return kept


def _echoes(text: str, patient_said: str) -> bool:
    """Whether three words or more are just what the patient said: an echo, or a quotation, not a question."""
    mine = plain(text)
    return len(mine.split()) >= 3 and "?" not in text and f" {mine} " in f" {plain(patient_said)} "


def _is_bare(act: Act) -> bool:
    """A keyword thrown in: one of a list, or a noun with a question mark («Tabac ? Alcool ?»)."""
    return act.form == "list" or (act.kind is ActKind.ASKS and not text_of.has_verb(act.words))


def _stated(sentence: Piece, words: str | None = None) -> Act:
    return Act(kind=ActKind.STATES, words=words or sentence.text, form="statement")


def _unless_quoted(act: Act, words: str, sentence: Piece, quoted: list[tuple[int, int]]) -> Act:
    """The act, negated when most of its words stand in quotation marks: they are somebody else's."""
    start = words.find(act.words, max(0, sentence.start - 1)) if quoted and act.words else -1
    if start < 0:
        return act
    end = start + len(act.words)
    inside = sum(max(0, min(end, last) - max(start, first)) for first, last in quoted)
    return act.model_copy(update={"is_negated": True}) if inside > len(act.words) / 2 else act
