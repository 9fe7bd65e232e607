"""Every contract test names the AWS page that it rests on, and the docs list what each refusal is good for."""

import pytest

from tests.localcloud.promises import PAGE, Promise, page_with, promises, table


@pytest.mark.parametrize("found", list(promises()), ids=lambda found: found.test)
def test_a_contract_test_rests_on_a_page_of_aws(found: Promise) -> None:
    assert found.pages
    assert all(page.startswith("https://docs.aws.amazon.com/") for page in found.pages)


def test_the_docs_list_every_refusal_with_a_bug_that_it_would_show() -> None:
    assert page_with(table()) == PAGE.read_text()
