"""src/html/gen_templates.py: where a value stands decides how it is escaped, and what is refused."""
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("gen_templates", ROOT / "src/html/gen_templates.py")
gen = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(gen)


def compiled(folder, text, **parts):
    for name, part in parts.items():
        (folder / f"_{name}.html").write_text(part)
    path = folder / "page.html"
    path.write_text("{{struct page_view}}" + text)
    return "\n".join(gen.compile_file(path)[1])


@pytest.mark.parametrize("text, escape", [
    ("<p>{{x}}</p>", "html_text"), ("{{x}}", "html_text"),
    ('<p title="{{x}}"></p>', "html_text"), ('<input value="a{{x}}b">', "html_text"),
    ('<a href="{{x}}"></a>', "html_url"), ('<img src="{{x}}">', "html_url"),
    ('<form action="{{x}}"></form>', "html_url"),
    ('<a href="/a/{{x}}"></a>', "html_url_part"), ('<a href="/?a={{x}}"></a>', "html_url_part"),
    ('<a href="{{#if y}}a{{#else}}b{{/if}}{{x}}"></a>', "html_url_part"),
    ('<a href="/" title="{{x}}"></a>', "html_text")])
def test_the_place_decides(tmp_path, text, escape):
    assert re.findall(r"(html_\w+)\(buf, view->x\)", compiled(tmp_path, text)) == [escape]


def test_the_start_of_an_address_is_one_value(tmp_path):
    out = compiled(tmp_path, '<a href="{{x}}{{x}}/{{x}}"></a>')
    assert re.findall(r"(html_\w+)\(buf, view->x\)", out) == \
        ["html_url", "html_url_part", "html_url_part"]


def test_parts_lists_and_members(tmp_path):
    out = compiled(tmp_path, "{{> list}}", list="{{#each a.rows row}}<p>{{row.b}}{{c}}</p>{{/each}}")
    assert "row_i < view->a.n_rows" in out and "&view->a.rows[row_i]" in out
    assert "html_text(buf, row->b)" in out and "html_text(buf, view->c)" in out


@pytest.mark.parametrize("text", [
    "<script>{{x}}</script>", "<script></script>", "<style>{{x}}</style>", "<svg></svg>",
    "<iframe></iframe>", '<base href="/">', '<p style="{{x}}"></p>', '<p style="a"></p>',
    '<p onclick="{{x}}"></p>', '<p onclick="a"></p>', "<p onclick></p>",
    '<meta http-equiv="refresh">', '<img srcset="{{x}}">', "<a href={{x}}></a>", "<a href=a></a>",
    "<a href='{{x}}'></a>", "<p {{x}}></p>", "<{{x}}></p>", "<p{{x}}></p>", "<!-- {{x}} -->",
    "<!-- a -->", "<p", "<p>", "</p>", "<p></b></p>", '<a href="', "{{x", "x}}", "{{}}", "{{X}}",
    "{{x y}}", "{{x.}}", "{{#if x}}", "{{/if}}", "{{#else}}", "{{#if x}}<p>{{/if}}</p>",
    "{{#if x}}<p>{{#else}}<b>{{/if}}</p>", '<p title="{{#if x}}a"{{/if}}></p>',
    "{{#if x}}{{#else}}{{#else}}{{/if}}", "{{#each x}}{{/each}}", "{{#each x view}}{{/each}}",
    "{{#each x r}}<p>{{/each}}</p>", "{{#each x r}}{{r}}{{/each}}", "{{#each x r}}{{/if}}",
    '<a href="{{#if x}}a{{/if}}{{y}}"></a>', "{{> nowhere}}", "{{struct other}}"])
def test_refused(tmp_path, text):
    with pytest.raises((gen.BadTemplate, OSError)):
        compiled(tmp_path, text)


def test_a_struct_is_needed(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<p></p>")
    with pytest.raises(gen.BadTemplate, match="struct"):
        gen.compile_file(path)


def test_text_is_kept_as_it_is(tmp_path):
    """Quotes, backslashes and letters of all kinds; a line that holds a directive is none."""
    out = compiled(tmp_path, '\n<p title="a\\b">\u00e9</p>\n{{#if x}}\n<b></b>\n{{/if}}\nend')
    assert '"<p title=\\"a\\\\b\\">\\303\\251</p>\\n"' in out
    assert '"<b></b>\\n"' in out and '"end"' in out
