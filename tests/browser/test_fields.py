"""What stops a form is said in the language of the page, whatever language the browser speaks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People

pytestmark = pytest.mark.browser
SAID = """([markup, value]) => {
    const form = document.createElement("form");
    form.innerHTML = markup;
    document.querySelector("main").replaceChildren(form);
    const field = form.elements[0];
    if (value) field.value = value;
    const valid = field.checkValidity();
    return valid ? "" : field.validationMessage;
}"""
FIELDS = (
    ("<input required>", "", "Fill in this field."),
    ("<textarea required></textarea>", "", "Fill in this field."),
    ("<select required><option value=''></option><option>a</option></select>", "", "Choose one of these."),
    ("<input type=radio name=r required>", "", "Choose one of these."),
    ("<input type=checkbox required>", "", "Tick this box to go on."),
    ("<input type=file required>", "", "Choose a file first."),
    ("<input type=email>", "somebody", "Write an e-mail address, such as name@example.org."),
    ("<input type=url>", "example", "Write a whole address that begins with https://."),
    ("<input type=number min=3>", "2", "Not less than 3."),
    ("<input type=number max=3>", "4", "Not more than 3."),
    ("<input type=number step=2>", "3", "Only in steps of 2."),
    ("<input type=date min=2021-05-01>", "2021-04-30", "Not before 2021-05-01."),
    ("<input type=date max=2021-05-01>", "2021-05-02", "Not after 2021-05-01."),
    ("<input type=datetime-local max=2021-05-01T10:00>", "2021-05-02T00:00", "Not after 2021-05-01 10:00."),
    ("<input pattern='[0-9]{6}'>", "12", "Write it in the form that is asked for."),
    ("<input pattern='[0-9]{6}' title='Six digits.'>", "12", "Six digits."),
    ("<input required>", "filled", ""),
)


def said_of(page: Page, selector: str) -> str:
    return page.locator(selector).evaluate("field => field.validationMessage")


def test_it_works(people: People):
    """A Chinese page in an English browser: the form waits, says why in Chinese, and goes when it is filled."""
    page = people.window()
    page.goto(f"{people.address}/complaints/new/")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    send = page.locator("form:has(#ref) button:not([name])").last
    send.click()
    assert said_of(page, "#ref") == "请填写此项。"
    expect(page.locator("#ref")).to_be_focused()
    page.locator("#ref").evaluate("field => { field.value = 'KC-520621-0001'; }")  # as a password manager fills
    page.locator("#text").press_sequentially("太短")
    send.click()
    assert said_of(page, "#ref") == "", "what is filled says nothing any more, whoever filled it"
    assert said_of(page, "#text") == "请至少填写 10 个字符。"
    page.locator("#text").press_sequentially("，现在写得足够长，可以提交了。")
    assert page.locator("form:has(#ref)").evaluate("form => form.checkValidity()")


def test_every_reason_has_its_sentence(people: People):
    page = people.window()
    page.goto(f"{people.address}/v/")
    if page.locator("html").get_attribute("lang") != "en":
        page.get_by_role("button", name="English").click()
    said = [page.evaluate(SAID, [markup, value]) for markup, value, _expected in FIELDS]
    assert said == [expected for _markup, _value, expected in FIELDS]


def test_the_sentence_of_another_script_stays(people: People):
    page = people.window()
    page.goto(f"{people.address}/v/")
    own = """() => {
        const field = document.createElement("input");
        document.querySelector("main").append(field);
        field.setCustomValidity("only this");
        field.checkValidity();
        return field.validationMessage;
    }"""
    assert page.evaluate(own) == "only this"
    assert people.complaints == []
