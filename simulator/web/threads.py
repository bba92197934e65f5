"""Chainlit's view of the archive: threads are encounters, steps are turns. It reads; it writes and deletes nothing."""

from datetime import UTC, datetime

from chainlit.data.base import BaseDataLayer
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from simulator.encounters.runner import Live
from simulator.exam.errors import EncounterNotFound, SimulatorError
from simulator.web.conversation import encounter_id, steps_of, thread_id
from simulator.web.house import here


class EncounterThreads(BaseDataLayer):
    """What is said is recorded by the runner before it is answered, so everything that Chainlit offers to save is
    already there, and what it offers to change or delete stays as it is."""

    async def get_user(self, identifier: str) -> PersistedUser | None:
        account = await here().house.accounts.account(identifier)
        if account is None:
            return None
        return PersistedUser(id=account.id, identifier=account.id, display_name=account.name,
                             createdAt=account.created_at.isoformat(), metadata={})

    async def create_user(self, user: User) -> PersistedUser | None:
        return await self.get_user(user.identifier)

    async def get_thread_author(self, thread_id: str) -> str:
        live = await _live(thread_id)
        return live.encounter.candidate if live else ""

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        live = await _live(thread_id)
        return thread_of(live) if live else None

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        return PaginatedResponse(pageInfo=PageInfo(hasNextPage=False, startCursor=None, endCursor=None), data=[])

    async def update_thread(self, thread_id: str, name: str | None = None, user_id: str | None = None,
                            metadata: dict[str, object] | None = None, tags: list[str] | None = None) -> None:
        """Chainlit's own state of a window is not kept: it would be sent to the browser again."""

    async def delete_thread(self, thread_id: str) -> None:
        raise PermissionError("an encounter is never deleted")

    async def create_step(self, step_dict: StepDict) -> None: ...
    async def update_step(self, step_dict: StepDict) -> None: ...
    async def delete_step(self, step_id: str) -> None: ...
    async def create_element(self, element: Element) -> None: ...
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None: ...

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        return None

    async def upsert_feedback(self, feedback: Feedback) -> str:
        return ""

    async def delete_feedback(self, feedback_id: str) -> bool:
        return False

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        return []

    async def build_debug_url(self) -> str:
        return ""

    async def close(self) -> None: ...


async def _live(thread: str) -> Live | None:
    """The encounter of a thread id, as the time now makes it."""
    found = encounter_id(thread)
    if found is None:
        return None
    try:
        return await here().house.runner.tick(found, datetime.now(UTC))
    except EncounterNotFound:
        return None
    except SimulatorError:
        return None  # the station's file is broken: the dock says so


def thread_of(live: Live) -> ThreadDict:
    """An encounter as Chainlit resumes it. It holds what was said and shown, and no secret of the station."""
    return ThreadDict(
        id=thread_id(live.encounter.id), createdAt=live.encounter.opened_at.isoformat(),
        name=live.station.scenario.title, userId=live.encounter.candidate, userIdentifier=live.encounter.candidate,
        tags=[], metadata={}, steps=steps_of(live), elements=[])  # type: ignore[typeddict-item]  # plain dicts
