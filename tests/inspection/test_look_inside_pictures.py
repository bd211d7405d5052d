"""Filters, feature maps and heat maps come out as pictures with words, and shares as bars with numbers."""

import base64
import io
import re

import pytest
import torch
from contrast import between
from PIL import Image

from course_utils.inspection import bars, look_inside, sheets
from course_utils.inspection.heat import show_heat


@pytest.fixture
def page(monkeypatch):
    """Collect the HTML and the text that a notebook would show."""
    shown = []
    for module in (sheets, bars):
        monkeypatch.setattr(module, "surface", lambda: "html")
        monkeypatch.setattr(module, "show_html", lambda html, text: shown.append((html, text)))
    return shown


def pictures(html: str) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"data:image/\w+;base64,([^\"]+)", html)
    ]


def test_every_picture_has_words_for_those_who_cannot_see_it(page):
    look_inside.show_filters(torch.rand(5, 3, 7, 7))
    look_inside.show_images(torch.zeros(2, 28, 28, dtype=torch.uint8), ["boot", "bag"])
    look_inside.show_feature_maps({"layer1": torch.rand(2, 16, 14, 14), "fc <1>": torch.rand(1, 3, 4, 4)})
    show_heat({"koala": torch.rand(3, 20, 30)}, {"koala": torch.rand(20, 30)})
    for html, text in page:
        assert html.count("<img") == len(re.findall(r'alt="[^"]{10,}"', html)) == len(text.splitlines())
        assert "<style" not in html
        assert "fc <1>" not in html


def test_filters_are_drawn_in_order_and_a_weight_of_0_is_mid_grey(page):
    """Catches a kernel of negative weights alone whose largest is white, as if it answered to a bright spot."""
    weight = torch.stack([torch.tensor([[[-1.0, 0.5], [0.0, 0.0]]]), torch.tensor([[[-6.0, -4.0], [-3.0, -4.0]]])])
    look_inside.show_filters(weight, side=10)
    (sheet,) = pictures(page[0][0])
    gap = sheets.GAP
    assert f'width="{10 + 10 + 3 * gap}"' in page[0][0]
    assert sheet.size == (2 * (10 + 10 + 3 * gap), 2 * (10 + 2 * gap))
    assert [sheet.getpixel((2 * (gap + x), 2 * (gap + y)))[0] for x, y in ((2, 2), (7, 2), (2, 7))] == [0, 191, 128]
    assert [sheet.getpixel((2 * (10 + 2 * gap + x), 2 * (gap + y)))[0] for x, y in ((2, 2), (2, 7))] == [0, 64]


def test_a_frame_that_is_neither_light_nor_dark_parts_each_image_from_the_next_and_from_the_page(page):
    """Catches gaps that show the page: white kernels run into each other on a light one, black ones on a dark one."""
    look_inside.show_filters(torch.rand(2, 1, 3, 3), side=12)
    (sheet,) = pictures(page[0][0])
    between, around = (2 * (sheets.GAP + 12) + 1, 2 * sheets.GAP + 5), (1, 1)
    for red, green, blue, opaque in map(sheet.getpixel, (between, around)):
        assert opaque == 255
        assert red + 60 < blue
        assert 100 < green < 200


def test_kernels_that_are_no_images_are_refused():
    with pytest.raises(ValueError, match="16 input channels"):
        look_inside.show_filters(torch.rand(4, 16, 3, 3))


def test_the_channels_that_vary_most_are_shown_in_their_order(page):
    maps = torch.zeros(1, 6, 4, 4)
    maps[0, 4, 0, 0], maps[0, 1, 2, 2] = 5.0, -7.0
    look_inside.show_feature_maps({"layer2": maps}, channels=2)
    assert "layer2: 6 channels of 4×4; shown are channels 1, 4" in page[0][1]


def test_constant_maps_are_black_and_no_error(page):
    look_inside.show_feature_maps({"dead": torch.full((1, 2, 3, 3), 4.0)})
    inside = (2 * sheets.GAP + 1, 2 * sheets.GAP + 1)
    assert pictures(page[0][0])[0].getpixel(inside)[:3] == (0, 0, 0)


def test_on_a_telephone_four_maps_are_in_a_row_so_that_each_can_be_seen(page):
    """Catches eight maps in one picture, each of which is a thumbnail where the page is 312 pixels wide."""
    maps = torch.rand(1, 16, 4, 4)
    look_inside.show_feature_maps({"layer3": maps})
    html, text = page[0]
    assert [line.partition("shown are channels ")[2].count(",") + 1 for line in text.splitlines()] == [4, 4]
    (first, second), gap = pictures(html), 2 * sheets.GAP
    assert first.size == second.size == (4 * 2 * 148 + 5 * gap, 2 * 148 + 2 * gap)
    assert re.findall(r"flex:1 1 (\d+)px", html) == ["280", "280"]


def test_heat_is_orange_beside_the_image_over_the_same_in_grey_of_its_own_proportions(page):
    """Catches weak heat that covers everything, and a scale whose colours aren't those of the pictures."""
    heat = torch.full((120, 240), 0.25)
    heat[:60, 180:] = 1
    white = torch.ones(3, 120, 240)
    white[:2, :, :90] = 0
    show_heat({"half": white}, {"half": heat})
    image, picture, scale = pictures(page[0][0])
    assert image.size == picture.size == (240, 120)
    assert image.getpixel((20, 60)) == pytest.approx((0, 0, 255), abs=8)
    hot = picture.getpixel((230, 10))
    assert hot == pytest.approx(scale.getpixel((scale.width - 1, 4)), abs=30)
    red, green, blue = hot
    assert red > green > blue
    cold_ones = [(picture, (230, 110)), (picture, (20, 60)), (scale, (40, 4)), (scale, (40, 20))]
    for cold in (shown.getpixel(place) for shown, place in cold_ones):
        assert max(cold) - min(cold) <= 8  # grey, up to what JPEG makes of it


def test_a_thing_is_seen_under_the_heat_be_it_dark_or_light(page):
    """Catches orange that hides what it lies on, and brown, which is what thin orange on black is."""
    chequers = torch.zeros(1, 28, 28)
    chequers[:, 14:] = 1
    show_heat({"bag": chequers}, {"bag": torch.ones(28, 28)})
    picture = pictures(page[0][0])[1]
    places = ((picture.width // 2, part * picture.height // 4) for part in (1, 3))
    dark, light = (tuple(value / 255 for value in picture.getpixel(place)) for place in places)
    assert between(dark, light) > 1.6
    assert between((0, 0, 0), dark) > 5


def test_an_image_and_its_heat_are_large_enough_and_stay_beside_each_other_on_a_telephone(page):
    """Catches thumbnails of 100 pixels, and an image at the end of one row whose heat begins the next."""
    show_heat({"boot": torch.rand(1, 28, 28)}, {"boot": torch.rand(28, 28)})
    html = page[0][0]
    widths = [int(width) for width in re.findall(r'width="(\d+)"', html)]
    assert min(widths) >= 196
    begins = [int(width) for width in re.findall(r"flex:1 1 (\d+)px", html)[:2]]
    assert sum(begins) + sheets.GAP <= 300  # a telephone's page, and half of a wide one
    assert "minmax(min(100%,300px),1fr)" in html
    assert {picture.size for picture in pictures(html)[:2]} == {(2 * 196 + 4 * sheets.GAP,) * 2}


def test_the_words_of_two_maps_differ_where_their_hottest_places_are_the_same(page):
    """Catches words that say only where the hottest pixel is, which is the middle for most maps."""
    low, wide = torch.zeros(9, 9), torch.zeros(9, 9)
    low[4, 4], low[8, 4] = 1, 0.25
    wide[4, 4], wide[4, 0], wide[0, 8] = 1, 0.5, 0.5
    show_heat({"low": torch.rand(1, 9, 9), "wide": torch.rand(1, 9, 9)}, {"low": low, "wide": wide})
    assert "top 0, middle 80, bottom 20; left 0, middle 100, right 0" in page[0][1]
    assert "top 25, middle 75, bottom 0; left 25, middle 50, right 25" in page[0][1]


def test_a_map_without_heat_says_so(page):
    show_heat({"bag": torch.rand(1, 8, 8)}, {"bag": torch.zeros(8, 8)})
    assert "nothing speaks for this class" in page[0][1]


def test_bars_carry_their_numbers_as_text_and_mark_what_is_asked_for(page):
    bars.show_bars({"nothing": 0.955, "layer1.0 <b>": 0.25}, title="right, without …", marked=("layer1.0 <b>",))
    html, text = page[0]
    assert "95.5%" in html
    assert "layer1.0 &lt;b&gt;" in html
    assert html.count('font-weight:bold"><th') == 1
    assert [line.split()[-2] for line in text.splitlines()[1:]] == ["95.5%", "25.0%"]


def test_images_that_belong_together_stay_side_by_side_and_the_scale_is_not_one_of_them(page):
    """Catches a third column, where a class's second image would stand in the next class's row."""
    images = {f"{name}, {number}": torch.rand(1, 8, 8) for name in ("bag", "boot") for number in (1, 2)}
    show_heat(images, dict.fromkeys(images, torch.rand(8, 8)))
    html = page[0][0]
    least = int(re.search(r"minmax\(min\(100%,(\d+)px", html)[1])
    widest = int(re.search(r"max-width:(\d+)px", html)[1])
    assert 2 * least <= widest < 3 * least
    _, *figures = html.split("<figure")
    assert [(re.search(r"<figcaption[^>]*>([^<]*)", each)[1], each.count("<img")) for each in figures] == [
        ("bag, 1", 2),
        ("bag, 2", 2),
        ("boot, 1", 2),
        ("boot, 2", 2),
        ("heat from 0 to 1", 1),
    ]


def test_a_row_has_a_bar_for_each_and_the_legend_says_whose_it_is(page):
    """Catches bars of which nobody knows whose they are, and an empty table where there are no rows."""
    bars.show_paired_bars({"bag": {"own": 0.125, "other": 0.5}, "boot": {"own": 1, "other": 0}}, title="still right")
    html, text = page[0]
    assert re.findall(r"([\d.]+)%</span>", html) == ["12.5", "50.0", "100.0", "0.0"]
    assert [html.count(f">{who}</span>") for who in ("own", "other")] == [1, 1]
    assert "<caption" in html
    assert len(text.splitlines()) == 5
    bars.show_paired_bars({}, title="none of these")
    assert len(page) == 1


def test_in_a_log_there_are_words_and_no_pictures(capsys, monkeypatch):
    for module in (sheets, bars):
        monkeypatch.setattr(module, "surface", lambda: "plain")
    look_inside.show_filters(torch.rand(5, 1, 3, 3))
    bars.show_bars({"all": 0.5}, title="right")
    said = capsys.readouterr().out
    assert "5 kernels of 3 by 3" in said
    assert "50.0%" in said
