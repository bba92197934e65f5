"""What the patient may tell, level by level; nothing else ever reaches an actor."""

import pytest

from simulator.encounters.disclosure import OPEN_TOPICS
from tests.builders import a_scenario, a_vocabulary
from tests.encounters.talks import Talk, asks, mumbles, wavers

ONSET = {"topic": "complaint.onset", "answer": "Three weeks now."}
TOBACCO = {"topic": "social.tobacco", "answer": "I smoke ten a day."}
SPUTUM = {"topic": "symptom.sputum", "reveal": "volunteered", "answer": "I bring up green stuff."}
PARTNERS = {"topic": "sexual.partners", "also": ["past.general", "complaint.associated"],
            "reveal": "on_direct_question", "answer": "There is somebody else."}
SECRET = {"id": "secret", "topic": "social.alcohol", "reveal": {"after": "act.empathises"},
          "otherwise": "I'd rather not talk about that.", "answer": "I drink a bottle of wine every evening."}


# -- asked, and not asked ----------------------------------------------------------------------------------------------

def test_a_fact_is_told_when_its_topic_is_asked() -> None:
    talk = Talk(a_scenario(facts=[ONSET, TOBACCO]))
    assert talk.hear("social.tobacco") == ["social.tobacco"]
    assert talk.words == ["I smoke ten a day."]


@pytest.mark.parametrize("said", ["social.alcohol", "symptom.fever", "act.greets", "meta.machine", "small.talk",
                                  "examine.temperature", "past.general", *OPEN_TOPICS])
def test_a_fact_is_not_told_when_something_else_is_said(said: str) -> None:
    talk = Talk(a_scenario(facts=[ONSET, TOBACCO]))
    assert not {"complaint.onset", "social.tobacco"} & set(talk.hear(said))
    assert "ten a day" not in " ".join(talk.words)


def test_facts_are_told_in_the_order_in_which_they_were_asked_and_once() -> None:
    talk = Talk(a_scenario(facts=[ONSET, TOBACCO]))
    assert talk.hear("social.tobacco", "complaint.onset", "social.tobacco") == ["social.tobacco", "complaint.onset"]


def test_also_raises_a_fact_when_nothing_answers_the_topic_itself() -> None:
    fact = {**TOBACCO, "also": ["social.alcohol"]}
    assert Talk(a_scenario(facts=[fact])).hear("social.alcohol") == ["social.tobacco"]


def test_also_stays_behind_when_another_fact_answers_the_topic_itself() -> None:
    alcohol = {"topic": "social.alcohol", "answer": "Wine on Sundays."}
    talk = Talk(a_scenario(facts=[{**TOBACCO, "also": ["social.alcohol"]}, alcohol]))
    assert talk.hear("social.alcohol") == ["social.alcohol"]


def test_a_general_question_gets_its_own_fact_and_what_also_raises_it() -> None:
    facts = [{"topic": "past.general", "answer": "Not much."},
             {"topic": "past.asthma", "also": ["past.general"], "answer": "Asthma as a child."}]
    assert Talk(a_scenario(facts=facts)).hear("past.general") == ["past.general", "past.asthma"]


def test_a_scenarios_own_phrasing_tells_that_fact_alone() -> None:
    facts = [ONSET, {"id": "pack_years", "topic": "complaint.onset", "answer": "Since I was twenty."}]
    talk = Talk(a_scenario(facts=facts))
    assert talk.hear(asks("complaint.onset", fact="pack_years")) == ["pack_years"]


def test_an_attribute_without_a_fact_of_its_own_gets_what_is_known_of_the_symptom() -> None:
    talk = Talk(a_scenario(facts=[ONSET, {"topic": "symptom.fever", "answer": "I've been hot at night."}]))
    assert talk.hear(asks("complaint.severity", about="symptom.fever")) == ["symptom.fever"]


def test_a_hidden_symptom_is_not_told_for_an_attribute_of_it() -> None:
    hidden = {"topic": "symptom.fever", "answer": "I've been hot at night.", "reveal": "on_direct_question"}
    talk = Talk(a_scenario(facts=[ONSET, hidden]))
    assert "symptom.fever" not in talk.hear(asks("complaint.severity", about="symptom.fever"))


def test_anything_else_lets_the_patient_volunteer() -> None:
    more = {"topic": "symptom.fatigue", "answer": "I'm worn out.", "reveal": "volunteered"}
    assert Talk(a_scenario(facts=[ONSET, more])).hear("act.screens_more") == ["symptom.fatigue"]


def test_ideas_concerns_and_expectations_are_told_when_asked() -> None:
    patient = {"persona": {"name": "Ann", "age": 40, "sex": "female"}, "opening": "Hello.", "concerns": "My lungs."}
    talk = Talk(a_scenario(patient=patient))
    assert "My lungs." not in [*talk.hear("act.greets"), *talk.words]
    assert talk.hear("ice.concerns") == ["ice.concerns"]
    assert talk.words == ["My lungs."]


# -- opening and volunteered -------------------------------------------------------------------------------------------

def test_an_opening_fact_counts_as_told_from_the_start_and_can_be_asked_again() -> None:
    talk = Talk(a_scenario(facts=[{**ONSET, "reveal": "opening"}]))
    assert "complaint.onset" in talk.transcript.told
    assert talk.hear("complaint.onset") == ["complaint.onset"]
    assert talk.disclosure.may_tell[0].times_told == 1


@pytest.mark.parametrize("topic", OPEN_TOPICS)
def test_a_volunteered_fact_is_told_after_an_open_question(topic: str) -> None:
    assert Talk(a_scenario(facts=[SPUTUM])).hear(topic) == ["symptom.sputum"]


@pytest.mark.parametrize("said", ["act.greets", "complaint.onset", "social.tobacco", "past.general", "small.talk"])
def test_a_volunteered_fact_is_not_told_after_anything_else(said: str) -> None:
    assert "symptom.sputum" not in Talk(a_scenario(facts=[SPUTUM, ONSET])).hear(said)


def test_a_volunteered_fact_is_told_when_asked_directly() -> None:
    assert Talk(a_scenario(facts=[SPUTUM])).hear("symptom.sputum") == ["symptom.sputum"]


def test_at_most_two_facts_are_volunteered_at_once_and_each_is_volunteered_once() -> None:
    facts = [{"topic": f"symptom.s{each}", "reveal": "volunteered", "answer": f"And {each}."} for each in range(5)]
    talk = Talk(a_scenario(facts=facts))
    assert talk.hear("complaint.elaborate") == ["symptom.s0", "symptom.s1"]
    assert talk.hear("complaint.elaborate") == ["symptom.s2", "symptom.s3"]
    assert talk.hear("complaint.elaborate") == ["symptom.s4"]
    assert talk.hear("complaint.elaborate") == ["unscripted:complaint.elaborate"]


def test_two_open_questions_in_one_breath_volunteer_no_fact_twice() -> None:
    talk = Talk(a_scenario(facts=[SPUTUM, ONSET]))
    assert talk.hear("complaint.elaborate", "complaint.associated").count("symptom.sputum") == 1


# -- on a direct question ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("topic", ["past.general", "complaint.associated", "complaint.elaborate"])
def test_a_direct_question_fact_is_not_raised_by_also(topic: str) -> None:
    assert "sexual.partners" not in Talk(a_scenario(facts=[PARTNERS, SPUTUM])).hear(topic)


def test_a_direct_question_fact_is_told_on_its_own_topic() -> None:
    assert Talk(a_scenario(facts=[PARTNERS])).hear("sexual.partners") == ["sexual.partners"]


# -- conditional -------------------------------------------------------------------------------------------------------

def test_a_conditional_fact_is_withheld_with_its_evasive_words_and_the_reason() -> None:
    talk = Talk(a_scenario(facts=[SECRET]))
    assert talk.hear("social.alcohol") == ["secret:withheld"]
    assert talk.words == ["I'd rather not talk about that."]
    assert talk.roles == ["evasion"]
    assert talk.withheld == ["secret"]
    assert "act.empathises" in talk.disclosure.withheld[0].because


def test_a_conditional_fact_without_otherwise_is_evaded_in_general_words() -> None:
    fact = {key: value for key, value in SECRET.items() if key != "otherwise"}
    talk = Talk(a_scenario(facts=[fact]))
    assert talk.hear("social.alcohol") == ["secret:withheld"]
    assert talk.words[0]
    assert "wine" not in talk.words[0]


def test_a_conditional_fact_is_told_when_asked_after_its_act() -> None:
    talk = Talk(a_scenario(facts=[SECRET]))
    talk.hear("act.empathises")
    assert talk.hear("social.alcohol") == ["secret"]


def test_the_act_may_stand_in_the_same_breath_as_the_question() -> None:
    assert Talk(a_scenario(facts=[SECRET])).hear("act.empathises", "social.alcohol") == ["secret"]


def test_a_fact_that_was_evaded_opens_up_once_when_its_act_comes_later() -> None:
    talk = Talk(a_scenario(facts=[SECRET]))
    talk.hear("social.alcohol")
    assert talk.hear("act.greets") == ["act.greets"]
    assert talk.hear("act.empathises") == ["secret"]
    assert "secret" not in talk.hear("act.empathises")


def test_a_conditional_fact_that_was_never_asked_does_not_open_up() -> None:
    assert "secret" not in Talk(a_scenario(facts=[SECRET])).hear("act.empathises")


def test_a_negated_act_opens_nothing() -> None:
    talk = Talk(a_scenario(facts=[SECRET]))
    talk.hear("social.alcohol")
    assert "secret" not in talk.hear(asks("act.empathises", is_negated=True))
    assert talk.hear("social.alcohol") == ["secret:withheld"]


def test_a_fact_may_wait_for_another_fact() -> None:
    talk = Talk(a_scenario(facts=[TOBACCO, {**SECRET, "reveal": {"after": "social.tobacco"}}]))
    assert talk.hear("social.alcohol") == ["secret:withheld"]
    assert talk.hear("social.tobacco") == ["social.tobacco"]
    assert talk.hear("social.alcohol") == ["secret"]


def test_a_fact_may_wait_for_a_cue_and_for_several_things_at_once() -> None:
    cue = {"id": "cue.worry", "says": "I'm so worried.", "when": {"after": "social.tobacco"}}
    fact = {**SECRET, "reveal": {"after": ["cue.worry", "act.empathises"]}}
    talk = Talk(a_scenario(facts=[TOBACCO, fact], cues=[cue]))
    talk.hear("act.empathises")
    assert talk.hear("social.alcohol") == ["secret:withheld"]
    assert talk.hear("social.tobacco") == ["social.tobacco", "cue.worry"]
    assert talk.hear("social.alcohol") == ["secret"]


def test_the_evasion_of_a_fact_does_not_open_what_waits_for_the_fact() -> None:
    facts = [SECRET, {"id": "why", "topic": "drug.adherence", "reveal": {"after": "secret"}, "answer": "For shame."}]
    talk = Talk(a_scenario(facts=facts))
    talk.hear("social.alcohol")
    assert talk.hear("drug.adherence") == ["why:withheld"]


# -- what the patient has not got --------------------------------------------------------------------------------------

def test_a_denied_topic_is_denied_in_the_authors_or_else_the_vocabularys_words() -> None:
    talk = Talk(a_scenario(denies=[{"topic": "past.stroke", "says": "A stroke? No, thank God."}, "symptom.fever"],
                           facts=[ONSET]))
    assert talk.hear("past.stroke") == ["denied:past.stroke"]
    assert talk.words == ["A stroke? No, thank God."]
    assert talk.hear("symptom.fever") == ["denied:symptom.fever"]
    assert talk.words == ["No, no fever."]
    assert talk.roles == ["denial"]


def test_an_unknown_topic_is_not_invented() -> None:
    talk = Talk(a_scenario(unknown=[{"topic": "past.stroke", "says": "You'd have to ask my GP."}]))
    assert talk.hear("past.stroke") == ["unknown:past.stroke"]
    assert talk.words == ["You'd have to ask my GP."]
    assert talk.roles == ["unknown"]


def test_an_unscripted_topic_gets_the_vocabularys_safe_default() -> None:
    talk = Talk(a_scenario(facts=[TOBACCO]))
    talk.hear("symptom.rash")
    assert talk.roles == ["denial"]
    talk.hear("complaint.onset")
    assert talk.roles == ["unknown"]


def test_a_silent_topic_is_neither_affirmed_nor_denied() -> None:
    talk = Talk(a_scenario(facts=[TOBACCO]))
    for topic in ("complaint.course", "past.stroke", "drug.adherence"):
        assert talk.hear(topic) == [f"unscripted:{topic}"]
        assert talk.roles == ["unknown"]
        assert not talk.words[0].lower().startswith(("yes", "no,"))


def test_a_topic_outside_the_vocabulary_tells_nothing() -> None:
    talk = Talk(a_scenario())
    talk.hear("symptom.unheard_of")
    assert talk.roles == ["courtesy"]


def test_a_general_question_without_a_fact_is_answered_by_the_topics_it_includes() -> None:
    facts = [{"topic": "past.asthma", "answer": "Asthma as a child."},
             {"topic": "past.diabetes", "reveal": "on_direct_question", "answer": "And sugar."},
             {**SECRET, "id": "stroke", "topic": "past.stroke"}]
    assert Talk(a_scenario(facts=facts)).hear("past.general") == ["past.asthma"]


def test_a_general_question_is_answered_by_two_facts_at_most() -> None:
    facts = [{"topic": topic, "answer": f"Yes, {topic}."} for topic in ("past.asthma", "past.diabetes", "past.stroke")]
    assert len(Talk(a_scenario(facts=facts)).hear("past.general")) == 2


def test_a_general_question_is_denied_when_the_author_denies_it_whatever_it_includes() -> None:
    talk = Talk(a_scenario(facts=[{"topic": "past.asthma", "answer": "Asthma."}], denies=["past.general"]))
    assert talk.hear("past.general") == ["denied:past.general"]


def test_asking_one_included_topic_does_not_tell_its_neighbours() -> None:
    facts = [{"topic": "past.asthma", "answer": "Asthma."}, {"topic": "past.diabetes", "answer": "Sugar."}]
    assert Talk(a_scenario(facts=facts)).hear("past.diabetes") == ["past.diabetes"]


# -- attributes --------------------------------------------------------------------------------------------------------

def test_an_attribute_speaks_of_the_main_complaint_unless_another_symptom_is_named() -> None:
    facts = [ONSET, {"id": "fever.onset", "topic": "complaint.onset", "about": "symptom.fever", "answer": "Monday."}]
    talk = Talk(a_scenario(facts=facts))
    assert talk.hear("complaint.onset") == ["complaint.onset"]
    assert talk.hear(asks("complaint.onset", about="symptom.cough")) == ["complaint.onset"]
    assert talk.hear(asks("complaint.onset", about="symptom.fever")) == ["fever.onset"]


def test_an_attribute_of_a_symptom_that_is_not_scripted_is_not_answered_with_the_main_complaints() -> None:
    talk = Talk(a_scenario(facts=[ONSET]))
    assert talk.hear(asks("complaint.onset", about="symptom.sputum")) == ["unscripted:complaint.onset"]
    assert "Three weeks" not in talk.words[0]


def test_an_attribute_of_a_denied_symptom_is_the_denial_of_the_symptom() -> None:
    talk = Talk(a_scenario(facts=[ONSET], denies=["symptom.fever"]))
    assert talk.hear(asks("complaint.onset", about="symptom.fever")) == ["denied:symptom.fever"]


def test_an_attribute_denied_of_one_symptom_is_not_denied_of_another() -> None:
    denied = [{"topic": "complaint.course", "about": "symptom.fever", "says": "No change there."}]
    talk = Talk(a_scenario(facts=[ONSET], denies=denied))
    assert talk.hear(asks("complaint.course", about="symptom.fever")) == ["denied:complaint.course"]
    assert talk.hear("complaint.course") == ["unscripted:complaint.course"]


# -- negated, repeated -------------------------------------------------------------------------------------------------

def test_a_negated_question_tells_nothing() -> None:
    talk = Talk(a_scenario(facts=[ONSET, TOBACCO, SPUTUM]))
    for topic in ("complaint.onset", "social.tobacco", "complaint.elaborate"):
        talk.hear(asks(topic, is_negated=True))
        assert talk.roles == ["courtesy"]
    assert talk.hear(asks("complaint.onset", is_negated=True), "social.tobacco") == ["social.tobacco"]


def test_what_is_asked_again_says_how_often_it_was_told() -> None:
    talk = Talk(a_scenario(facts=[{**TOBACCO, "again": "Ten, I said."}]))
    for times in range(3):
        talk.hear("social.tobacco")
        assert talk.disclosure.may_tell[0].times_told == times
        assert talk.disclosure.may_tell[0].again == "Ten, I said."


# -- cues --------------------------------------------------------------------------------------------------------------

CUE = {"id": "cue.worry", "says": "I'm so worried.", "when": {"after": "social.tobacco"}, "once_met": "You're kind.",
       "answered_by": ["act.empathises", "act.reassures"]}


def test_a_cue_is_given_after_its_fact_and_once() -> None:
    talk = Talk(a_scenario(cues=[CUE]))
    assert talk.hear("complaint.onset") == ["complaint.onset"]
    assert talk.hear("social.tobacco") == ["social.tobacco", "cue.worry"]
    assert talk.hear("social.tobacco") == ["social.tobacco"]


@pytest.mark.parametrize("turns_between", [0, 1])
@pytest.mark.parametrize("act", ["act.empathises", "act.reassures"])
def test_a_cue_is_met_within_two_turns_and_once(act: str, turns_between: int) -> None:
    talk = Talk(a_scenario(cues=[CUE]))
    talk.hear("social.tobacco")
    for _ in range(turns_between):
        talk.hear("complaint.onset")
    assert talk.hear(act) == ["cue.worry:met"]
    assert talk.words == ["You're kind."]
    assert talk.hear(act) == [act]


def test_a_cue_that_was_left_lying_for_two_turns_is_over() -> None:
    talk = Talk(a_scenario(cues=[CUE]))
    talk.hear("social.tobacco")
    talk.hear("complaint.onset")
    talk.hear("symptom.fever")
    assert talk.hear("act.empathises") == ["act.empathises"]


def test_a_cue_is_not_met_by_another_act_nor_before_it_is_given() -> None:
    talk = Talk(a_scenario(cues=[CUE]))
    assert talk.hear("act.empathises") == ["act.empathises"]
    talk.hear("social.tobacco")
    assert "cue.worry:met" not in talk.hear("act.greets")


@pytest.mark.parametrize(("turns_between", "is_met"), [(0, True), (1, True), (2, False)])
def test_a_cue_of_the_opening_can_be_met_in_the_first_two_turns(turns_between: int, is_met: bool) -> None:
    talk = Talk(a_scenario(cues=[{**CUE, "when": {"at": "opening"}}]))
    assert "cue.worry" in talk.transcript.told
    for _ in range(turns_between):
        talk.hear("complaint.onset")
    assert ("cue.worry:met" in talk.hear("act.empathises")) is is_met


def test_a_cue_of_a_minute_comes_with_the_first_answer_after_it() -> None:
    talk = Talk(a_scenario(cues=[{**CUE, "when": {"after_minute": 4}}]))
    assert talk.hear("complaint.onset", minute=3.9) == ["complaint.onset"]
    assert talk.hear("complaint.onset", minute=4) == ["complaint.onset", "cue.worry"]
    assert talk.hear("complaint.onset", minute=5) == ["complaint.onset"]


# -- the patient's questions -------------------------------------------------------------------------------------------

def test_the_patient_asks_at_its_minute_after_its_fact_and_at_the_end() -> None:
    questions = [{"id": "ask.serious", "says": "Is it serious?", "when": {"after_minute": 2}},
                 {"id": "ask.work", "says": "Can I work?", "when": {"after": "social.tobacco"}},
                 {"id": "ask.home", "says": "Can I go home?", "when": {"at": "end"}}]
    talk = Talk(a_scenario(asks=questions))
    assert talk.hear("complaint.onset") == ["complaint.onset"]
    assert talk.hear("social.tobacco") == ["social.tobacco", "ask.work"]
    assert talk.hear("symptom.fever", minute=2) == ["symptom.fever", "ask.serious"]
    assert talk.hear("act.closes", minute=3) == ["ask.home"]
    assert talk.hear("act.closes", minute=3) == ["act.closes"]


def test_an_invitation_to_ask_brings_the_last_question() -> None:
    talk = Talk(a_scenario(asks=[{"id": "ask.home", "says": "Can I go home?", "when": {"at": "end"}}]))
    assert talk.hear("act.invites_questions") == ["ask.home"]
    assert talk.hear("act.invites_questions") == ["act.invites_questions"]


@pytest.mark.parametrize("kind", ["cues", "asks"])
@pytest.mark.parametrize(("when", "said"), [({"at": "opening"}, None), ({"at": "end"}, "act.closes")])
def test_whatever_is_written_for_the_opening_or_the_end_is_said_then(
    kind: str, when: dict[str, str], said: str | None
) -> None:
    talk = Talk(a_scenario(**{kind: [{"id": "line", "says": "Listen.", "when": when}]}))
    if said:
        assert "line" not in talk.transcript.told
        talk.hear(said)
    assert "line" in talk.transcript.told


def test_the_patient_says_one_thing_of_its_own_accord_at_a_time() -> None:
    questions = [{"id": f"ask.{each}", "says": f"And {each}?", "when": {"after_minute": 1}} for each in range(3)]
    talk = Talk(a_scenario(asks=questions))
    for each in range(3):
        assert talk.hear("complaint.onset", minute=2) == ["complaint.onset", f"ask.{each}"]


def test_a_farewell_answers_the_close_when_nothing_is_left_to_ask() -> None:
    patient = {"persona": {"name": "Ann", "age": 40, "sex": "female"}, "opening": "Hello.", "farewell": "Bye now."}
    talk = Talk(a_scenario(patient=patient))
    talk.hear("act.closes")
    assert talk.words == ["Bye now."]


# -- not understood ----------------------------------------------------------------------------------------------------

def test_what_is_not_understood_is_said_to_be_so() -> None:
    talk = Talk(a_scenario())
    assert talk.hear(mumbles()) == ["not_understood"]
    assert talk.roles == ["rephrase"]


def test_part_of_an_utterance_that_is_understood_is_answered_alone() -> None:
    assert Talk(a_scenario()).hear(mumbles(), "social.tobacco") == ["social.tobacco"]


def test_an_unsure_question_is_asked_back_once_and_not_again() -> None:
    talk = Talk(a_scenario())
    unsure = wavers("social.tobacco", "past.asthma")
    assert talk.hear(unsure) == ["choice:social.tobacco:past.asthma"]
    assert "tobacco" in talk.words[0]
    assert "asthma" in talk.words[0]
    assert talk.hear(unsure) == ["not_understood"]
    assert talk.hear("social.tobacco") == ["social.tobacco"]
    assert talk.hear(unsure) == ["choice:social.tobacco:past.asthma"]


def test_an_unsure_question_tells_neither_fact() -> None:
    talk = Talk(a_scenario())
    for _ in range(3):
        assert not {"social.tobacco", "symptom.fever"} & set(talk.hear(wavers("social.tobacco", "symptom.fever")))


def test_what_strays_is_turned_away_politely() -> None:
    talk = Talk(a_scenario())
    assert talk.hear("meta.machine") == ["meta.machine"]
    assert talk.roles == ["deflection"]


def test_an_examination_alone_leaves_the_patient_silent() -> None:
    assert Talk(a_scenario()).hear("examine.temperature", "order.chest_xray") == []


def test_neutral_lines_vary_from_turn_to_turn() -> None:
    talk = Talk(a_scenario())
    said = []
    for _ in range(3):
        talk.hear(mumbles())
        said += talk.words
    assert said[0] != said[1] != said[2]


def test_a_choice_is_good_french() -> None:
    names = {"one": "le tabac", "other": "les bruits"}
    words = {f"social.{key}": {"name": {"fr": name, "en": name}} for key, name in names.items()}
    vocabulary = a_vocabulary(**{topic.replace(".", "__"): keys for topic, keys in words.items()})
    talk = Talk(a_scenario(language="fr"), vocabulary)
    talk.hear(wavers("social.one", "social.other"))
    assert talk.words[0].endswith("du tabac ou des bruits ?")
