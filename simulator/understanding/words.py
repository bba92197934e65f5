"""Utterances as text: sentences, pieces, and the outward marks of a question, a withdrawal, a quotation."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from simulator.exam.base import Language
from simulator.exam.transcript import plain

if TYPE_CHECKING:
    from simulator.understanding.lexicon import Spotted

_SENTENCE = re.compile(r"[^.?!…;\n]+(?:[.?!…;]+|\n|$)")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mme|Mlle|Pr|M|St|vs|env|c-à-d|i\.e|e\.g)\.(?=\s)", re.IGNORECASE)
# What a transcriber or a page adds: «[inaudible]», "<pause/>". Blanked, so that places stay where they were.
_ANNOTATION = re.compile(r"<[^<>\n]{0,60}>|\[[^\[\]\n]{0,60}\]")
_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_JOINT = re.compile(
    r"\s*,\s*(?:(?:et|ou|puis|mais|and|or|but|then)\b\s*(?:bien\s+|also\s+)?)?"
    r"|\s+(?:et|ou bien|ou|puis|mais|ainsi que|and|or|but|as well as|then)\s+"
    r"|\s*/\s*|\s+(?=(?:est-ce que|qu['’]est-ce que)\s)|\s*:\s*",
    re.IGNORECASE)

_AFTER_QUESTION_WORD = re.compile(
    r"(?:quand|où|ou|comment|combien|pourquoi|qui|quoi|(?:par|depuis|jusqu['’]?(?:à)?) \w+|quel(?:le)?s? \w+|combien de \w+)$", re.IGNORECASE)

FILLERS = re.compile(
    r"^(?:(?:(?:et\s+)?(?:euh+|hum+|ben|bah|bon|alors|donc|voilà|ah|oh|eh bien|d'accord|d’accord|ok|okay|oui|très bien|parfait|entendu|"
    r"(?:je vois|je comprends|merci)(?=\s*[,.;!…?]|\s*$)|super|du coup|sinon|ensuite|après|maintenant|tout d'abord|pour commencer|"
    r"um+|uh+|er+|erm+|hmm+|mm+|mhm|well|so|right|alright|all right|sure|great|perfect|fine|yeah|yes|yep|"
    r"(?:i see|i understand|good|thank you|thanks)(?=\s*[,.;!…?]|\s*$)|got it|now|then|and|also|oh|ah|lovely|excellent)\b[\s,.…!-]*))+",
    re.IGNORECASE)

_INTERROGATIVE = re.compile(
    r"\b(?:est[- ]ce qu|esque |qu['’ ]?est[- ]ce|\w+-(?:t-)?(?:vous|tu|ils?|elles?|on)\b"
    r"|(?!(?:asseyez|installez|allongez|déshabillez|rassurez|détendez|reposez|relevez|levez|tournez|penchez|servez)\b)"
    r"(?:\w+i?ez|êtes|etes|faites|dites) vous\b"  # inversions as they are typed and heard: «fumez vous», «sont elles»
    r"|(?:est|sont|ont|fait|font|peut|(?:étai|etai|avai|faisai)(?:t|ent)|\w+ t) (?:ils?|elles?|on)\b)"
    r"|^(?:and |or |so |but )?(?:does|did|is|are|was|were|has|had|might|may|could|would|will|can|"
    r"(?:do|have)(?!\s+(?:a|an|the|some|sit|take|let|not|come|have)\b))\s+\w+\s"
    r"|\b(?:quel(?:le)?s?|quand|combien|comment|pourquoi|où|qui|quoi|lequel|laquelle|y a[- ]t[- ]il|"
    r"what|when|where|who|whom|whose|which|why|how|any|"
    r"(?:do|does|did|have|has|had|are|is|was|were|can|could|would|will|should)(?:n['’]t)?\s+(?:you|your|he|his|she|her|they|their|it|"
    r"there|that|this|the|anyone|anybody|anything|one|of|other|i|we|me|family|pain|problems?|issues?|history))\b",
    re.IGNORECASE)
_INVITATION = re.compile(
    r"\b(?:dites[- ]moi|parlez[- ]moi|racontez|décrivez|decrivez|caractérisez|situez|localisez|évaluez|chiffrez|qualifiez|expliquez[- ]moi|précisez|montrez|détaillez|donnez[- ]moi|"
    r"je voudrais savoir|j'aimerais savoir|je voulais savoir|j'aurais voulu|je me demand|je souhaiterais|"
    r"tell me|talk me|describe|characteri[sz]e|rate|locate|explain to me|show me|walk me|run me|give me|go on|i(?:'d| would) like to (?:know|ask|hear)|"
    r"i (?:was )?wonder|i(?:'m| am) wondering|let me ask|i(?:'d| would) be interested|je vais vous demander|dis[- ]moi|parle[- ]moi)",
    re.IGNORECASE)
_ASSERTS_SELF = re.compile(
    r"^(?:j['’](?:ai|avais|étais|habite|arrive)\b|je (?:suis|fume|bois|prends|fais|sens|dors|souffre|n['’]ai|ne|m['’]|me|vis|travaille|"
    r"crois que j)|mon |ma |mes |moi,? j|ça (?:me|m['’])|i (?:have|had|am|was|smoke|drink|feel|felt|take|took|don['’]t|do not|live|work|can['’]t|"
    r"cannot|never|sleep|got|get)\b|i['’](?:m|ve|d)\b|my |it (?:hurts|started|began|is|was|feels|goes)\b|it['’]s )", re.IGNORECASE)
_ASSERTS_CASE = re.compile(
    r"^(?:c['’]est |cela |il s['’]agit|vous (?:avez|êtes|souffrez|présentez) (?:probablement|certainement|sûrement|sans doute|"
    r"vraisemblablement|donc|peut-être)|(?:ça|cela) (?:a|n['’]a pas|doit|devait|n['’]avait pas) (?:dû|être)|(?:je (?:pense|crois) que|à mon avis|pour moi)\b|"
    r"(?:that|it|this) must\b|i (?:think|believe|suspect)\b|it(?:['’]s| is) |this is |that(?:['’]s| is) |you (?:probably|clearly|likely|may|might) )",
    re.IGNORECASE)
_REPORTS = re.compile(
    r"^(?:vous (?:m['’]avez|avez|m['’]aviez|disiez|me disiez) (?:bien )?(?:dit|parlé|expliqué|raconté|signalé|mentionné|évoqué)|vous (?:me )?disiez|comme vous (?:l['’]avez |le )?di|"
    r"you(?:['’]ve| have)? (?:said|told|mentioned|described|were saying|reported)|as you (?:said|told|mentioned)|you were telling)",
    re.IGNORECASE)
_WITHDRAWS_WHAT_FOLLOWS = re.compile(
    r"\b(?:je (?:ne )?(?:vais|veux|voulais|souhaite|compte) pas (?:vous )?(?:demander|poser|parler|savoir|aborder|interroger|t['’])|"
    r"je (?:ne )?(?:vous )?(?:le )?demande(?:rai)? pas|on (?:ne )?(?:va|parlera|parle) pas|inutile d|pas (?:la peine|besoin) d|sans (?:vous )?demander|"
    r"je n['’]ai pas (?:besoin|à)|peu importe|je ne m['’]intéresse pas|je passe (?:sur|les questions)|"
    r"i(?:['’]m| am) not (?:going to )?(?:ask|asking)|i (?:won['’]t|will not|don['’]t (?:need|want)(?: to)?|do not (?:need|want)(?: to)?|needn['’]t|"
    r"shan['’]t) (?:ask|know|talk|go into|be asking|discuss|bother|hear)|i['’]ll skip|i(?:['’]m| am) skipping|we(?:['’]ll| will| can) skip|no need (?:to|for)|without asking|"
    r"let['’]s not (?:ask|talk|go)|never mind (?:about|your|the|whether|if)|i(?:['’]m| am) not interested)",
    re.IGNORECASE)
_WITHDRAWS_WHAT_PRECEDES = re.compile(
    r"^(?:(?:non|en fait|finalement|actually)[,\s]+)?(?:oubliez|oublie|laissez tomber|laisse tomber|non rien|rien finalement|je retire|je reviens sur|peu importe|ne répondez pas|"
    r"annulez|(?:no[,\s]+)?(?:forget (?:it|that|about|i)|never mind|nevermind|scratch that|ignore that|don['’]t answer|i take that back|"
    r"actually no|strike that|disregard that|"
    r"(?:(?:it )?does(?:n['’]t| not) matter|(?:it['’]s )?not important|(?:ça |cela )?n['’]a pas d['’]importance|(?:ce n['’]est )?pas important)"
    r"[\s.!…]*$))", re.IGNORECASE)
_CORRECTS = re.compile(r"^(?:non[,\s]+(?:je|pas|plutôt)|plutôt|enfin|je veux dire|je voulais dire|pardon[,\s]|no[,\s]+i (?:mean|meant)|"
                       r"sorry[,\s]+i mean|i mean|i meant|rather|or rather)", re.IGNORECASE)
_SUMMARISES = re.compile(
    r"\b(?:si je (?:résume|resume|récapitule|recapitule|reprends|comprends bien|vous (?:suis|comprends))|pour résumer|en résumé|je résume|récapitul|"
    r"donc (?:en gros|globalement)|if i (?:understand|understood|summari[sz]e|recap|heard|got|can (?:just )?summari[sz]e)|to summari[sz]e|in summary|"
    r"let me (?:just )?(?:summari[sz]e|recap|check i)|so just to recap|to recap|si j['’]ai bien (?:compris|suivi|noté)|if i(?:['’]ve| have) (?:understood|got|heard))",
    re.IGNORECASE)
_QUOTED = re.compile(r"[«“\"]([^«“»”\"]{8,})[»”\"]")
_VERB = re.compile(
    r"\b(?:avez|êtes|etes|est|sont|a|ont|prenez|fait|faites|fumez|buvez|sentez|pouvez|va|vont|vous|tu|il|elle|on|je|j|"
    r"do|does|did|have|has|had|are|is|was|were|can|could|would|will|feel|take|you|he|she|they|it|i)\b", re.IGNORECASE)
_PAST_CARE = re.compile(
    r"\b(?:any|des|d['’]autres) (?:previous|prior|past|earlier|other)\b|"
    r"(?:avez[- ]vous|vous avez|on vous a|vous a[- ]t[- ]on|est[- ]ce qu['’]?(?:on|vous|il|elle)?\s*(?:vous )?(?:a|avez))\s.*(?:déjà|eu|fait|passé|prescrit|montr)|"
    r"\b(?:have|has|had|did) (?:you|they|anyone|he|she|your (?:gp|doctor))\b", re.IGNORECASE)
_REQUESTS = re.compile(
    r"\b(?:je (?:vous )?(?:demande|prescris|voudrais|souhaite|souhaiterais|veux|fais|réalise|commande|prends)|j['’]aimerais|faites|on (?:va )?(?:fait|faire)|"
    r"il (?:me |nous |vous )?(?:faut|faudrait)|i(?:['’]d| would) (?:like|order|request|want|do|get)|i(?:['’]m| am) (?:order|request|ask|go)ing|"
    r"i(?:['’]ll| will)? ?(?:order|request|want|need|get|do)|we(?:['’]ll| will)? ?(?:need|get|do)|let['’]s (?:get|do|have|order)|get me|order|"
    r"(?:can|could) (?:i|we) (?:get|have|do))\b", re.IGNORECASE)
_WHETHER = re.compile(r"\b(?:si|if|whether|about)\b", re.IGNORECASE)
_ASKS_THE_STORY = re.compile(
    r"\b(?:parle[rz]?|racont\w+|décri\w+|decri\w+|expliqu\w+|dites|tell|talk|describe)\b.{0,30}?"
    r"\b(?:votre|vos|cette|ces|ce|la|les|le|l['’]|your|the|this|that|these) ?"
    r"(?:douleurs?|problèmes?|soucis?|gênes?|symptômes?|histoire|pains?|problems?|symptoms?|complaint|trouble|issues?|story)\s*[.?!…]*$",
    re.IGNORECASE)
_TIME = re.compile(
    r"^(?:depuis|pendant|avant|après|apres|ces derni\w+|cette|dans les|au cours|since|over the|during|in the (?:last|past)|before|after|for the "
    r"(?:last|past)|this)\b(?!.*\b(?:quand|combien|quel\w*|when|long|what)\b)", re.IGNORECASE)
_SINCE_WHEN = re.compile(r"\b(?:depuis (?:quand|combien de)|since when|how long (?:have|has|had)|how long.{0,30} (?:for|been)\b|when did)\b",
                         re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:comment|pourquoi|qu['’]est-ce|que (?:se|vous)|parlez|racontez|décrivez|expliquez|dites[- ]m|quel(?:le)?s?|"
    r"what|how|why|tell me|describe|talk|explain|which)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:n['’]est-ce pas|c['’]est (?:bien )?ça|hein|non)\s*\?*$|^(?:donc )?(?:vous n['’]avez pas|vous ne|pas de|aucun)|"
    r"(?:isn['’]t it|right|correct|don['’]t you|do you|aren['’]t you|have you|haven['’]t you)\s*\?*$|^(?:so )?(?:no |you don['’]t|you haven['’]t|you(?:['’]re| are) not)",
    re.IGNORECASE)

_SPOKEN = 9  # words
_SECOND_PERSON = re.compile(r"\b(?:vous|votre|vos|tu|ton|ta|tes|you|your)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:je|j['’]|moi|mon|ma|mes|nous|i|i['’]\w+|me|my|we|us|let['’]s)\b", re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of an utterance: `text` is the speaker's own spelling, from `start` to `end`."""

    text: str
    start: int
    end: int


def sentences(utterance: str) -> list[Piece]:
    """The utterance cut at stops and question marks; abbreviations and decimals stay whole."""
    utterance = _ANNOTATION.sub(lambda found: " " * len(found.group()), utterance)
    shielded = _ABBREVIATION.sub(lambda found: found.group().replace(".", "·"), utterance)
    shielded = _DECIMAL.sub("·", shielded)
    found = []
    for match in _SENTENCE.finditer(shielded):
        piece = _trimmed(utterance, match.start(), match.end())
        if plain(piece.text):
            found.append(piece)
    return found


def pieces(sentence: Piece) -> list[Piece]:
    """The sentence cut at commas and conjunctions; one piece when there is nothing to cut."""
    found, start = [], 0
    for match in _JOINT.finditer(sentence.text):
        if _AFTER_QUESTION_WORD.search(sentence.text[max(0, match.start() - 40):match.start()]) and "est" in sentence.text[match.end():][:4]:
            continue  # «quand est-ce que» is one question
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(sentence.text)))
    cut = [_trimmed(sentence.text, first, last) for first, last in found]
    return [Piece(piece.text, sentence.start + piece.start, sentence.start + piece.end) for piece in cut
            if plain(piece.text)]


_CARRIER = re.compile(
    r"^(.*?\b(?:vous|tu|il|elle|je|on|you|he|she|they|i)\b.*?|.*?\b(?:j|l)['’]\w+)"
    r"(?:\s+(?:de la|de l['’]|du|des|le|la|les|un|une|d['’]|l['’]|vos|votre|any|some|the|a|an|your|his|her)\b.*)?$", re.IGNORECASE)
_SUBJECT = re.compile(r"^.*?\b(?:\w+[- ]vous|vous \w+|have you|do you|did you|are you)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(r"^(?:eu|été|perdu|pris|fait|vomi|\w+é|had|been|felt|lost|noticed|\w+ed)\b", re.IGNORECASE)


def with_carrier(parts: list[Piece], index: int) -> str:
    """A piece without a verb, completed by the verb before it: «j'ausculte le cœur | les poumons»; else ''."""
    piece = parts[index]
    if has_verb(piece.text):
        return ""
    for before in reversed(parts[:index]):
        if not has_verb(before.text):
            continue
        found = None if _PARTICIPLE.match(piece.text) else _CARRIER.match(before.text)
        if found is None or found.group(1) == before.text:
            found = _SUBJECT.match(before.text)
        return f"{found.group(found.lastindex or 0)} {piece.text}" if found else ""
    return ""


def without_fillers(piece: Piece) -> Piece:
    """The piece without the acknowledgements and hesitations it begins with; empty when there is nothing else."""
    match = FILLERS.match(piece.text)
    if not match:
        return piece
    rest = _trimmed(piece.text, match.end(), len(piece.text))
    return Piece(rest.text, piece.start + rest.start, piece.start + rest.end)


def _trimmed(text: str, start: int, end: int) -> Piece:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Piece(text[start:end], start, end)


def is_asking(text: str) -> bool:
    """Whether a clause has the outward form of a question, an invitation, or a bare noun phrase said as one."""
    if text.rstrip().endswith("?") or _INVITATION.search(text):
        return True
    if re.search(r"\b(?:ou|or)\b", text) and not _ASSERTS_SELF.match(text):
        return True  # a choice is offered
    if _ASSERTS_SELF.match(text) or _ASSERTS_CASE.match(text) or _REPORTS.match(text):
        return False
    if _INTERROGATIVE.search(text):
        return True
    # «vous avez de la fièvre» without a mark is how a question is spoken; a noun phrase alone is one too.
    return bool(re.match(r"^(?:et |ou |and |or )?(?:c['’]|(?:vous|tu|ça|ca|ils?|elles?|you|he|she|it|they|that|any|no|pas|aucune?)\b)", text,
                         re.IGNORECASE)) or not _VERB.search(text)


def is_spoken_question(text: str, sentence: str) -> bool:
    """Whether a short clause about the other person, without any mark, can be a question by its tone alone («la tête vous tourne»)."""
    return (not sentence.rstrip().endswith((".", "!", "…", ";")) and len(text.split()) <= _SPOKEN
            and bool(_SECOND_PERSON.search(text)) and not _FIRST_PERSON.search(text)
            and not _ASSERTS_CASE.match(text) and not _REPORTS.match(text))


_CITES = re.compile(
    r"\b(?:the (?:rubric|grid|checklist|marking scheme|mark sheet)|la grille|le barème|la checklist|"
    r"a good (?:doctor|student|candidate) (?:would|should|asks)|un bon (?:médecin|étudiant|candidat) (?:demand|doit|devrait)|"
    r"my colleague (?:has |already )*asked|(?:mon|ma) collègue vous a (?:déjà )?demandé)\b", re.IGNORECASE)


def cites(text: str) -> bool:
    """Whether a sentence reports a question of somebody else's: the grid's, a colleague's, what a good student asks."""
    return bool(_CITES.search(text))


def narrates(text: str) -> bool:
    """Whether a sentence tells what somebody asks or asked («I take a history: onset, site.»): its nouns ask nothing."""
    return (not text.rstrip().endswith("?") and has_verb(text) and not is_asking(text) and not is_interrogative(text)
            and not _SECOND_PERSON.search(text) and not _ANNOUNCES.search(text))


_ANNOUNCES = re.compile(
    r"\b(?:i (?:want|need|have) to (?:know|ask|hear|check)|let['’]s (?:talk|move|go)|je veux savoir|j['’]ai besoin de savoir|"
    r"(?:on va|nous allons|je vais) (?:parler|voir|passer|aborder)|on (?:passe|parle|enchaîne)|parlons|voyons|"
    r"il (?:me |nous )?fau(?:t|drait))\b", re.IGNORECASE)
_AFTERTHOUGHT = re.compile(
    r"(?<=\w)\s+(?:depuis|après|apres|avant|since|after|before)\s+(?:le|la|l['’]|les|votre|vos|cette|ce|the|your|that|this)\s?\w[^,;:]*$",
    re.IGNORECASE)


_FRAME = re.compile(
    r"^(?:(?:est[- ]ce que )?(?:je peux|je pourrais|puis[- ]je|(?:vous )?(?:pouvez|pourriez|voulez|voudriez|accepteriez)(?:[- ]vous)?|"
    r"(?:j['’]aimerais|je (?:voudrais|voulais|souhaiterais|souhaite|veux)|j['’]aurais (?:aimé|voulu)|j['’]ai (?:juste )?(?:besoin|envie) de|"
    r"il (?:me )?(?:faut|faudrait)(?: que je)?)) ?(?:bien |juste |aussi |simplement |donc |maintenant |également )*(?:de )?"
    r"(?:vous |me |nous )*(?:savoir|demander|demande|connaître|dire|préciser|indiquer|comprendre|vérifier|sache|expliquer) (?:par exemple |plutôt |un peu |en gros )?"
    r"(?:si\b|s['’](?=il|elle)|ce qu['’]?(?:e|il|on)?\b(?= )|(?=où|quand|comment|combien|qui|quel|depuis|pourquoi|à |de |dans |en |par |l[ae’']))"
    r"|(?:je me demand(?:e|ais)|dites[- ]moi|dis[- ]moi)(?: donc| un peu| juste)? (?:si\b|s['’](?=il|elle))"
    r"|(?:(?:can|could|may|might|would|will) (?:i|you|we)(?: please| just| possibly| maybe| mind)* (?:ask|tell me|tell us|say|let me know|know)"
    r"|(?:i(?:['’]d| would) (?:just |also |really |quite |first )*(?:like|love|want|need|be interested|be keen)|i (?:just |also |really )*(?:want|wanted|need|have))"
    r"(?: to)? (?:just |also |quickly )?(?:know|ask|hear|find out|understand|learn|get an idea of|be sure|establish)(?: you| from you)?"
    r"|i(?:['’]m| am| was| keep)? (?:just |also )*(?:wonder(?:ing)?|curious)|do you (?:happen to )?(?:know|remember)|tell me|let me (?:just )?ask(?: you)?)"
    r"(?: a bit| a little| something| please| perhaps)*,? (?:about )?(?:if|whether|(?=how|what|where|when|who|which|why|the|your|any))"
    r")[\s,]*", re.IGNORECASE)


def without_frame(text: str) -> str:
    """An indirect question without its frame: «j'aimerais savoir si vous toussez» asks «vous toussez»."""
    found = _FRAME.match(text)
    rest = text[found.end():] if found else ""
    return rest if len(plain(rest).split()) > 1 else text


_GENERALISES = re.compile(
    r"^(?:(?:some|many|most|a lot of|lots of|loads of|tons of|certain|plenty of|quite a few|other|sometimes) (?:\w+ )?(?:people|folks?|men|women|patients|parents|"
    r"children|kids|babies|smokers|teenagers|ladies|couples|families|of my patients)|(?:people|patients|women|men) (?:often|sometimes|can|may|with)|"
    r"it(?:['’]s| is| can be) (?:quite |very |pretty )?(?:common|normal|usual|not unusual|not uncommon)|it (?:can |sometimes )happens?|"
    r"(?:beaucoup|certain(?:e?s)?|la plupart|plein|pas mal|nombre|énormément|d['’]autres|parfois|souvent)(?: d(?:e|es|['’])| les| des)? ?\w*|"
    r"il (?:arrive|est (?:fréquent|courant|possible|normal))|on (?:voit|a|peut|observe|ressent) (?:parfois|souvent)|avec l['’]âge|"
    r"les (?:gens|patients?|femmes|hommes|enfants|parents))\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^(?:(?:and|so|but|et|mais|alors|donc) )?(?:(?:is|was|does|do|has|have|did|are|would) (?:that|this|it|you|he|she|they|your)\b.{0,45}|(?:what|how) about you.{0,12}|"
    r"i(?:['’]m| am)? wonder(?:ing)? (?:if|whether) .{0,40}(?:that|it|any|the same|you too).{0,10}|"
    r"(?:est[- ]ce|c['’]est|est[- ]il|l['’]avez|l['’]as|qu['’]en est|et vous|et toi|et (?:chez|pour) |cela|ça|avez[- ]vous|"
    r"le ressentez|en avez|y avez|vous aussi|en est).{0,45})\?\s*$", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:that|this|so|too|the same|about you|the case|your case|ça|cela|votre cas|le cas|et vous|et toi|aussi|chez vous|pour vous|l['’]avez|l['’]as|"
    r"en est|constat\w*|remarqu\w*|noticed|happen(?:s|ed)?|arriv\w*)\b", re.IGNORECASE)


def generalises(text: str) -> bool:
    """«Il arrive qu'on…», "some people find…": what is then asked is whether it is so here."""
    return bool(_GENERALISES.match(text))


_NOT_ALONE = re.compile(
    r"\b(?:pas (?:le|la|les) seule?s?\b|not (?:the only|alone)|n['’]t (?:be )?(?:the only|alone)|(?:tout le monde|everyone|everybody|anyone|n['’]importe qui)"
    r" (?:a|aurait|would|has|gets?|finds?|réagirait|feels?))", re.IGNORECASE)


def normalises(text: str) -> bool:
    """«Vous n'êtes pas le seul», "lots of people find that hard": others are in the same case."""
    return generalises(text) or bool(_NOT_ALONE.search(text))


def points_back(text: str) -> bool:
    """«Est-ce votre cas ?», "is that so for you?": a question about what was just said."""
    return len(text.split()) <= 10 and bool(_POINTS_BACK.match(text)) and bool(_POINTER.search(text))


_BEFORE_A_NAME = re.compile(
    r"\b(?:the|a|an|any|some|your|his|her|this|that|these|those|of|la|le|les|l['’]|un|une|de la|de l['’]|du|des|d['’]|votre|vos|"
    r"cette|ces|ce|cet|ta|tes|ton|son|sa|ses)\s*$", re.IGNORECASE)
_ITS_PLACE = {Language.FRENCH: "ça", Language.ENGLISH: "it"}


def without_name(text: str, named: "Sequence[Spotted]", language: Language) -> str:
    """The text with "it" in the place of the one thing that it names; '' when it names none or several."""
    places = spans(text)
    if not named or len({each.topic for each in named}) != 1 or len(places) != len(plain(text).split()):
        return ""
    start, end = places[named[0].first][0], places[named[-1].last][1]
    before = text[:start]
    while (found := _BEFORE_A_NAME.search(before)):
        before = before[:found.start()]
    return f"{before}{_ITS_PLACE[language]}{text[end:]}" if len(plain(before + text[end:]).split()) > 1 else ""


_OPENS_A_TOPIC = re.compile(
    r"^(?:alors |donc |bon |so |now )?(?:on va parler|on passe|parlons|nous allons parler|let['’]s talk about|let['’]s move on to|"
    r"i (?:want|need) to (?:know|ask|hear) about)\b", re.IGNORECASE)


_OUTRIGHT = re.compile(
    r"^(?:et |mais |ou |and |so |or |but )?(?:qui|que|quoi|quel\w*|quand|combien|comment|pourquoi|où|what|when|where|who|which|why|how|any|no|pas|aucun\w*)\b|"
    r"\best[- ]ce qu|\bqu['’]est|\w+-(?:t-)?(?:vous|tu|ils?|elles?|on)\b|"
    r"\b(?:do|does|did|have|has|had|are|is|was|were|can|could|would|will) (?:you|he|she|they|it|there|your|the|that|this)\b|^(?:vous|tu|you)\b",
    re.IGNORECASE)


def is_said_flatly(text: str, sentence: str) -> bool:
    """Whether a clause of a sentence with a full stop has nothing of a question: «elle fait baisser le sucre.»"""
    return (sentence.rstrip().endswith((".", "!")) and has_verb(text) and not _OUTRIGHT.search(text)
            and not _INVITATION.search(text))


def opens_a_topic(text: str) -> bool:
    """«On va parler des allergies»: the thing named is asked about."""
    return bool(_OPENS_A_TOPIC.match(text))


def announces(text: str) -> bool:
    """«On va parler du tabac, de l'alcool»: what is named is asked for."""
    return bool(_ANNOUNCES.search(text) or _INVITATION.search(text))


def without_time(text: str) -> str:
    """A question without the moment at its end: «comment allez-vous depuis la biopsie ?» asks for no biopsy."""
    mark = "?" if text.rstrip().endswith("?") else ""
    return _AFTERTHOUGHT.sub("", text.rstrip(" ?.!")) + (f" {mark}" if mark else "")


_BARE_SINCE = re.compile(r"^(?:et |and |puis |then )?(?:ça fait |ca fait )?(?:c['’]est )?(?:depuis (?:quand|combien(?: de temps| d['’]années)?|longtemps)|"
                         r"(?:for |since )?how long(?: for)?|since when|for how many years)[\s?.!]*$", re.IGNORECASE)


def asks_only_since_when(text: str) -> bool:
    """«Et depuis quand ?» and nothing else: of what was just asked about."""
    return bool(_BARE_SINCE.match(text.strip()))


def is_statement_of_self(text: str) -> bool:
    """Whether the speaker tells about himself («j'ai mal…»): words of a patient, not of an interviewer."""
    return bool(_ASSERTS_SELF.match(text)) and "?" not in text and not _INVITATION.search(text)


_FIRST_PERSON = re.compile(
    r"^(?:et |and |oui |yes |that )?(?:j['’](?:ai|avais|étais)\b|je (?:suis|fume|bois|prends|dors|souffre|n['’]ai|vis|travaille)\b|m(?:on|a|es) |"
    r"i (?:have|had|am|was|smoke|drink|feel|felt|take|took|don['’]t (?:smoke|drink|take|have|sleep)|live|work|sleep)\b|i['’](?:m|ve)\b|my )",
    re.IGNORECASE)


def speaks_as_patient(text: str) -> bool:
    """Whether a clause says the patient's part in the first person, with a question mark or without («je fume ?»)."""
    return bool(_FIRST_PERSON.match(text)) and not is_interrogative(text)


def is_report(text: str) -> bool:
    """Whether a clause reports what the patient said («vous m'avez dit que…»)."""
    return bool(_REPORTS.match(text)) and "?" not in text


_ADVISES = re.compile(
    r"\b(?:il (?:faut|faudra|faudrait|vaut mieux|est important|est préférable)|vous (?:devez|devrez|devriez|ne devez pas|pouvez leur|pourrez)|"
    r"je vous (?:conseille|recommande|propose|rappelle|explique|assure)|évitez|n['’]oubliez pas|pensez à|essayez de|prenez (?:le|la|les|un|votre|vos|la) |arrêtez|"
    r"(?:ce|tout ce) que je peux (?:vous )?dire|cela (?:veut dire|signifie)|ça (?:veut dire|signifie)|"
    r"you(?:['’]ll)? (?:need to|must|should|ought to|have to|will need|had better)|i(?:['’]d| would) (?:advise|recommend|suggest)|make sure|"
    r"(?:try|remember) (?:to|not to)|avoid|don['’]t forget|what i can say|(?:it|this|that) means|with this (?:type|kind) of|the (?:best|safest) thing)",
    re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:si|en cas d|dès que|au moindre|if|in case|as soon as|should)\b.*\b(?:r?appelez|appeler|consultez|revenez|composez|"
    r"call|ring|dial|come (?:back|straight)|go (?:to|straight)|see (?:a|your) (?:doctor|gp)|phone|contact)\b", re.IGNORECASE)


_ORDERS_ABOUT = re.compile(
    r"^(?:et |puis |alors |then |and |so )?(?:always|never|please don['’]t|surtout) |"
    r"^(?:et |puis |alors |surtout )?(?!(?:avez|êtes|etes|savez|pouvez|allez)\b)\w{2,}ez\b(?![- ](?:vous|moi|lui)\b)"
    r".*\b(?:toujours|jamais|tout de suite|immédiatement|aussitôt|avant de|sans attendre)\b|"
    r"^(?:si|if)\b.{4,90}?[,;] (?:then )?(?:\w{2,}ez\b|(?:pull|stop|take|have|call|drink|eat|test|check|come|go|ring|sit|rest|avoid|keep|get|see|use|try|"
    r"phone|contact)\b)", re.IGNORECASE)
_ASKS_LEAVE = re.compile(
    r"(?:je peux|puis[- ]je|pourrais[- ]je|je pourrais|est[- ]ce que je (?:peux|pourrais)) (?:vous )?poser (?:quelques|des|deux|plusieurs) .*questions|"
    r"(?:can|could|may|might|mind if|if) i (?:could |can |may )?(?:just )?ask(?:ed)? you (?:a few|some|a couple|several)|"
    r"si je vous pos(?:e|ais) (?:quelques|des)", re.IGNORECASE)


def asks_leave(text: str) -> bool:
    """«Je peux vous poser quelques questions ?»: whatever they are about, leave is asked."""
    return bool(_ASKS_LEAVE.search(text))


def is_advice(text: str) -> bool:
    """Whether a sentence advises, explains or says what to do if («il faut…», "if it comes back, call…"): asks nothing."""
    if "?" in text:
        return False
    return bool(_CONDITION.match(text)) or bool(_ORDERS_ABOUT.match(text)) or (bool(_ADVISES.search(text)) and not is_interrogative(text))


_NAMES_SELF = re.compile(
    r"\b(?:je m['’]appelle|moi c['’]est|mon nom est|my name(?:['’]s| is)|i(?:['’]m| am) (?:doctor|dr\.?|called))\s+\S+"
    r"|\b(?:[Jj]e suis|[Ii](?:['’]m| am)) (?:le (?:docteur|Dr)|la (?:docteure?|Dr)|[Dd]octeur|Dr\.?|[Dd]octor)?\s*[A-ZÀ-Ý][a-zà-ÿ-]+\b(?!\s+(?:que|that))",
)


def names_self(text: str) -> bool:
    """Whether the speaker gives a name of his own («je suis Claire», "my name is Tom")."""
    return bool(_NAMES_SELF.search(text)) and "?" not in text


def is_interrogative(text: str) -> bool:
    """Whether a clause is a question by its words, whatever its mark."""
    return bool(_INTERROGATIVE.search(text) or _INVITATION.search(text))


def requests(text: str) -> bool:
    """Whether somebody asks for something to be done («je demande un ECG», "can we get an ECG")."""
    return bool(_REQUESTS.search(text)) and not is_interrogative(text) and not _WHETHER.search(text)


def sets_a_time(text: str) -> bool:
    """«Depuis le début, …»: when the question is about, not a question of its own."""
    return bool(_TIME.match(text)) and (len(text.split()) <= 4 or not has_verb(text)) and not text.rstrip().endswith("?")


def asks_since_when(text: str) -> bool:
    """«Depuis quand…», "how long have you had…"."""
    return bool(_SINCE_WHEN.search(text))


def asks_the_story(text: str) -> bool:
    """«Parlez-moi de votre douleur»: the person may say what he likes about it."""
    return bool(_ASKS_THE_STORY.search(text))


def spans(text: str) -> list[tuple[int, int]]:
    """Where each word of `plain(text)` stands in the text."""
    tokens = [(match.start(), match.end(), plain(match.group())) for match in re.finditer(r"[^\W_]+|\S", text)]
    return [(start, end) for start, end, word in tokens for _ in word.split()]


def is_summary(text: str) -> bool:
    """Whether a sentence announces a summary of what was said («si je résume, vous avez…»)."""
    return bool(_SUMMARISES.search(text))


def withdraws_what_follows(text: str) -> bool:
    """«Je ne vais pas vous demander si vous fumez»."""
    return bool(_WITHDRAWS_WHAT_FOLLOWS.search(text))


def withdraws_what_precedes(text: str) -> bool:
    """«Oubliez», "never mind"."""
    return bool(_WITHDRAWS_WHAT_PRECEDES.match(text))


def corrects(text: str) -> bool:
    """«Non, je veux dire…», "I meant…"."""
    return bool(_CORRECTS.match(text))


def asks_about_past_care(text: str) -> bool:
    """Whether a clause that names a test asks if it was done before, rather than ordering it."""
    return bool(_PAST_CARE.search(text))


def quotations(utterance: str) -> list[tuple[int, int]]:
    """Spans in quotation marks: somebody else's words."""
    return [match.span(1) for match in _QUOTED.finditer(utterance)]


def has_verb(text: str) -> bool:
    """Whether a clause has a verb or a pronoun: a bare list of nouns has none."""
    return bool(_VERB.search(text))


def form_of(text: str) -> str:
    """How the question is put: open, leading or closed."""
    if _LEADING.search(text.strip()):
        return "leading"
    return "open" if _OPEN.search(text) else "closed"
