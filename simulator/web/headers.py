"""The security headers of every answer."""

_COMMON = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}
_FENCE = "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"


def plain_policy() -> str:
    """Our own server-rendered pages: nothing inline, nothing from elsewhere."""
    return (f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            f"font-src 'self'; {_FENCE}")


def nicegui_policy(host: str) -> str:
    """NiceGUI compiles Vue templates in the page, hence the two unsafe words; nothing comes from elsewhere."""
    return (f"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {_sockets(host)}; {_FENCE}")


def interview_policy(host: str, nonce: str) -> str:
    """Chainlit's page: its scripts and ours by nonce, and no evaluation of text."""
    return (f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; media-src 'self' blob: data:; font-src 'self' data:; "
            f"worker-src 'self' blob:; connect-src 'self' {_sockets(host)}; {_FENCE}")


def picture_policy() -> str:
    """A picture of a station opened by itself: an SVG runs nothing."""
    return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"


def _sockets(host: str) -> str:
    """Older browsers do not count websockets among 'self'."""
    return f"ws://{host} wss://{host}"


def added(present: dict[str, str], host: str, path: str, is_https: bool) -> dict[str, str]:
    """The headers that an answer still lacks."""
    wanted = dict(_COMMON)
    wanted["content-security-policy"] = nicegui_policy(host) if not _is_plain(path) else plain_policy()
    if is_https:
        wanted["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    if present.get("content-type", "").startswith(("text/html", "application/json")):
        wanted["cache-control"] = "no-store"
    return {name: value for name, value in wanted.items() if name not in present}


def _is_plain(path: str) -> bool:
    return path in ("/login", "/logout", "/health") or path.startswith(("/static/", "/api/", "/interview")) or \
        path.endswith("/closing")
