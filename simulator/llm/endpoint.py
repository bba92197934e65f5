"""Where a language model is reached, and on what terms: one value, read from the settings."""

from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from simulator.exam.base import Value
from simulator.exam.ports import Usage


class Kind(StrEnum):
    """How the address is spoken to: the path and where the key goes."""

    OPENAI = "openai"  # OpenAI, Mistral, vLLM, Ollama, llama.cpp …
    AZURE = "azure"  # Azure OpenAI by deployment and api-version


class Structured(StrEnum):
    """How JSON is asked for. AUTO starts with the schema and steps down when the endpoint refuses."""

    AUTO = "auto"
    SCHEMA = "schema"  # the JSON Schema itself, enforced while the model writes
    JSON = "json"  # any JSON object; the schema stands in the prompt
    NONE = "none"  # the prompt only


Price = Annotated[float, Field(ge=0)]


class Endpoint(Value):
    """A model at an address. The key is shown by no representation, no error and no record."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False,
                              hide_input_in_errors=True)

    url: str = Field(description="address up to /v1; for Azure the resource's address")
    model: str = Field(min_length=1, description="the model's name as the server lists it")
    key: SecretStr = Field(SecretStr(""), description="the key; empty for servers that ask for none")
    kind: Kind = Field(Kind.OPENAI, description="openai (and everything like it) or azure")
    api_version: str = Field("", description="Azure only: the api-version, e.g. 2024-10-21")
    deployment: str = Field("", description="Azure only: the deployment's name; empty: the model's name")
    structured: Structured = Field(Structured.AUTO, description="how JSON is asked for: auto, schema, json or none")
    price_prompt: Price | None = Field(None, description="money per million prompt tokens")
    price_cached: Price | None = Field(None, description="per million cached prompt tokens; empty: as any prompt token")
    price_completion: Price | None = Field(None, description="per million tokens of answers")
    most_tokens: int = Field(2000, gt=0, description="no answer is longer, whoever asks")
    seconds: float = Field(60, gt=0, description="no call lasts longer, whoever asks")
    temperature: float | None = Field(None, ge=0, le=2, description="empty: what the patient or the grader asks for")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not an address: it begins with http:// or https:// and names a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("put no name, password or query into the address: the key has a setting of its own")
        if parts.path.rstrip("/").endswith("/completions"):
            raise ValueError("give the address up to /v1, without /chat/completions")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind is Kind.AZURE and not self.api_version:
            raise ValueError("Azure needs an api_version, e.g. 2024-10-21 (or kind openai with an address that ends in "
                             "/openai/v1)")
        if (self.price_prompt is None) != (self.price_completion is None):
            raise ValueError("give both price_prompt and price_completion, or neither")
        return self

    @property
    def host(self) -> str:
        """The host and, when it is given, the port."""
        return urlsplit(self.url).netloc

    @property
    def name(self) -> str:
        """The model and the host that serves it."""
        return f"{self.deployment or self.model} @ {self.host}"

    @property
    def is_here(self) -> bool:
        """Served by this very machine: no proxy is asked."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    @property
    def has_prices(self) -> bool:
        return self.price_prompt is not None

    def cost(self, usage: Usage) -> float | None:
        """What a call cost, in the currency of the prices; nothing when no price is set."""
        if self.price_prompt is None or self.price_completion is None:
            return None
        cached = min(usage.cached_tokens, usage.prompt_tokens)
        price_cached = self.price_prompt if self.price_cached is None else self.price_cached
        return ((usage.prompt_tokens - cached) * self.price_prompt + cached * price_cached
                + usage.completion_tokens * self.price_completion) / 1_000_000

    def priced(self, usage: Usage) -> Usage:
        """The usage with its cost."""
        return usage.model_copy(update={"cost": self.cost(usage)})
