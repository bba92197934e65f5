"""What an endpoint accepts in a request, found out from its refusals and remembered."""

import re
from dataclasses import dataclass, replace
from typing import Any

from simulator.llm.endpoint import Structured
from simulator.llm.structured import lower

_FORMAT = re.compile(r"response_format|json_schema|json_object|structured|grammar|json mode|json schema", re.IGNORECASE)
_STREAM_OPTIONS = re.compile(r"stream_options|include_usage", re.IGNORECASE)
_TEMPERATURE = re.compile(r"temperature", re.IGNORECASE)
_SEED = re.compile(r"\bseed\b", re.IGNORECASE)
_MOST_TOKENS = re.compile(r"max_tokens|max_completion_tokens", re.IGNORECASE)


@dataclass(frozen=True)
class Manners:
    """How to speak to one endpoint."""

    structured: Structured = Structured.SCHEMA
    steps_down: bool = True  # false when the operator chose how JSON is asked for
    most_tokens_as: str = "max_tokens"  # the newest models of OpenAI want max_completion_tokens
    sends_temperature: bool = True
    sends_seed: bool = True
    sends_stream_options: bool = True

    def simpler(self) -> "Manners | None":
        """The same with a simpler way to ask for JSON; nothing when there is none."""
        step = lower(self.structured) if self.steps_down else None
        return replace(self, structured=step) if step else None

    def after(self, status: int, said: str, request: dict[str, Any]) -> "Manners | None":
        """Other manners after a refusal that names a parameter of the request; nothing when none is at fault."""
        if status not in (400, 415, 422, 500, 501):
            return None
        if "response_format" in request and _FORMAT.search(said):
            return self.simpler()
        return self._after_parameter(said, request) if status < 500 else None

    def _after_parameter(self, said: str, request: dict[str, Any]) -> "Manners | None":
        if "max_tokens" in request and "max_completion_tokens" in said:
            return replace(self, most_tokens_as="max_completion_tokens")
        if "max_completion_tokens" in request and _MOST_TOKENS.search(said):
            return replace(self, most_tokens_as="max_tokens")
        if "temperature" in request and _TEMPERATURE.search(said):
            return replace(self, sends_temperature=False)
        if "seed" in request and _SEED.search(said):
            return replace(self, sends_seed=False)
        if "stream_options" in request and _STREAM_OPTIONS.search(said):
            return replace(self, sends_stream_options=False)
        return None
