"""A candidate's own data in one click. What the station keeps to itself is not the candidate's and stays out."""

from simulator.exam.encounter import Encounter, Mode
from simulator.exam.people import Account
from simulator.exam.review import is_released
from simulator.exam.transcript import Action, Disclosure, Reading, Turn
from simulator.web.house import House


async def exports_of(house: House, account: Account) -> dict[str, object]:
    """The account and all its encounters."""
    encounters = await house.archive.encounters(account.id)
    return {
        "account": account.model_dump(mode="json", exclude={"session_version"}),
        "encounters": [await export_of(house, each) for each in encounters],
    }


async def export_of(house: House, encounter: Encounter) -> dict[str, object]:
    """One encounter: what was said and done and, once it may be seen, how it was marked."""
    entries = await house.archive.entries(encounter.id)
    reviews = await house.archive.reviews(encounter.id)
    may_see = encounter.mode is Mode.PRACTICE or is_released(reviews)
    grades = await house.archive.grades(encounter.id)
    return {
        "encounter": encounter.model_dump(mode="json"),
        "transcript": [_entry(each) for each in entries if not isinstance(each, Reading | Disclosure)],
        "grades": [each.model_dump(mode="json") for each in grades] if may_see else [],
        "reviews": [each.model_dump(mode="json") for each in reviews] if may_see else [],
        "note": None if may_see else "the mark is not released yet",
    }


def _entry(entry: Turn | Action) -> dict[str, object]:
    """An entry without the ids of the station's facts and topics, and without how the patient's words came about."""
    kept_back = {"told", "improvised", "delivery"} if isinstance(entry, Turn) else set()
    return entry.model_dump(mode="json", exclude=kept_back)
