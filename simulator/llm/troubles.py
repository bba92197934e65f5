"""What went wrong with a call, in words that say what to do and never hold a key."""

import re
import socket
import ssl
from collections.abc import Iterator

import httpx2
import openai

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Usage
from simulator.llm.endpoint import Endpoint, Kind

_LONGEST = 300  # characters of what a server said that are passed on
_SECRETS = re.compile(
    r"\b(?:api[-_]?key|authorization|token|secret|password)\b[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?[^\s\"',;&}]{4,}"
    r"|\b(?:bearer|basic)\s+[^\s\"',;]+|\b(?:sk|pk|key|gsk|hf)[-_][\w*.-]{4,}|://[^/\s@]+@", re.IGNORECASE)
_SHORTEST_SECRET = 4  # shorter keys (tests, local servers) are found in ordinary words


class Unavailable(ModelUnavailable):
    """A ModelUnavailable that also knows when a new try makes sense (in seconds), and what the call used."""

    def __init__(self, trouble: Trouble, words: str, again_in: float | None = None, usage: Usage | None = None) -> None:
        super().__init__(trouble, words)
        self.again_in = again_in
        self.usage = usage


def endless(endpoint: Endpoint) -> Unavailable:
    return Unavailable(Trouble.ENDLESS, f"{endpoint.name} repeats itself or does not stop: choose another model, or "
                                        f"look at the sampling settings of its server")


def key_hidden(text: str, endpoint: Endpoint) -> str:
    """The text without the endpoint's key."""
    key = endpoint.key.get_secret_value()
    return text.replace(key, "***") if len(key) >= _SHORTEST_SECRET else text


def without_secrets(text: str, endpoint: Endpoint | None = None) -> str:
    """The text on one line, cut, and without keys, headers that carry them, and passwords in addresses."""
    text = key_hidden(text, endpoint) if endpoint else text
    text = _SECRETS.sub(lambda found: "://***@" if found.group().startswith("://") else "***", text)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def trouble_of(error: Exception, endpoint: Endpoint) -> Unavailable:
    """What an exception of the client means for the operator."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, endpoint)
    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
        return Unavailable(Trouble.TOO_SLOW, f"{endpoint.name} did not answer in the time given: choose a smaller or "
                                             f"faster model, or raise the time limit")
    return _of_connection(error, endpoint)


def _of_connection(error: Exception, endpoint: Endpoint) -> Unavailable:
    chain = list(_chain(error))
    if any(isinstance(each, ssl.SSLError) for each in chain) or "ssl" in str(chain[-1]).lower():
        return Unavailable(Trouble.INSECURE, f"{endpoint.host} offers no TLS that can be trusted: is it http:// rather "
                                             f"than https://, has its certificate expired, or is it signed by your own "
                                             f"authority (then set SSL_CERT_FILE)?")
    if any(isinstance(each, socket.gaierror | UnicodeError) for each in chain):
        return Unavailable(Trouble.UNREACHABLE, f"no machine is called {endpoint.host}: check the address and the "
                                                f"network's name server")
    if any(isinstance(each, httpx2.ConnectError | ConnectionRefusedError) for each in chain):
        return Unavailable(Trouble.UNREACHABLE, f"nothing answers at {endpoint.host}: is the model's server running, "
                                                f"and is its port the right one?")
    if any(isinstance(each, httpx2.TransportError | OSError) for each in chain):
        return Unavailable(Trouble.CUT_OFF, f"{endpoint.host} broke the connection off: look at its log")
    return Unavailable(Trouble.FAILED, f"the call to {endpoint.name} failed ({type(error).__name__}): "
                                       f"{without_secrets(str(error), endpoint)}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _of_status(error: openai.APIStatusError, endpoint: Endpoint) -> Unavailable:
    status, said = error.status_code, said_by(error, endpoint)
    if status in (401, 403):
        return Unavailable(Trouble.KEY_REFUSED, f"{endpoint.host} refuses the key ({status}): set the right key and "
                                                f"check that it may use '{endpoint.model}'. {said}")
    if status == 404:
        where = "deployment" if endpoint.kind is Kind.AZURE else "model"
        return Unavailable(Trouble.NO_SUCH_MODEL, f"{endpoint.host} has no {where} "
                                                  f"'{endpoint.deployment or endpoint.model}', or the address is wrong "
                                                  f"(it usually ends in /v1): see `simulator doctor`. {said}")
    if status == 429:
        return Unavailable(Trouble.BUSY, f"{endpoint.host} takes no more calls for now, or its quota is used up: wait, "
                                         f"or raise the limits of the account. {said}", again_in=retry_after(error))
    if status < 400:
        return Unavailable(Trouble.FAILED, f"{endpoint.host} answers from another address ({status}): set the address "
                                           f"it moved to; redirects are not followed, for the key's sake")
    if is_filtered(error):
        return Unavailable(Trouble.DECLINED, f"the filter of {endpoint.host} refuses this exchange. {said}")
    if status == 408:
        return Unavailable(Trouble.TOO_SLOW, f"{endpoint.host} gave up on the call ({status}). {said}")
    return Unavailable(Trouble.FAILED, f"{endpoint.host} could not answer ({status}): look at its log. {said}",
                       again_in=retry_after(error))


def said_by(error: openai.APIStatusError, endpoint: Endpoint) -> str:
    """What the server itself said, without secrets; '' when it said nothing readable."""
    body = error.body
    words = body.get("message") or body.get("detail") or body.get("error") if isinstance(body, dict) else body
    if isinstance(words, dict):
        words = words.get("message")
    said = without_secrets(str(words), endpoint) if words else ""
    return f"It says: {said}" if said and "<html" not in said.lower() else ""


def is_filtered(error: openai.APIStatusError) -> bool:
    """Whether a content filter, not a mistake, refused the request."""
    return error.status_code == 400 and any(each in str(error.body).lower() for each in
                                            ("content_filter", "content filter", "content management", "moderation"))


def retry_after(error: openai.APIStatusError) -> float | None:
    """The seconds that the server asks to wait, when it gives a number; dates are not trusted."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(error.response.headers.get(name, "")) / scale
        except ValueError:
            continue
        if 0 <= seconds < 1e6:
            return seconds
    return None
