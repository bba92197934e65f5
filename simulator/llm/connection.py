"""The official client, set up for one endpoint: no retries of its own, no redirects, no endless bodies."""

from collections.abc import AsyncIterator

import httpx2
import openai

from simulator.llm.endpoint import Endpoint, Kind

_MOST_BYTES = 4_000_000  # of any answer, errors included
_CONNECT_SECONDS = 5.0


def connected(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """A client for this address alone: what the environment says of other accounts is not sent."""
    key = endpoint.key.get_secret_value() or "none"  # the client wants one; servers that need none do not look
    transport = httpx2.AsyncClient(
        timeout=httpx2.Timeout(endpoint.seconds, connect=min(_CONNECT_SECONDS, endpoint.seconds)),
        follow_redirects=False, trust_env=not endpoint.is_here, event_hooks={"response": [_bounded]})
    client: openai.AsyncOpenAI
    if endpoint.kind is Kind.AZURE:
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=endpoint.url, azure_deployment=endpoint.deployment or endpoint.model, api_key=key,
            api_version=endpoint.api_version, max_retries=0, http_client=transport)
    else:
        client = openai.AsyncOpenAI(base_url=endpoint.url, api_key=key, max_retries=0, http_client=transport)
    client.organization = client.project = None  # OPENAI_ORG_ID and OPENAI_PROJECT_ID are another program's
    return client


async def _bounded(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Counted(response.stream)


class _Counted(httpx2.AsyncByteStream):
    """The bytes of a body, up to more than any answer needs."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for part in self._stream:
            count += len(part)
            if count > _MOST_BYTES:
                raise httpx2.StreamError(f"the answer is longer than {_MOST_BYTES} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
