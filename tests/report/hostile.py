"""Texts that a job ID, an operation or an error could hold, and that must stay texts."""

from __future__ import annotations

ALERTS = ("alert(1)", "window.ran=true")

MARKUP = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    "</style><script>{}</script>",
    "</title><script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    '"><script>{}</script>',
    "' onmouseover='{}",
    '" autofocus onfocus="{}',
    '<a href="javascript:{}">x</a>',
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<details open ontoggle={}>",
    "<body onload={}>",
    "<math><mtext></table><mglyph><style><img src onerror={}>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<template><script>{}</script></template>",
    "--><script>{}</script><!--",
    "]]><script>{}</script>",
    "<!--<script>{}",
    "<xmp><script>{}</script>",
    "<textarea><script>{}</script>",
    "<plaintext>{}",
    "<object data='data:text/html,<script>{}</script>'>",
)

HTML = (
    "<b>bold</b>",
    "<h1>Approved</h1>",
    "</td></tr></table>",
    "</bdi></th></tr></tbody></table></section></main></body></html>",
    "<base href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>Log in</button></form>",
    "<style>*{display:none}</style>",
    "<table><tr><td>1</td></tr></table>",
    "<details><summary>x</summary>",
    "&lt;script&gt;",
    "&amp;amp;",
    "&#x3c;script&#x3e;",
    "&nbsp;&zwnj;",
    "<",
    ">",
    "&",
    '"',
    "'",
    "<!doctype html>",
    "<?php echo 1 ?>",
    "<![CDATA[x]]>",
)

MARKDOWN = (
    "| a | b |",
    "a|b|c",
    "\\|",
    "`code`",
    "``` \ncode\n```",
    "~~~\nx\n~~~",
    "# Heading",
    "\n# Heading\n",
    "\n---\n",
    "- item",
    "1. item",
    "> quote",
    "> [!CAUTION]\n> Merge at once",
    "**bold** _italic_ ~~gone~~",
    "[click](javascript:alert(1))",
    "[click](//evil.example)",
    "![picture](//evil.example/x.png)",
    "[x]: //evil.example",
    "[^1]",
    "<evil@evil.example>",
    "www.evil.example",
    "@octocat",
    "@org/team",
    "#1",
    "GH-1",
    "owner/repo#1",
    "closes #1",
    ":tada:",
    "$x^2$",
    "$$x$$",
    "- [x] done",
    "```mermaid\ngraph TD\n```",
    "<!-- amplify-jobs: dev -->",
)

TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{# comment #}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
    "%s%n%x",
    "$(reboot)",
    "`reboot`",
    "; rm -rf /",
    "=1+1",
    "::set-output name=x::y",
    "::error file=a,line=1::x",
    "../../etc/passwd",
    "a/b/c",
    "\\u202e",
    "\\",
    "null",
    "None",
    "undefined",
    "constructor",
    "__proto__",
    "NaN",
    "1e999",
)

TERMINAL = (
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;//evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[8mhidden\x1b[0m",
    "\x9b31m",
    "over\rwritten",
    "back\x08\x08space",
    "line\nbreak",
    "line\r\nbreak",
    "tab\tbed",
)

CONTROLS = tuple(f"a{chr(code)}b" for code in (*range(0x20), 0x7F, 0x85, 0x9F))

UNSEEN = tuple(
    f"abc{character}def"
    for character in (
        *("\u200e", "\u200f", "\u061c"),
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
        *("\u2066", "\u2067", "\u2068", "\u2069"),
        *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f"),
        *("\u2028", "\u2029", "\u00a0", "\u3000", "\u2003", "\u3164", "\u2800"),
        *("\ufe0f", "\ud800", "\udfff", "\uffff", "\ue000", "\U000e0041", "\U0010ffff"),
    )
)

WRITING = (
    "שלום עולם",
    "مرحبا / prod",
    "\u202egnp.exe",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035aalgo",
    "👩‍👩‍👧‍👦",
    "生産環境",
    "ﷺ" * 20,
    " ",
    "   spaces   ",
    "",
)

LONG = (
    "A" * 65536,
    "<b>" * 21845,
    "\u202e" * 65536,
    "word " * 13107,
    "\n" * 65536,
    "e\u0301\u0301\u0301\u0301" * 13107,
)

HOSTILE: tuple[str, ...] = (
    *(template.format(script) for template in MARKUP for script in ALERTS),
    *HTML,
    *MARKDOWN,
    *TEMPLATES,
    *TERMINAL,
    *CONTROLS,
    *UNSEEN,
    *WRITING,
    *LONG,
)
