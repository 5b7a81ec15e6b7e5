#include "ui/keyseq.h"

#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "base/utf8.h"

enum { SEQUENCE_MAX = 64, PARAMS = 4, WHEEL_LINES = 3 };

enum found {
	FOUND_EVENT,	/* *out is filled, bytes were taken */
	FOUND_NOTHING,	/* bytes were taken, they mean nothing to us */
	FOUND_PART,	/* more bytes are needed, none was taken */
};

static const char paste_end[] = "\033[201~";

/* CSI and SS3 by their last byte; CSI n ~ by its number. */
static const struct { char last; uint32_t code; } finals[] = {
	{ 'A', KEYCODE_UP }, { 'B', KEYCODE_DOWN }, { 'C', KEYCODE_RIGHT }, { 'D', KEYCODE_LEFT },
	{ 'H', KEYCODE_HOME }, { 'F', KEYCODE_END }, { 'Z', KEYCODE_BACKTAB }, { 'M', KEYCODE_ENTER },
	{ 'P', KEYCODE_F1 }, { 'Q', KEYCODE_F2 }, { 'R', KEYCODE_F3 }, { 'S', KEYCODE_F4 },
};
static const struct { int number; uint32_t code; } tildes[] = {
	{ 1, KEYCODE_HOME }, { 2, KEYCODE_INSERT }, { 3, KEYCODE_DELETE }, { 4, KEYCODE_END },
	{ 5, KEYCODE_PGUP }, { 6, KEYCODE_PGDN }, { 7, KEYCODE_HOME }, { 8, KEYCODE_END },
	{ 11, KEYCODE_F1 }, { 12, KEYCODE_F2 }, { 13, KEYCODE_F3 }, { 14, KEYCODE_F4 },
	{ 15, KEYCODE_F5 }, { 17, KEYCODE_F6 }, { 18, KEYCODE_F7 }, { 19, KEYCODE_F8 },
	{ 20, KEYCODE_F9 }, { 21, KEYCODE_F10 }, { 23, KEYCODE_F11 }, { 24, KEYCODE_F12 },
};

void keyseq_init(struct keyseq *seq)
{
	*seq = (struct keyseq){ 0 };
}

void keyseq_done(struct keyseq *seq)
{
	buf_done(&seq->bytes);
	buf_done(&seq->paste);
}

void keyseq_own(struct keyseq *seq, const char *bytes, uint32_t code)
{
	if (seq->own_count < KEYSEQ_OWN &&
	    str_put(seq->own[seq->own_count].bytes, sizeof(seq->own[0].bytes), bytes))
		seq->own[seq->own_count++].code = code;
}

void keyseq_feed(struct keyseq *seq, const char *bytes, size_t len)
{
	if (seq->at == seq->bytes.len) {
		buf_clear(&seq->bytes);
		seq->at = 0;
	}
	buf_add(&seq->bytes, bytes, len);
}

static struct str rest_of(const struct keyseq *seq)
{
	return str_sub(seq->bytes.data + seq->at, seq->bytes.len - seq->at);
}

static enum found give(struct keyseq *seq, size_t len, uint32_t code, struct input *out)
{
	seq->at += len;
	if (code == KEYCODE_NONE)
		return FOUND_NOTHING;
	*out = (struct input){ .kind = INPUT_KEY, .code = code };
	return FOUND_EVENT;
}

static enum found find_own(struct keyseq *seq, struct str rest, struct input *out)
{
	enum found found = FOUND_NOTHING;

	for (size_t i = 0; i < seq->own_count; i++) {
		const char *own = seq->own[i].bytes;
		size_t len = strlen(own);

		if (len > 0 && str_starts(rest, own))
			return give(seq, len, seq->own[i].code, out);
		if (rest.len < len && memcmp(own, rest.p, rest.len) == 0)
			found = FOUND_PART;
	}
	return found;
}

static uint32_t code_of_final(char last)
{
	for (size_t i = 0; i < ARRAY_LEN(finals); i++)
		if (finals[i].last == last)
			return finals[i].code;
	return KEYCODE_NONE;
}

static uint32_t code_of_tilde(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(tildes); i++)
		if (tildes[i].number == number)
			return tildes[i].code;
	return KEYCODE_NONE;
}

/* "12;3;4" -> numbers; what is missing or too large is 0. */
static void read_params(struct str text, int params[PARAMS])
{
	struct str part;

	memset(params, 0, PARAMS * sizeof(params[0]));
	for (size_t i = 0; i < PARAMS && str_cut(&text, ';', &part); i++) {
		int64_t value;

		if (num_parse_i64(part, &value) && value >= 0 && value < 100000)
			params[i] = (int)value;
	}
}

/* SGR mouse: button; x; y, `M` pressed, `m` released. */
static enum found take_mouse(struct keyseq *seq, size_t len, const int params[PARAMS], char last,
			     struct input *out)
{
	seq->at += len;
	*out = (struct input){ .x = params[1] - 1, .y = params[2] - 1 };
	if (params[0] == 64 || params[0] == 65) {
		out->kind = INPUT_WHEEL;
		out->lines = params[0] == 64 ? -WHEEL_LINES : WHEEL_LINES;
		return FOUND_EVENT;
	}
	if (params[0] != 0 || last != 'M')
		return FOUND_NOTHING;
	out->kind = INPUT_CLICK;
	return FOUND_EVENT;
}

static void start_paste(struct keyseq *seq)
{
	seq->pasting = true;
	seq->paste_cut = false;
	buf_clear(&seq->paste);
}

static enum found take_csi(struct keyseq *seq, struct str rest, struct input *out)
{
	size_t len = 2;
	int params[PARAMS];
	char last;

	while (len < rest.len && rest.p[len] >= 0x20 && rest.p[len] < 0x40)
		len++;
	if (len == rest.len)
		return len < SEQUENCE_MAX ? FOUND_PART : give(seq, len, KEYCODE_NONE, out);
	last = rest.p[len++];
	if (last < 0x40 || last == 0x7f)	/* no CSI after all: the ESC was a key */
		return give(seq, 1, KEYCODE_ESC, out);
	if (rest.p[2] == '<') {
		read_params(str_sub(rest.p + 3, len - 4), params);
		return take_mouse(seq, len, params, last, out);
	}
	read_params(str_sub(rest.p + 2, len - 3), params);
	if (last != '~')
		return give(seq, len, last == 'M' ? KEYCODE_NONE : code_of_final(last), out);
	if (params[0] == 200)
		start_paste(seq);
	return give(seq, len, code_of_tilde(params[0]), out);
}

/* A string that the terminal sent by itself (a reply to a query of another program): dropped. */
static enum found take_string(struct keyseq *seq, struct str rest, struct input *out)
{
	for (size_t i = 2; i < rest.len; i++) {
		if (rest.p[i] == '\a')
			return give(seq, i + 1, KEYCODE_NONE, out);
		if (rest.p[i] == '\\' && rest.p[i - 1] == '\033')
			return give(seq, i + 1, KEYCODE_NONE, out);
	}
	return rest.len < SEQUENCE_MAX ? FOUND_PART : give(seq, 1, KEYCODE_ESC, out);
}

static enum found take_escape(struct keyseq *seq, struct str rest, struct input *out)
{
	uint32_t code;

	if (rest.len == 1)
		return FOUND_PART;
	switch (rest.p[1]) {
	case '[':
		return take_csi(seq, rest, out);
	case 'O':
		if (rest.len < 3)
			return FOUND_PART;
		code = code_of_final(rest.p[2]);
		return code ? give(seq, 3, code, out) : give(seq, 1, KEYCODE_ESC, out);
	case ']':
	case 'P':
		return take_string(seq, rest, out);
	default:
		return give(seq, 1, KEYCODE_ESC, out);
	}
}

static uint32_t code_of_control(unsigned char c)
{
	switch (c) {
	case '\r':
	case '\n':
		return KEYCODE_ENTER;
	case '\t':
		return KEYCODE_TAB;
	case '\b':
	case 0x7f:
		return KEYCODE_BACKSPACE;
	default:
		return c <= 26 ? c : KEYCODE_NONE;
	}
}

/* Could these bytes become one character when more come? */
static bool is_part(struct str rest)
{
	unsigned char lead = (unsigned char)rest.p[0];
	size_t need = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (lead < 0xc2 || lead >= 0xf5 || rest.len >= need)
		return false;
	for (size_t i = 1; i < rest.len; i++)
		if (((unsigned char)rest.p[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static enum found take_character(struct keyseq *seq, struct str rest, struct input *out)
{
	uint32_t cp = 0;
	size_t len = utf8_next(rest, &cp);

	if (len == 0)
		return is_part(rest) ? FOUND_PART : give(seq, 1, KEYCODE_NONE, out);
	if (cp < 0x20 || cp == 0x7f)
		return give(seq, len, code_of_control((unsigned char)cp), out);
	return give(seq, len, cp >= 0x80 && cp < 0xa0 ? KEYCODE_NONE : cp, out);
}

/* Collect up to the end mark; what may be its beginning stays for the next time. */
static enum found take_paste(struct keyseq *seq, struct str rest, struct input *out)
{
	const char *end = memmem(rest.p, rest.len, paste_end, sizeof(paste_end) - 1);
	size_t len = end ? (size_t)(end - rest.p) : rest.len, room;

	if (!end)
		for (size_t part = sizeof(paste_end) - 2; part > 0; part--)
			if (len >= part && memcmp(rest.p + len - part, paste_end, part) == 0) {
				len -= part;
				break;
			}
	room = KEYSEQ_PASTE - seq->paste.len;
	seq->paste_cut = seq->paste_cut || len > room;
	buf_add(&seq->paste, rest.p, len < room ? len : room);
	seq->at += len;
	if (!end)
		return FOUND_PART;
	seq->at += sizeof(paste_end) - 1;
	seq->pasting = false;
	*out = (struct input){ .kind = INPUT_PASTE, .cut = seq->paste_cut,
			       .text = str_sub(seq->paste.data, seq->paste.len) };
	return FOUND_EVENT;
}

/* The mark of a paste whose ESC came so early that it was taken for a key. */
static enum found take_late(struct keyseq *seq, struct str rest, struct input *out)
{
	static const char mark[] = "[200~";

	if (rest.len < sizeof(mark) - 1 && memcmp(rest.p, mark, rest.len) == 0)
		return FOUND_PART;
	seq->late = false;
	if (!str_starts(rest, mark))
		return FOUND_NOTHING;
	start_paste(seq);
	return give(seq, sizeof(mark) - 1, KEYCODE_NONE, out);
}

static enum found take(struct keyseq *seq, struct input *out)
{
	struct str rest = rest_of(seq);
	enum found own;

	if (seq->pasting)
		return take_paste(seq, rest, out);
	if (seq->late)
		return take_late(seq, rest, out);
	own = find_own(seq, rest, out);
	if (own == FOUND_EVENT || (own == FOUND_PART && rest.len > 1))
		return own;
	if (rest.p[0] == '\033')
		return take_escape(seq, rest, out);
	return take_character(seq, rest, out);
}

bool keyseq_next(struct keyseq *seq, struct input *out)
{
	*out = (struct input){ 0 };
	while (seq->at < seq->bytes.len) {
		enum found found = take(seq, out);

		if (found == FOUND_EVENT)
			return true;
		if (found == FOUND_PART)
			break;
	}
	if (seq->flush && keyseq_waits(seq)) {
		seq->flush = false;
		seq->late = true;
		return give(seq, 1, KEYCODE_ESC, out) == FOUND_EVENT;
	}
	seq->flush = false;
	return false;
}

bool keyseq_waits(const struct keyseq *seq)
{
	return !seq->pasting && seq->bytes.len - seq->at == 1 && seq->bytes.data[seq->at] == '\033';
}

void keyseq_flush(struct keyseq *seq)
{
	seq->flush = true;
}
