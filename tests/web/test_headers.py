"""What every answer carries, and the limits on what comes in."""

import re

import pytest

from simulator.web.gate import LARGEST_BODY
from tests.web.conftest import Site


@pytest.mark.parametrize("path", ["/login", "/", "/stations", "/account", "/nothing", "/static/site.css", "/api/terms"])
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    async with site.visitor("student", accept="text/html") as browser:
        headers = (await browser.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http:" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


async def test_pages_with_content_are_kept_in_no_cache(site: Site) -> None:
    async with site.visitor("student", accept="text/html") as browser:
        for path in ("/", "/stations", "/account", "/account/export"):
            assert (await browser.get(path)).headers["cache-control"] == "no-store"


async def test_our_plain_pages_run_nothing_that_stands_in_the_page(site: Site) -> None:
    async with site.visitor(accept="text/html") as browser:
        answer = await browser.get("/login")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)| on\w+=| style=", answer.text)


async def test_the_interview_page_loads_nothing_from_outside_and_evaluates_no_text(site: Site) -> None:
    live = await site.opened()
    async with site.visitor("student", accept="text/html", **{"accept-language": "fr"}) as browser:
        answer = await browser.get(f"/interview/thread/{live.encounter.id}")
    assert answer.status_code == 200
    assert not re.search(r"""(?:href|src)=["']https?://""", answer.text)
    assert '<html lang="fr">' in answer.text
    assert "A cough that stays</title>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce[1]}"') > 2


async def test_a_body_past_the_limit_is_refused(site: Site) -> None:
    async with site.visitor("student") as browser:
        answer = await browser.post("/stations/start", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413


async def test_a_page_that_does_not_exist_says_so_kindly_and_leads_home(site: Site) -> None:
    async with site.visitor("student", accept="text/html") as browser:
        answer = await browser.get("/wp-admin.php")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text
    assert "no such page" in answer.text


@pytest.mark.parametrize("path", ["/interview/public/../../secret", "/interview/public/%2e%2e/%2e%2e/secret",
                                  "/static/../house.py", "/interview/assets/..%2f..%2fserver.py"])
async def test_no_path_leads_out_of_its_folder(site: Site, path: str) -> None:
    async with site.visitor("student") as browser:
        assert (await browser.get(path)).status_code in (400, 404)
