"""The playground of the web book: its slider has a page for each of its places, and begins as the notebook's does."""

import re

import pytest

from course_utils.widgets.batchnorm_steps import CHANGE, Settings
from course_utils.widgets.playground_in_the_book import playground_in_the_book


@pytest.fixture(scope="module")
def html():
    return playground_in_the_book()


def test_each_place_of_the_slider_has_a_page_that_is_about_its_batch(html):
    """Catches a page of another batch, a place without one, and batches out of order."""
    pages = re.findall(r'data-batch="(\d+)".*?<div>Batch (\d+), ', html)
    assert [named for named, told in pages] == [told for named, told in pages]
    batches = [int(named) for named, _ in pages]
    assert batches == sorted(set(batches))
    assert {CHANGE - 1, CHANGE, CHANGE + 1} < set(batches), "this is what the text asks to compare"
    assert f'max="{len(pages) - 1}"' in html


def test_it_begins_where_the_notebooks_playground_does_with_one_page_in_sight(html):
    """Catches a slider that stands elsewhere than its page, and all pages at once where no script runs."""
    (shown,) = re.findall(r'data-batch="(\d+)">', html)
    assert int(shown) == Settings().batch
    value = int(re.search(r'value="(\d+)"', html)[1])
    assert re.findall(r'data-batch="(\d+)"', html)[value] == shown
