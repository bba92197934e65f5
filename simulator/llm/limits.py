"""What may be spent on language models: one value, read from the settings."""

from typing import Annotated

from pydantic import Field

from simulator.exam.base import Value
from simulator.exam.spending import Spent

Tokens = Annotated[int, Field(gt=0)] | None
Money = Annotated[float, Field(gt=0)] | None
_NO_LIMIT = 10 ** 15


class Budget(Value):
    """The most that may be spent; nothing set is no limit. Money is in the currency of the prices."""

    encounter_tokens: Tokens = Field(None, description="tokens for one encounter, patient and grader together")
    encounter_cost: Money = Field(None, description="money for one encounter")
    candidate_tokens: Tokens = Field(None, description="tokens for all encounters of one candidate in this archive")
    candidate_cost: Money = Field(None, description="money for one candidate")
    cohort_tokens: Tokens = Field(None, description="tokens for one cohort in this archive")
    cohort_cost: Money = Field(None, description="money for one cohort")
    day_tokens: Tokens = Field(None, description="tokens for everybody on one day (UTC)")
    day_cost: Money = Field(None, description="money for everybody on one day (UTC)")

    @property
    def has_limits(self) -> bool:
        return any(value is not None for value in self.model_dump().values())

    @property
    def limits_money(self) -> bool:
        return any(value is not None for name, value in self.model_dump().items() if name.endswith("_cost"))

    def limit(self, of: str) -> Spent | None:
        """The limits of `encounter`, `candidate`, `cohort` or `day`, infinite where only one is set."""
        tokens, cost = getattr(self, f"{of}_tokens"), getattr(self, f"{of}_cost")
        if tokens is None and cost is None:
            return None
        return Spent(tokens=_NO_LIMIT if tokens is None else tokens, cost=_NO_LIMIT if cost is None else cost)
