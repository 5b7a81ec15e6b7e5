#include "tests/lib/hostile.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { COMBINING = 10000, LONG_LINE = 4096 };

struct corpus {
	struct hostile *items;
	size_t count, cap;
};

/* An array of C strings may not hold a NUL, so bytes 0 are made by one(). */
static const char *const csi_bodies[] = {
	"6n", "5n", "?6n", "c", ">c", "=c", "0c", "x", "14t", "18t", "21t", "20t", "8;10;10t", "3;0;0t",
	"2J", "3J", "H", "1;1H", "99A", "K", "2K", "4h", "20h", "?1049h", "?1049l", "?1000h",
	"?1006;1000h", "?2004h", "?2004l", "?25l", "?5h", "?7l", "?1h", "31m", "8m", "7m",
	"38;5;1m", "0;0r", "!p", "\"q",
	" q", "i", "4i", "5i", "?5i", "?15n", "?1$p", ">q", ">0;1u", "s", "u", "b", "99999999b",
	"1;2;3;4;5m",
	"?2026h", "200~", "201~",
};

static const char *const osc_bodies[] = {
	"0;" HOSTILE_MARK, "2;" HOSTILE_MARK, "8;;http://evil.invalid/" HOSTILE_MARK, "52;c;UFdO",
	"52;c;?", "9;" HOSTILE_MARK, "777;notify;" HOSTILE_MARK ";x", "4;0;?", "10;?", "11;#ff0000", "104",
	"7;file:///" HOSTILE_MARK, "133;A", "1337;File=inline=1:UFdO", "50;" HOSTILE_MARK,
	"l" HOSTILE_MARK,
};

static const char *const string_bodies[] = {
	"$qm", "$q\"p", "+q544e", "1$r0m", "tmux;\033\033]0;" HOSTILE_MARK "\a", "0;1|17/ab",
	"q#0;2;0;0;0",
	"Gf=24,s=1,v=1;UFdO", HOSTILE_MARK,
};

static const char *const terminators[] = {"\a", "\033\\", "\xc2\x9c", "\x9c", ""};

/* ESC itself, the same control as UTF-8, and as a bare byte: three ways to begin a sequence. */
struct introducer { const char *forms[3]; };
static const struct introducer csi_intro = {{"\033[", "\xc2\x9b", "\x9b"}};
static const struct introducer osc_intro = {{"\033]", "\xc2\x9d", "\x9d"}};
static const struct introducer string_intros[] = {
	{{"\033P", "\xc2\x90", "\x90"}},
	{{"\033_", "\xc2\x9f", "\x9f"}},
	{{"\033^", "\xc2\x9e", "\x9e"}},
	{{"\033X", "\xc2\x98", "\x98"}},
};

static const char *const layout[] = {
	"a\nb" HOSTILE_MARK, "a\r\n" HOSTILE_MARK, "\r" HOSTILE_MARK, "abc\b\b\b" HOSTILE_MARK,
	"a\t" HOSTILE_MARK, "\v" HOSTILE_MARK, "\f" HOSTILE_MARK, "a\xe2\x80\xa8" HOSTILE_MARK,
	"a\xe2\x80\xa9" HOSTILE_MARK, "a\xc2\x85" HOSTILE_MARK, "\n\n\n\n\n\n\n\n\n\n" HOSTILE_MARK,
	"          \r\n\t\r\n" HOSTILE_MARK,
};

static const char *const broken[] = {
	"\xff" HOSTILE_MARK, "\xfe\xff" HOSTILE_MARK, "\xc0\x9b" HOSTILE_MARK, "\xc1\xbf",
	"\xe0\x80\x9b" HOSTILE_MARK, "\xf0\x80\x80\x9b" HOSTILE_MARK, "\xed\xa0\x80" HOSTILE_MARK,
	"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
	"\x80\xbf" HOSTILE_MARK,
	"\xc3(" HOSTILE_MARK, "a\xc2",
};

static const char *const formats[] = {
	"%n" HOSTILE_MARK, "%s%s%s%s" HOSTILE_MARK, "%1000000d" HOSTILE_MARK, "%x %p %ls" HOSTILE_MARK,
	"%",
	"%%" HOSTILE_MARK, "%Y-%m-%d" HOSTILE_MARK, "[red]" HOSTILE_MARK "[-]", "[::b]" HOSTILE_MARK,
	"{b}" HOSTILE_MARK "{/b}", "{{" HOSTILE_MARK "}}", "${" HOSTILE_MARK "}",
	"$(touch " HOSTILE_MARK ")",
	"`touch " HOSTILE_MARK "`", "``` " HOSTILE_MARK, "**" HOSTILE_MARK "**", "<b>" HOSTILE_MARK "</b>",
	"<script>alert('" HOSTILE_MARK "')</script>", "| " HOSTILE_MARK " |", "=1+" HOSTILE_MARK,
	"@" HOSTILE_MARK, "\\033[31m" HOSTILE_MARK, "\\x1b[31m", "^[[31m" HOSTILE_MARK,
	"'; DROP TABLE x; --",
	"\" " HOSTILE_MARK " \"", "\\", "../../etc/passwd", "#[fg=red]" HOSTILE_MARK, "~" HOSTILE_MARK,
};

static const struct { enum hostile_class kind; uint32_t first, last; } code_points[] = {
	{HOSTILE_BIDI, 0x061c, 0x061c}, {HOSTILE_BIDI, 0x200e, 0x200f}, {HOSTILE_BIDI, 0x202a, 0x202e},
	{HOSTILE_BIDI, 0x2066, 0x2069}, {HOSTILE_INVISIBLE, 0x00ad, 0x00ad},
	{HOSTILE_INVISIBLE, 0x034f, 0x034f}, {HOSTILE_INVISIBLE, 0x115f, 0x1160},
	{HOSTILE_INVISIBLE, 0x180e, 0x180e}, {HOSTILE_INVISIBLE, 0x200b, 0x200d},
	{HOSTILE_INVISIBLE, 0x2060, 0x2064}, {HOSTILE_INVISIBLE, 0x206a, 0x206f},
	{HOSTILE_INVISIBLE, 0x3164, 0x3164}, {HOSTILE_INVISIBLE, 0xfeff, 0xfeff},
	{HOSTILE_INVISIBLE, 0xffa0, 0xffa0}, {HOSTILE_INVISIBLE, 0xfff9, 0xfffb},
	{HOSTILE_INVISIBLE, 0xe000, 0xe001}, {HOSTILE_INVISIBLE, 0xf8ff, 0xf8ff},
	{HOSTILE_INVISIBLE, 0xe0001, 0xe0001}, {HOSTILE_INVISIBLE, 0xe0041, 0xe0044},
	{HOSTILE_INVISIBLE, 0xe007f, 0xe007f}, {HOSTILE_INVISIBLE, 0xf0000, 0xf0000},
	{HOSTILE_INVISIBLE, 0x10fffd, 0x10fffd},
};

static bool valid_utf8(struct str s)
{
	uint32_t cp;
	size_t len;

	for (; s.len > 0; s.p += len, s.len -= len) {
		len = utf8_next(s, &cp);
		if (len == 0 || cp == 0)
			return false;
	}
	return true;
}

/* Takes what is in buf and leaves it empty. */
static void put(struct corpus *corpus, enum hostile_class kind, struct buf *buf)
{
	size_t len = buf->len;
	struct str bytes = str_sub(buf_take(buf), len);

	corpus->items = mem_grow(corpus->items, &corpus->cap, corpus->count + 1, sizeof(*corpus->items));
	corpus->items[corpus->count++] = (struct hostile){kind, valid_utf8(bytes), bytes};
}

static void put_text(struct corpus *corpus, enum hostile_class kind, const char *text)
{
	struct buf buf = {0};

	buf_text(&buf, text);
	put(corpus, kind, &buf);
}

static void put_list(struct corpus *corpus, enum hostile_class kind, const char *const *list,
		     size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_text(corpus, kind, list[i]);
}

static void put_character(struct buf *buf, uint32_t cp)
{
	if (cp < 0x80) {
		buf_char(buf, (char)cp);
	} else if (cp < 0x800) {
		buf_char(buf, (char)(0xc0 | cp >> 6));
		buf_char(buf, (char)(0x80 | (cp & 0x3f)));
	} else if (cp < 0x10000) {
		buf_char(buf, (char)(0xe0 | cp >> 12));
		buf_char(buf, (char)(0x80 | (cp >> 6 & 0x3f)));
		buf_char(buf, (char)(0x80 | (cp & 0x3f)));
	} else {
		buf_char(buf, (char)(0xf0 | cp >> 18));
		buf_char(buf, (char)(0x80 | (cp >> 12 & 0x3f)));
		buf_char(buf, (char)(0x80 | (cp >> 6 & 0x3f)));
		buf_char(buf, (char)(0x80 | (cp & 0x3f)));
	}
}

/* The character between two letters, and the mark after it. */
static void put_code_point(struct corpus *corpus, enum hostile_class kind, uint32_t cp)
{
	struct buf buf = {0};

	buf_char(&buf, 'a');
	put_character(&buf, cp);
	buf_text(&buf, "b" HOSTILE_MARK);
	put(corpus, kind, &buf);
}

static void put_byte(struct corpus *corpus, enum hostile_class kind, unsigned byte)
{
	struct buf buf = {0};

	buf_char(&buf, 'a');
	buf_char(&buf, (char)byte);
	buf_text(&buf, "b" HOSTILE_MARK);
	put(corpus, kind, &buf);
}

static void put_controls(struct corpus *corpus)
{
	for (unsigned c = 0; c < 0x20; c++)
		put_byte(corpus, HOSTILE_C0, c);
	put_byte(corpus, HOSTILE_C0, 0x7f);
	for (unsigned c = 0x80; c < 0xa0; c++) {
		put_code_point(corpus, HOSTILE_C1, c);
		put_byte(corpus, HOSTILE_C1, c);
	}
	for (unsigned c = 0x20; c < 0x7f; c++) {
		struct buf buf = {0};

		buf_fmt(&buf, "\033%c" HOSTILE_MARK, (int)c);
		put(corpus, HOSTILE_ESCAPE, &buf);
	}
	put_text(corpus, HOSTILE_ESCAPE, "\033");
	put_text(corpus, HOSTILE_ESCAPE, "\033\033\033");
	put_text(corpus, HOSTILE_ESCAPE, "\033#8");
	put_text(corpus, HOSTILE_ESCAPE, "\033 F" HOSTILE_MARK);
}

static void put_sequences(struct corpus *corpus, enum hostile_class kind,
			  const struct introducer *intro, const char *body)
{
	for (size_t form = 0; form < ARRAY_LEN(intro->forms); form++) {
		/* each body meets each terminator, and each introducer, but not every pair of them */
		size_t first = form == 0 ? 0 : form;
		size_t last = form == 0 ? ARRAY_LEN(terminators) - 1 : form;

		for (size_t end = first; end <= last; end++) {
			struct buf buf = {0};

			buf_fmt(&buf, "x%s%s%s" HOSTILE_MARK, intro->forms[form], body, terminators[end]);
			put(corpus, kind, &buf);
		}
	}
}

static void put_csi(struct corpus *corpus)
{
	for (size_t i = 0; i < ARRAY_LEN(csi_bodies); i++)
		for (size_t form = 0; form < ARRAY_LEN(csi_intro.forms); form++) {
			struct buf buf = {0};

			buf_fmt(&buf, "x%s%s" HOSTILE_MARK, csi_intro.forms[form], csi_bodies[i]);
			put(corpus, HOSTILE_CSI, &buf);
		}
	put_text(corpus, HOSTILE_CSI, "cut short \033[");
	put_text(corpus, HOSTILE_CSI, "cut short \033[31");
}

static void put_strings(struct corpus *corpus)
{
	for (size_t i = 0; i < ARRAY_LEN(osc_bodies); i++)
		put_sequences(corpus, HOSTILE_OSC, &osc_intro, osc_bodies[i]);
	for (size_t intro = 0; intro < ARRAY_LEN(string_intros); intro++)
		for (size_t i = 0; i < ARRAY_LEN(string_bodies); i++)
			put_sequences(corpus, HOSTILE_STRING, &string_intros[intro], string_bodies[i]);
}

static void put_repeated(struct corpus *corpus, const char *head, const char *part, size_t times)
{
	struct buf buf = {0};

	buf_text(&buf, head);
	for (size_t i = 0; i < times; i++)
		buf_text(&buf, part);
	buf_text(&buf, HOSTILE_MARK);
	put(corpus, HOSTILE_WIDTH, &buf);
}

static void put_widths(struct corpus *corpus)
{
	put_repeated(corpus, "a", "\xcc\x81", COMBINING);		/* combining acute */
	put_repeated(corpus, "", "\xcc\x81", 20);			/* with nothing to combine with */
	put_repeated(corpus, "a", "\xef\xb8\x8f", 50);			/* variation selector 16 */
	put_repeated(corpus, "", "\xe6\xbc\xa2", 200);			/* wide, hits every edge */
	put_repeated(corpus, "x", "\xe6\xbc\xa2", 200);			/* ... one cell later */
	put_repeated(corpus, "", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 60);	/* ZWJ pairs */
	put_repeated(corpus, "", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 60);	/* flags */
	put_repeated(corpus, "", "\xef\xb7\xbd", 60);			/* U+FDFD, drawn very wide */
	put_repeated(corpus, "", "A", LONG_LINE);
	put_repeated(corpus, "", " ", LONG_LINE);
	put_repeated(corpus, "", "\xe0\xb8\xb3", 100);			/* Thai sara am */
	put_repeated(corpus, "", "\xe2\x97\x8f", 200);			/* ambiguous width */
	put_text(corpus, HOSTILE_WIDTH, "");
	put_text(corpus, HOSTILE_WIDTH, " ");
}

static void build(struct corpus *corpus)
{
	put_controls(corpus);
	put_csi(corpus);
	put_strings(corpus);
	put_list(corpus, HOSTILE_LAYOUT, layout, ARRAY_LEN(layout));
	for (size_t i = 0; i < ARRAY_LEN(code_points); i++)
		for (uint32_t cp = code_points[i].first; cp <= code_points[i].last; cp++)
			put_code_point(corpus, code_points[i].kind, cp);
	put_widths(corpus);
	put_list(corpus, HOSTILE_ENCODING, broken, ARRAY_LEN(broken));
	put_list(corpus, HOSTILE_FORMAT, formats, ARRAY_LEN(formats));
}

const struct hostile *hostile_all(size_t *count)
{
	static struct corpus corpus;

	if (corpus.count == 0)
		build(&corpus);
	*count = corpus.count;
	return corpus.items;
}

const char *hostile_class_name(enum hostile_class kind)
{
	static const char *const names[] = {
#define X(sym, what) what,
		HOSTILE_CLASSES(X)
#undef X
	};

	return kind < HOSTILE_CLASS_COUNT ? names[kind] : "?";
}

void hostile_json(struct buf *out, struct str bytes)
{
	buf_char(out, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		if (c == '"' || c == '\\')
			buf_fmt(out, "\\%c", c);
		else if (c < ' ')
			buf_fmt(out, "\\u%04x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

void hostile_show(struct buf *out, struct str bytes)
{
	enum { SHOWN = 60 };

	for (size_t i = 0; i < bytes.len && i < SHOWN; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		if (c >= ' ' && c < 0x7f && c != '\\')
			buf_char(out, (char)c);
		else
			buf_fmt(out, "\\x%02x", c);
	}
	if (bytes.len > SHOWN)
		buf_fmt(out, "... (%zu bytes)", bytes.len);
}
