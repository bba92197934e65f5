from simulator.exam.grade import Outcome
from tests.builders import a_scenario, a_transcript

from .conftest import Rate
from .records import an_encounter, asks

TOBACCO = {"topics": ["social.tobacco"]}


def test_a_question_about_the_topic_is_met_with_the_candidates_own_words(rate: Rate) -> None:
    rating = rate(a_transcript("C: Hello. Do you smoke at all?", "P: Ten a day."), asked=TOBACCO)
    assert (rating.outcome, rating.credit) == (Outcome.MET, 1)
    assert [quote.words for quote in rating.evidence] == ["Do you smoke at all?"]
    assert rating.evidence[0].turn == 3


def test_the_reason_is_given_in_the_rubrics_language(rate: Rate) -> None:
    french = rate(a_transcript("C: Est-ce que vous fumez ?"), language="fr", asked=TOBACCO)
    english = rate(a_transcript("C: Do you smoke?"), asked=TOBACCO)
    assert french.because.startswith("Demandé : ")
    assert english.because.startswith("Asked: ")


def test_what_the_patient_says_earns_nothing(rate: Rate) -> None:
    assert rate(a_transcript("P: Do you smoke?", "C: Hello."), asked=TOBACCO).outcome is Outcome.NOT_MET


def test_a_withdrawn_question_earns_nothing(rate: Rate) -> None:
    transcript = a_transcript("C: I won't ask whether you smoke.", "C: Do you smoke? No, forget it.")
    assert rate(transcript, asked=TOBACCO).credit == 0


def test_a_question_after_time_was_up_earns_nothing(rate: Rate) -> None:
    transcript = a_transcript("C: Hello.")
    late = transcript.entries[-1].model_copy(update={"words": "Do you smoke?", "is_late": True,
                                                     "number": transcript.next_number})
    assert rate(transcript.add(late), asked=TOBACCO).credit == 0


def test_the_highest_row_reached_gives_the_credit(rate: Rate) -> None:
    item = {"asked": {"topics": ["social.tobacco", "social.alcohol", "past.diabetes"], "at_least": 3},
            "credit": {"at_least": {2: 0.5, 3: 1}}}
    questions = [("Do you smoke?", [asks("social.tobacco", "Do you smoke?")]),
                 ("Do you drink?", [asks("social.alcohol", "Do you drink?")]),
                 ("Any diabetes?", [asks("past.diabetes", "Any diabetes?")])]
    credits = [rate(an_encounter(*questions[:count]), **item).credit for count in range(4)]
    assert credits == [0, 0, 0.5, 1]


def test_without_a_table_too_few_earn_nothing(rate: Rate) -> None:
    item = {"asked": {"topics": ["social.tobacco", "social.alcohol"], "all": True}}
    one = ("Do you smoke?", [asks("social.tobacco", "Do you smoke?")])
    two = ("Do you drink?", [asks("social.alcohol", "Do you drink?")])
    assert rate(an_encounter(one), **item).credit == 0
    assert rate(an_encounter(one, two), **item).credit == 1


def test_asking_the_same_again_gains_nothing(rate: Rate) -> None:
    item = {"asked": {"topics": ["social.tobacco"], "facts": ["social.tobacco", "symptom.fever"], "at_least": 2}}
    again = [(words, [asks("social.tobacco", words)]) for words in ("Do you smoke?", "Cigarettes?", "Any tobacco?")]
    rating = rate(an_encounter(*again), a_scenario(), **item)
    assert rating.credit == 0
    assert len(rating.evidence) == 1


def test_a_fact_is_asked_for_by_its_topic_by_its_own_wording_and_by_a_topic_that_raises_it(rate: Rate) -> None:
    scenario = a_scenario(facts=[{"id": "cigarettes", "topic": "social.tobacco", "also": ["symptom.cough"],
                                  "answer": "Ten a day."}])
    for act in (asks("social.tobacco", "Do you smoke?"), asks("symptom.cough", "Do you smoke?"),
                asks("ice.ideas", "Do you smoke?", fact="cigarettes")):
        assert rate(an_encounter(("Do you smoke?", [act])), scenario, asked={"facts": ["cigarettes"]}).credit == 1


def test_a_general_question_does_not_ask_for_a_specific_fact(rate: Rate) -> None:
    scenario = a_scenario(facts=[{"topic": "past.hypertension", "also": ["past.general"], "answer": "Yes."},
                                 {"topic": "drug.erectile", "also": ["drug.current"], "answer": "Yes.",
                                  "reveal": "on_direct_question"}])
    general = an_encounter(("Any illness?", [asks("past.general", "Any illness?")]),
                           ("Any tablets?", [asks("drug.current", "Any tablets?")]))
    assert rate(general, scenario, asked={"facts": ["past.hypertension"]}).credit == 0
    assert rate(general, scenario, asked={"topics": ["past.hypertension"]}).credit == 0
    assert rate(general, scenario, asked={"facts": ["drug.erectile"]}).credit == 0


def test_a_specific_question_does_not_tick_the_general_item(rate: Rate) -> None:
    specific = an_encounter(("Blood pressure?", [asks("past.hypertension", "Blood pressure?")]))
    assert rate(specific, asked={"topics": ["past.general"]}).credit == 0


def test_an_attribute_is_asked_of_the_main_complaint_unless_the_item_names_a_symptom(rate: Rate) -> None:
    of_fever = an_encounter(("Since when the fever?", [asks("complaint.onset", "Since when the fever?",
                                                            about="symptom.fever")]))
    onset = {"topics": ["complaint.onset"]}
    assert rate(of_fever, a_scenario(), asked=onset).credit == 0
    assert rate(of_fever, a_scenario(), asked={**onset, "about": "symptom.fever"}).credit == 1
    assert rate(of_fever, asked=onset).credit == 1, "without a scenario nobody knows which complaint is the main one"


def test_a_free_wording_finds_the_question_in_a_transcript_of_no_station(rate: Rate) -> None:
    transcript = a_transcript("C: Hello there.", "P: Hello.", "C: Have you ever had your gallbladder taken out?")
    rating = rate(transcript, asked={"phrases": ["has your gallbladder been removed"]})
    assert rating.credit == 1
    assert "gallbladder" in rating.evidence[0].words
    assert rate(transcript, asked={"phrases": ["do you keep pigeons"]}).credit == 0


def test_a_follow_up_is_understood_from_what_was_asked_before(rate: Rate) -> None:
    transcript = a_transcript("C: Vous fumez ?", "P: Oui.", "C: Combien par jour ?")
    assert rate(transcript, language="fr", asked={"topics": ["social.tobacco_amount"]}).credit == 1
