#!/usr/bin/python3
"""Makes C of page templates: a function each, which writes the page from a struct.

    gen_templates.py header|source OUTPUT VIEWS_H FILE...

FILE is a template (x.html gives template_x(buf, view)), a part of templates (_x.html gives nothing
by itself) or a text that is served as it is (x.css, x.svg give template_x(buf)). VIEWS_H is the
header that declares the structs.

    {{struct home_view}}            first: whose members the names below are
    {{name}} {{frame.base}}         a struct str, escaped for where it stands
    {{#if name}} {{#else}} {{/if}}  a bool, or a struct str that is not empty
    {{#each rows row}} {{/each}}    view->rows, n_rows of them; {{row.name}} inside
    {{> part}}                      the text of _part.html
    {{! remark }}

Where a value stands decides how it is escaped, and nothing else does: text and quoted attributes by
html_text(); the start of an address (href, src, action, formaction) by html_url(), which lets no
scheme but http and https pass; a later piece of it by html_url_part(). Nowhere else may a value
stand. Refused besides: script, style and on... attributes, for the pages run nothing inline; tags
that do not close, or that a branch leaves open.
"""
import pathlib
import re
import sys

TOKEN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
VOID = {"br", "hr", "img", "input", "link", "meta"}
URL_ATTRIBUTES = {"href", "src", "action", "formaction"}
BANNED_TAGS = {"script", "style", "object", "embed", "iframe", "base", "template", "svg", "math"}
BANNED_ATTRIBUTES = re.compile(r"on.*|style|srcdoc|srcset|http-equiv|ping|background")
# What a C compiler has to take in one literal is 4095.
MAX_LITERAL = 3000
DIRECTIVES = ("#", "/", ">", "!", "struct ")


class BadTemplate(Exception):
    pass


class Place:
    """Where in the HTML we are; fed with text, and asked how a value is escaped here."""

    def __init__(self):
        self.state = "text"
        self.open = ()  # names of open elements
        self.tag = ""
        self.attribute = ""
        self.is_begun = False  # something of the attribute's value stands before here

    def copy(self):
        other = Place()
        other.__dict__.update(self.__dict__)
        return other

    def __eq__(self, other):
        return self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.state)

    def feed(self, text):
        for c in text:
            getattr(self, "_in_" + self.state)(c)

    def _in_text(self, c):
        if c == "<":
            self.state, self.tag = "tag_name", ""

    def _in_tag_name(self, c):
        if c == "!" and not self.tag:
            self.state = "declaration"
        elif c in " \t\n":
            self._begin_tag()
            self.state = "tag"
        elif c == ">":
            self._begin_tag()
            self._end_tag()
        elif re.fullmatch(r"[a-z0-9]|/", c) and (c != "/" or not self.tag):
            self.tag += c
        else:
            raise BadTemplate(f"{c!r} in the name of a tag")

    def _in_declaration(self, c):
        if c == "-":
            raise BadTemplate("a comment: write {{! ... }}, it is not sent")
        if c == ">":
            self.state = "text"

    def _in_tag(self, c):
        if c == ">":
            self._end_tag()
        elif c not in " \t\n":
            self.state, self.attribute = "attribute", ""
            self._in_attribute(c)

    def _in_attribute(self, c):
        if c == "=":
            self.state = "before_value"
        elif c in " \t\n":
            self._check_attribute()
            self.state, self.attribute = "tag", ""
        elif c == ">":
            self._check_attribute()
            self._end_tag()
        elif re.fullmatch(r"[a-z0-9-]", c):
            self.attribute += c
        else:
            raise BadTemplate(f"{c!r} in the name of an attribute")

    def _in_before_value(self, c):
        if c != '"':
            raise BadTemplate(f"{self.attribute}: its value stands in no double quotes")
        self._check_attribute()
        self.state, self.is_begun = "value", False

    def _in_value(self, c):
        if c == '"':
            self.state = "after_value"
        else:
            self.is_begun = True

    def _in_after_value(self, c):
        if c not in " \t\n>":
            raise BadTemplate(f"{self.attribute}: {c!r} right behind its value")
        self.state, self.attribute, self.is_begun = "tag", "", False
        self._in_tag(c)

    def _check_attribute(self):
        if BANNED_ATTRIBUTES.fullmatch(self.attribute):
            raise BadTemplate(f"the attribute {self.attribute} is not allowed")

    def _begin_tag(self):
        if not self.tag.strip("/"):
            raise BadTemplate("a tag without a name")
        if self.tag.strip("/") in BANNED_TAGS:
            raise BadTemplate(f"<{self.tag}> is not allowed")

    def _end_tag(self):
        if self.tag.startswith("/"):
            if not self.open or self.open[-1] != self.tag[1:]:
                raise BadTemplate(f"<{self.tag}> closes nothing")
            self.open = self.open[:-1]
        elif self.tag not in VOID:
            self.open += (self.tag,)
        self.state, self.tag, self.attribute, self.is_begun = "text", "", "", False

    def escape(self):
        """The function that writes a value here."""
        if self.state == "text":
            return "html_text"
        if self.state != "value":
            raise BadTemplate("a value stands neither in text nor in a quoted attribute")
        is_first, self.is_begun = not self.is_begun, True
        if self.attribute not in URL_ATTRIBUTES:
            return "html_text"
        return "html_url" if is_first else "html_url_part"


class Compiler:
    def __init__(self, folder):
        self.folder = folder
        self.lines = []
        self.place = Place()
        self.view = None
        self.names = []  # of loops, innermost last
        self.blocks = []  # (kind, place at its start, place at the end of its first branch)

    def add(self, line):
        self.lines.append("\t" * (1 + len(self.blocks)) + line)

    def literal(self, text):
        # Indentation and empty lines are for the author.
        text = re.sub(r"\n[ \t\n]*", "\n", text)
        if not self.lines:
            text = text.lstrip()
        self.place.feed(text)
        self.raw(text)

    def raw(self, text):
        for start in range(0, len(text), MAX_LITERAL):
            self.add(f"html_raw(buf, {c_string(text[start:start + MAX_LITERAL])});")

    def member(self, path):
        if not PATH.fullmatch(path):
            raise BadTemplate(f"{path!r} is no name of a member")
        first, _, rest = path.partition(".")
        if first in self.names:
            if not rest:
                raise BadTemplate(f"{path}: which member of it?")
            return f"{first}->{rest}"
        return f"view->{path}"

    def value(self, path):
        self.add(f"{self.place.escape()}(buf, {self.member(path)});")

    def open_block(self, kind, line):
        self.add(line)
        self.blocks.append([kind, self.place.copy(), None])

    def begin_if(self, path):
        self.open_block("if", f"if (html_has({self.member(path)})) {{")

    def begin_each(self, words):
        path, _, name = words.partition(" ")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in self.names + ["view", "buf"]:
            raise BadTemplate(f"each {words}: wants a list and a name for its items")
        items = self.member(path)
        count = re.sub(r"(\w+)$", r"n_\1", items)
        self.open_block(f"each {name}",
                        f"for (size_t {name}_i = 0; {name}_i < {count}; {name}_i++) {{")
        self.add(f"const __typeof__({items}[0]) *{name} = &{items}[{name}_i];")
        self.names.append(name)

    def otherwise(self):
        if not self.blocks or self.blocks[-1][0] != "if" or self.blocks[-1][2]:
            raise BadTemplate("else belongs to no if")
        block = self.blocks.pop()
        self.add("} else {")
        block[2], self.place = self.place, block[1].copy()
        self.blocks.append(block)

    def close(self, kind):
        if not self.blocks or self.blocks[-1][0].split()[0] != kind:
            raise BadTemplate(f"/{kind} closes nothing")
        kind, start, first_end = self.blocks.pop()
        # Text may come and go within an attribute, but its start is a place of its own.
        if self.place != (first_end or start):
            raise BadTemplate(f"a branch of {kind} ends elsewhere in the page than the other")
        if kind.startswith("each"):
            self.names.remove(kind.split()[1])
        self.add("}")

    def directive(self, text):
        words = text.strip()
        if words.startswith("!"):
            return
        if words.startswith("struct "):
            if self.view or not re.fullmatch(r"struct [a-z_]+", words):
                raise BadTemplate("{{struct name}} stands once")
            self.view = words
        elif words.startswith("> "):
            part = self.folder / f"_{words[2:].strip()}.html"
            self.text(part.read_text(encoding="utf-8"))
        elif words.startswith("#if "):
            self.begin_if(words[4:].strip())
        elif words == "#else":
            self.otherwise()
        elif words.startswith("#each "):
            self.begin_each(words[6:].strip())
        elif words in ("/if", "/each"):
            self.close(words[1:])
        else:
            self.value(words)

    def text(self, source):
        pieces = TOKEN.split(source)
        for i, piece in enumerate(pieces):
            # The end of a line that holds a directive is not sent.
            if i > 0 and piece.startswith("\n") and pieces[i - 1].startswith(DIRECTIVES):
                piece = piece[1:]
            if i % 2:
                self.directive(piece)
            elif "{{" in piece or "}}" in piece:
                raise BadTemplate("braces that do not pair")
            elif piece:
                self.literal(piece)

    def finish(self):
        if self.blocks:
            raise BadTemplate(f"{self.blocks[-1][0]} is not closed")
        if self.place.state != "text" or self.place.open:
            raise BadTemplate(f"not closed: {self.place.open or self.place.state}")
        if not self.view:
            raise BadTemplate("{{struct name}} is missing")


def c_string(text):
    lines = []
    for line in text.splitlines(keepends=True):
        escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines.append('"' + "".join(c if ord(c) < 127 else "".join(
            f"\\{byte:03o}" for byte in c.encode()) for c in escaped) + '"')
    return " ".join(lines) or '""'


def compile_file(path):
    """(prototype, body lines) of a file's function."""
    name = f"template_{path.stem}"
    text = path.read_text(encoding="utf-8")
    compiler = Compiler(path.parent)
    if path.suffix != ".html":
        compiler.raw(text)
        return f"void {name}(struct buf *buf)", compiler.lines
    compiler.text(text)
    compiler.finish()
    return f"void {name}(struct buf *buf, const {compiler.view} *view)", compiler.lines


def compile_all(paths):
    made = []
    for path in paths:
        if path.name.startswith("_"):
            continue
        try:
            made.append(compile_file(path))
        except (BadTemplate, OSError) as bad:
            raise BadTemplate(f"{path.name}: {bad}") from bad
    return made


MADE = "/* Made by gen_templates.py: change the templates instead. */\n"


def make_header(made, views):
    guard = "PC_TEMPLATES_" + re.sub(r"\W", "_", views).upper()
    prototypes = "".join(f"{prototype};\n" for prototype, _ in made)
    return (f"{MADE}#ifndef {guard}\n#define {guard}\n\n#include \"{views}\"\n\n"
            f"#include \"html/html.h\"\n\n{prototypes}\n#endif\n")


def make_source(made, views):
    out = [MADE, f"#include \"{views}\"\n\n#include \"html/html.h\"\n\n"]
    out += [f"{prototype};\n" for prototype, _ in made]
    out += [f"\n{prototype}\n{{\n" + "\n".join(lines) + "\n}\n" for prototype, lines in made]
    return "".join(out)


def main(argv):
    if len(argv) < 5 or argv[1] not in ("header", "source"):
        raise SystemExit(__doc__)
    try:
        made = compile_all([pathlib.Path(name) for name in argv[4:]])
    except BadTemplate as bad:
        raise SystemExit(f"gen_templates.py: {bad}") from bad
    make = {"header": make_header, "source": make_source}[argv[1]]
    pathlib.Path(argv[2]).write_text(make(made, argv[3]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv)
