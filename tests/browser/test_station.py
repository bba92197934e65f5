"""Whole stations in a real Chromium, in French and in English."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from simulator.exam.base import Language
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import ActionKind, Speaker, Transcript
from simulator.library.files import FileLibrary
from simulator.vocabulary import Vocabulary
from tests.browser.conftest import Server, Traffic, enter, pick, say, sign_in, start

pytestmark = pytest.mark.browser


PICTURE = '[data-step-type] img[src*="/shown/"]'  # not the speakers' avatars


def station_of(server: Server, station_id: str, language: Language) -> Station:
    """The station as the server has it."""
    folder = server.stations
    return FileLibrary(folder / "scenarios", folder / "rubrics", Vocabulary.load()).station(station_id, language)


def secrets_of(station: Station, transcript: Transcript) -> set[str]:
    """All that the station must not have told: what was neither asked for nor shown, the diagnosis, the grid."""
    scenario: Scenario = station.scenario
    shown = {each for turn in transcript.turns for each in turn.shown}
    said = " ".join(turn.words for turn in transcript.turns)
    secrets = {fact.answer for fact in scenario.all_facts if fact.id not in transcript.told}
    secrets |= {each.shows for each in scenario.findings if f"examine.{each.examine}" not in shown}
    secrets |= {each.shows for each in scenario.results if f"order.{each.order}" not in shown}
    pictures = {f"examine.{each.examine}": each.media for each in scenario.findings}
    pictures |= {f"order.{each.order}": each.media for each in scenario.results}
    secrets |= {media.alt for key, media in pictures.items() if media and key not in shown}
    secrets |= {scenario.diagnosis.stated, scenario.debrief.summary, *(each.teaches for each in scenario.debrief.points)}
    if station.rubric:
        secrets |= {item.text for item in station.rubric.items}
        secrets |= {item.would_earn for item in station.rubric.items if item.would_earn}
    return {each for each in secrets if len(each) > 15 and each not in said}


def assert_nothing_leaked(traffic: Traffic, station: Station, transcript: Transcript) -> None:
    """No body and no frame held a secret."""
    received = traffic.read()
    plain = received + received.encode().decode("unicode_escape", "ignore")
    assert station.scenario.door.tasks[0] in received  # the ear hears
    secrets = secrets_of(station, transcript)
    assert len(secrets) > 30
    assert not [each for each in secrets if each in plain]


def assert_nothing_from_outside(traffic: Traffic, server: Server) -> None:
    """The page asked no other host for anything."""
    hosts = {re.sub(r"^\w+://", "", each).split("/")[0] for each in traffic.addresses
             if not each.startswith(("data:", "blob:"))}
    assert hosts == {f"127.0.0.1:{server.port}"}


def end(page: Page, yes: str) -> None:
    """Ends the interview and comes to the form."""
    page.click("#osce-dock .osce-end")
    page.click(f'#osce-confirm button:has-text("{yes}")')
    page.wait_for_url("**/closing")


def test_a_whole_station_in_english(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    traffic = Traffic(page)
    sign_in(page, server)
    encounter = start(page, "Chest pain in A&E")
    expect(page.locator("#osce-briefing")).to_contain_text("Mr Gerry Doyle, 58")
    expect(page.locator("#osce-dock .osce-clock")).to_contain_text(re.compile(r"\d:\d\d"))
    enter(page)
    expect(page.locator("#root")).to_contain_text("terrible pain")
    say(page, "When did the pain start?")
    expect(page.locator("#root")).to_contain_text("eight o'clock")
    say(page, "Do you smoke?")
    pick(page, "Examine", "both arms", "examine.blood_pressure_both_arms")
    expect(page.locator("#root")).to_contain_text("142/86")
    pick(page, "Order a test", "ecg", "order.ecg")
    picture = page.locator('[data-step-type] img[alt^="12-lead electrocardiogram"]')
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    shape = picture.evaluate("image => [image.naturalWidth / image.naturalHeight, image.width / image.height]")
    assert abs(shape[0] - shape[1]) < 0.05 * shape[0]  # shown whole
    page.reload()
    expect(picture).to_be_visible()
    expect(page.locator("#root")).to_contain_text("Do you smoke?")
    end(page, "End the interview")
    page.fill("#field-diagnosis", "Inferior STEMI")
    expect(page.locator("#saved")).to_have_text("Saved.")
    assert_nothing_leaked(traffic, station_of(server, "chest_pain", Language.ENGLISH), server.transcript(encounter))
    page.click("#form button[type=submit]")
    expect(page.locator(".figure")).to_contain_text("/ 20", timeout=60_000)
    evidence = page.locator('.evidence a:has-text("Do you smoke?")').first
    evidence.click()
    turn = page.locator(f'li{evidence.get_attribute("href")}')
    expect(turn.locator("mark").first).to_contain_text("Do you smoke?")
    expect(turn).to_be_in_viewport()
    assert_nothing_from_outside(traffic, server)
    assert not traffic.faults


def test_a_whole_station_in_french(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    traffic = Traffic(page)
    sign_in(page, server, path="/")
    page.click('button[lang="fr"]')
    expect(page.locator("h1")).to_contain_text("Bonjour")
    page.goto(server.address + "/stations")
    station = station_of(server, "chest_pain", Language.FRENCH)
    encounter = start(page, station.scenario.title, "S'entraîner")
    enter(page)
    assert page.locator("#root").get_attribute("lang") == "fr"
    say(page, "Bonjour, depuis quand avez-vous mal ?")
    say(page, "Est-ce que vous fumez ?")
    pick(page, "Demander un examen", "troponine", "order.troponin")
    pick(page, "Demander un examen", "ecg", "order.ecg")
    expect(page.locator(PICTURE)).to_be_visible()
    page.click("#osce-dock button:has-text('Consigne de porte')")
    expect(page.locator("#osce-door")).to_be_hidden()
    page.click("#osce-dock button:has-text('Consigne de porte')")
    expect(page.locator("#osce-door")).to_contain_text(station.scenario.door.tasks[0])
    end(page, "Terminer l'entretien")
    page.fill("#field-diagnosis", "Infarctus inférieur")
    expect(page.locator("#saved")).to_have_text("Enregistré.")
    page.reload()
    expect(page.locator("#field-diagnosis")).to_have_value("Infarctus inférieur")
    assert_nothing_leaked(traffic, station, server.transcript(encounter))
    page.click("#form button[type=submit]")
    expect(page.locator(".figure")).to_contain_text("/ 20", timeout=60_000)
    expect(page.locator(".evidence a").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.click('button[lang="en"]')
    expect(page.locator("h2#mark")).to_have_text("Mark")
    assert not traffic.faults


def test_a_double_enter_a_double_click_and_a_second_window_do_no_harm(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, server)
    encounter = start(page, "A cough that stays")
    page.dblclick("#osce-briefing .osce-main")
    page.wait_for_selector('[data-step-type="assistant_message"]')
    second = context.new_page()
    second.goto(page.url)
    expect(second.locator('[data-step-type="assistant_message"]')).to_have_count(1)
    page.fill("#chat-input", "When did it begin?")
    page.press("#chat-input", "Enter")
    page.press("#chat-input", "Enter")
    for window in (page, second):
        expect(window.locator("#root")).to_contain_text("three weeks")
        expect(window.locator('[data-step-type="user_message"]')).to_have_count(1)
    pick(second, "Order a test", "chest x", "order.chest_xray")
    for window in (page, second):
        expect(window.locator(PICTURE)).to_have_count(1)
    transcript = server.transcript(encounter)
    assert len(transcript.candidate_turns) == 1
    assert [each.action for each in transcript.actions].count(ActionKind.ENTERED) == 1


def test_odd_words_are_kept_and_shown_as_they_are(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, server)
    encounter = start(page, "A cough that stays")
    enter(page)
    odd = ["<img src=x onerror=alert(1)> <b>bold</b>", "'; DROP TABLE entries; --", "😀👩‍⚕️", "مرحبا، متى بدأ السعال؟",
           "**stars** [link](http://evil.example)", "x" * 20_000]
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    for words in odd:
        say(page, words)
    page.reload()
    expect(page.locator('[data-step-type="user_message"]')).to_have_count(len(odd))
    assert page.locator("[data-step-type=user_message] :is(b, a, strong, img[src=x])").count() == 0
    assert [turn.words for turn in server.transcript(encounter).candidate_turns] == odd


def test_when_the_time_is_up_a_message_is_kept_and_told_kindly(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, server)
    encounter = start(page, "A very short station")
    enter(page)
    expect(page.locator(".osce-clock")).to_contain_text("⚠")
    expect(page.locator("#osce-dock [aria-live=assertive]")).to_contain_text("left")
    expect(page.locator("#osce-over")).to_be_visible(timeout=20_000)
    expect(page.locator("#osce-over a")).to_be_focused()
    say(page, "One more question")
    expect(page.locator("#root")).to_contain_text("neither answered nor marked")
    late = [turn for turn in server.transcript(encounter).turns if turn.speaker is Speaker.CANDIDATE]
    assert [turn.is_late for turn in late] == [True]
    page.click("#osce-over a")
    page.fill("#field-diagnosis", "Unfinished thou")
    expect(page.locator(".figure")).to_be_visible(timeout=40_000)  # the form hands itself in
    assert server.transcript(encounter).submitted["diagnosis"] == "Unfinished thou"


def test_an_encounter_survives_the_death_of_the_server(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, server)
    encounter = start(page, "A cough that stays")
    enter(page)
    say(page, "When did it begin?")
    server.kill()
    page.fill("#chat-input", "Do you smoke?")
    page.press("#chat-input", "Enter")
    server.start()
    expect(page.locator("#chat-input")).to_have_value("Do you smoke?")  # what could not be sent is still there
    say(page, "Do you smoke?")
    expect(page.locator("#root")).to_contain_text("three weeks")
    assert [turn.words for turn in server.transcript(encounter).candidate_turns] == ["When did it begin?", "Do you smoke?"]


def test_signing_out_ends_the_windows_that_are_open(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, server)
    encounter = start(page, "A cough that stays")
    enter(page)
    other = context.new_page()
    other.goto(server.address + "/account")
    other.click("header form[action='/logout'] button")
    other.wait_for_url("**/login")
    page.fill("#chat-input", "Do you smoke?")
    page.press("#chat-input", "Enter")
    page.wait_for_timeout(1500)
    assert not server.transcript(encounter).candidate_turns


def test_the_pages_can_be_used_by_keyboard_and_on_a_phone(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 375, "height": 700})
    sign_in(page, server)
    start(page, "A cough that stays")
    expect(page.locator("#osce-briefing .osce-main")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-step-type="assistant_message"]')
    expect(page.locator("#chat-input")).to_be_focused()
    page.locator("#osce-dock button:has-text('Order a test')").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#osce-search")).to_be_focused()
    page.keyboard.type("blood count")
    expect(page.locator("#osce-picker .osce-options button")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-step-type] table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for path in ("/", "/stations", "/account"):
        page.goto(server.address + path)
        page.wait_for_selector("h1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
