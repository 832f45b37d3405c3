"""The first session of docs/api.md, command by command as it stands there; only host, token and numbers are put in."""

import json
import re
import shlex
import shutil
import subprocess

import pytest
from django.conf import settings as django_settings

from registry.certificates.tasks import certify_new
from registry.core.roles import Role
from registry.credits.models import Holding
from registry.organisations import second_factor
from registry.organisations.models import User
from registry.organisations.tokens import create_token
from tests.people import member
from tests.registry.credits.market import market
from tests.registry.credits.world import issue, outcome, registered_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine"),
]
PAGE = (django_settings.ROOT / "docs" / "api.md").read_text("utf-8")
KEY = "our-books-2025-0001"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands():
    """Assignments and commands of the page, one by one; a command may go over several lines."""
    whole = ""
    for line in "".join(blocks("sh")).splitlines():
        whole += line + "\n"
        try:
            words = shlex.split(whole, comments=True)
        except ValueError:  # a quotation is still open
            continue
        if words and not line.endswith("\\"):
            yield whole
            whole = ""


class Shell:
    """bash with curl, as a reader has them; every answer ends with its status."""

    def __init__(self, folder, put_in):
        (folder / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\n%{http_code}"\n')
        self.folder, self.put_in, self.assigned = folder, put_in, ""

    def run(self, command):
        """Status and content of the answer; None of an assignment."""
        for written, real in self.put_in.items():
            command = command.replace(written, real)
        if not command.startswith("curl"):
            self.assigned += command
            return None
        done = subprocess.run(
            ["bash", "-c", self.assigned + command],
            env={"PATH": "/usr/bin:/bin", "CURL_HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        content, _newline, status = done.stdout.rpartition("\n")
        return int(status), json.loads(content)


@pytest.fixture
def holder(settings):
    """The demonstration's credit holder: an account with credits, a token for reading and deciding, a second factor."""
    settings.DEMO = True
    m = market(issue(outcome(registered_project())))
    actor = member(m.account.owner, Role.REPRESENTATIVE)
    User.objects.filter(pk=actor.user_id).update(is_demo=True)
    user = User.objects.get(pk=actor.user_id)
    second_factor.enrol(user)
    _row, secret = create_token(user=user, actor=actor, name="books", scopes=["read", "decide"], days=1)
    return user, m.account, secret


def test_the_session_goes_as_the_page_shows_it(live_server, holder, tmp_path):
    user, account, secret = holder
    held_t = Holding.objects.get(account=account, closed_by=None).quantity_t
    put_in = {"http://127.0.0.1:8000": live_server.url, "kcr_…": secret, '"account": 1': f'"account": {account.pk}'}
    shell, answers = Shell(tmp_path, put_in), {}
    for command in commands():
        if "X-Second-Factor" in command:
            put_in["123456"] = second_factor.demonstration_code(user)
        if "certificates/?kind" in command:
            certify_new()  # a worker does it every few seconds
        answer = shell.run(command)
        if answer is None:
            continue
        status, content = answer
        assert status in (200, 201), f"{command}\n{content}"
        found = re.search(r"\$A/([\w-]+)/", command)
        assert found
        answers[found[1]] = content
        if "certificates/?kind" in command:
            put_in["KCR-C-2027-000018"] = content["results"][0]["number"]
    assert answers["projects"]["results"][0]["state"] == "registered"
    assert answers["province"]["credits_issued_t"] == held_t + answers["province"]["credits_buffer_t"]
    (mine,) = answers["credit-accounts"]["results"]
    assert (mine["id"], mine["balances_t"]["active"]) == (account.pk, held_t)
    assert answers["holdings"]["results"][0]["quantity_t"] == held_t
    assert answers["retirements"]["beneficiary_name"] == "Tea Co."
    assert answers["done-under"]["retirement"] == answers["retirements"]
    assert answers["certificates"]["retirement"] == answers["retirements"]["number"]
    assert len(answers["certificates"]["record_sha256"]) == 64
    assert Holding.objects.get(account=account, status="active", closed_by=None).quantity_t == held_t - 1


def test_the_refusal_is_the_one_that_is_shown(live_server, holder, tmp_path):
    user, account, secret = holder
    (shown,) = (json.loads(block) for block in blocks("json"))
    body = {"account": account.pk, "serials": [[10**9, 10**9]], "purpose": "voluntary", "year": 2025}
    body |= {"beneficiary_name": "Tea Co.", "beneficiary_type": "organisation"}
    headers = {
        "Authorization": f"Bearer {secret}",
        "X-Second-Factor": second_factor.demonstration_code(user),
        "Idempotency-Key": KEY,
        "Content-Type": "application/json",
        "Accept-Language": "en",
    }
    words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["curl", *words, "-X", "POST", f"{live_server.url}/api/v1/retirements/", "-d", json.dumps(body)]
    status, told = Shell(tmp_path, {}).run(shlex.join(command))
    assert status == told["status"] == shown["status"]
    assert {name: told[name] for name in shown if name != "messages"} == {
        name: value for name, value in shown.items() if name != "messages"
    }
    assert told["messages"].keys() == shown["messages"].keys()
