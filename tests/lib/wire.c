#include "tests/lib/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

/*
 *                ESC            [                 0x40..0x7e
 *   GROUND ----------> ESCAPE ------> CSI -----------------------> GROUND
 *                        |  ] P X ^ _
 *                        +------------> STRING --- BEL, ESC \ ---> GROUND
 *                        |  ( ) * +                               (ST and CAN too)
 *                        +------------> CHARSET --- any ---------> GROUND
 */
enum { GROUND, ESCAPE, CSI, STRING, STRING_ESCAPE, CHARSET };

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a, DEL = 0x7f };

/* What ncurses sends for xterm, vt100, screen and tmux entries. */
static const char known_csi[] = "@ABCDEFGHIJKLMPSTXZ`abdefghlmr";
static const char known_escape[] = "78=>MDE";
static const char known_c0[] = "\b\t\n\r\016\017";

/* Window manipulation: only the title stack, which smcup and rmcup of xterm use too. */
static const char *const known_window[] = {
	"22;0;0t", "23;0;0t", "22;0t", "23;0t", "22;2t", "23;2t", "22t", "23t",
};

static const struct { uint32_t first, last; } invisible[] = {
	{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160}, {0x17b4, 0x17b5},
	{0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
	{0xe000, 0xf8ff}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb},
	{0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

static const struct { enum wire_mode mode; const char *left; } left_on[] = {
	{WIRE_ALT, "alternate screen on"}, {WIRE_ALT_OLD, "alternate screen on"},
	{WIRE_MOUSE, "mouse reporting on"}, {WIRE_MOUSE_DRAG, "mouse reporting on"},
	{WIRE_MOUSE_MOVE, "mouse reporting on"}, {WIRE_MOUSE_SGR, "mouse reporting on"},
	{WIRE_FOCUS, "focus reporting on"}, {WIRE_PASTE, "bracketed paste on"},
	{WIRE_CURSOR_KEYS, "cursor keys in application mode"},
};

bool wire_is_invisible(uint32_t cp)
{
	for (size_t i = 0; i < ARRAY_LEN(invisible); i++)
		if (cp >= invisible[i].first && cp <= invisible[i].last)
			return true;
	return false;
}

bool wire_mode(const struct wire *wire, enum wire_mode mode)
{
	for (size_t i = 0; i < wire->mode_count; i++)
		if (wire->modes[i].number == (int)mode)
			return wire->modes[i].on;
	return mode == WIRE_CURSOR_SHOWN;
}

const char *wire_left_on(const struct wire *wire)
{
	for (size_t i = 0; i < ARRAY_LEN(left_on); i++)
		if (wire_mode(wire, left_on[i].mode))
			return left_on[i].left;
	return wire_mode(wire, WIRE_CURSOR_SHOWN) ? NULL : "cursor hidden";
}

static void foreign(struct wire *wire, const char *what)
{
	if (wire->foreign++ > 0)
		return;
	int at = snprintf(wire->foreign_text, sizeof(wire->foreign_text), "%s ", what);
	for (size_t i = 0; i < wire->len && at + 5 < (int)sizeof(wire->foreign_text); i++) {
		unsigned char c = (unsigned char)wire->sequence[i];

		at += snprintf(wire->foreign_text + at, 5, c > ' ' && c < DEL ? "%c" : "\\x%02x", c);
	}
}

static void foreign_number(struct wire *wire, const char *what, uint32_t number)
{
	wire->len = (size_t)snprintf(wire->sequence, sizeof(wire->sequence), "%04X", number);
	foreign(wire, what);
	wire->len = 0;
}

static void set_mode(struct wire *wire, int number, bool on)
{
	size_t at = 0;

	while (at < wire->mode_count && wire->modes[at].number != number)
		at++;
	if (at == WIRE_MODES)
		return;
	if (at == wire->mode_count)
		wire->mode_count++;
	wire->modes[at].number = number;
	wire->modes[at].on = on;
}

/* The numbers of "?1006;1000h", one after the other. */
static void set_modes(struct wire *wire, bool on)
{
	const char *p = wire->sequence + 1;

	while (*p >= '0' && *p <= '9') {
		char *end;

		set_mode(wire, (int)strtol(p, &end, 10), on);
		p = *end == ';' ? end + 1 : end;
	}
}

static bool is_colour(long sgr)
{
	return (sgr >= 30 && sgr <= 38) || (sgr >= 40 && sgr <= 48) || (sgr >= 90 && sgr <= 107);
}

static void count_colours(struct wire *wire)
{
	const char *p = wire->sequence;

	while (*p >= '0' && *p <= '9') {
		char *end;
		long sgr = strtol(p, &end, 10);

		if (is_colour(sgr))
			wire->colours++;
		if (sgr == 38 || sgr == 48)	/* what follows is its palette index */
			return;
		p = *end == ';' ? end + 1 : end;
	}
}

static bool window_known(const char *sequence)
{
	for (size_t i = 0; i < ARRAY_LEN(known_window); i++)
		if (strcmp(sequence, known_window[i]) == 0)
			return true;
	return false;
}

static void csi_done(struct wire *wire, char final)
{
	bool private = wire->sequence[0] == '?';

	if (final == 't' ? !window_known(wire->sequence) : !strchr(known_csi, final))
		foreign(wire, "CSI");
	else if (private && (final == 'h' || final == 'l'))
		set_modes(wire, final == 'h');
	else if (final == 'm' && !private)
		count_colours(wire);
	wire->state = GROUND;
}

static void string_done(struct wire *wire)
{
	const char *s = wire->sequence;

	if (s[0] == ']' && (s[1] == '0' || s[1] == '2') && s[2] == ';')
		snprintf(wire->title, sizeof(wire->title), "%s", s + 3);
	else
		foreign(wire, "string");
	wire->state = GROUND;
}

static void start(struct wire *wire, int state)
{
	wire->sequences++;
	wire->state = state;
	wire->len = 0;
	wire->sequence[0] = '\0';
}

static void collect(struct wire *wire, unsigned char byte)
{
	if (wire->len + 1 < sizeof(wire->sequence)) {
		wire->sequence[wire->len++] = (char)byte;
		wire->sequence[wire->len] = '\0';
	}
}

static void character_done(struct wire *wire)
{
	if (wire->cp >= 0x80 && wire->cp < 0xa0)
		foreign_number(wire, "C1 as UTF-8", wire->cp);
	else if (wire_is_invisible(wire->cp))
		foreign_number(wire, "invisible character", wire->cp);
}

static void high_byte(struct wire *wire, unsigned char byte)
{
	wire->high++;
	if (wire->more > 0 && (byte & 0xc0) == 0x80) {
		wire->cp = wire->cp << 6 | (byte & 0x3fU);
		if (--wire->more == 0)
			character_done(wire);
	} else if (byte >= 0xc2 && byte <= 0xf4 && wire->more == 0) {
		wire->more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
		wire->cp = byte & (0x3fU >> wire->more);
	} else {
		wire->more = 0;
		foreign_number(wire, "byte outside UTF-8", byte);
	}
}

static void ground(struct wire *wire, unsigned char byte)
{
	if (byte >= 0x80) {
		high_byte(wire, byte);
		return;
	}
	if (wire->more > 0)
		foreign_number(wire, "cut character before", byte);
	wire->more = 0;
	if (byte == ESC)
		start(wire, ESCAPE);
	else if (byte == BEL)
		wire->bells++;
	else if (byte == DEL || (byte < ' ' && !strchr(known_c0, byte)))	/* NUL is padding */
		foreign_number(wire, "control", byte);
}

static void escape(struct wire *wire, unsigned char byte)
{
	collect(wire, byte);
	if (byte == '[') {
		wire->len = 0;
		wire->sequence[0] = '\0';
		wire->state = CSI;
	} else if (strchr("]PX^_", byte)) {
		wire->state = STRING;
	} else if (strchr("()*+", byte)) {
		wire->state = CHARSET;
	} else {
		if (!strchr(known_escape, byte))
			foreign(wire, "ESC");
		wire->state = GROUND;
	}
}

static void csi(struct wire *wire, unsigned char byte)
{
	collect(wire, byte);
	if (byte >= '@' && byte < DEL) {
		csi_done(wire, (char)byte);
	} else if (byte < ' ' || byte >= DEL) {
		foreign(wire, "broken CSI");
		wire->state = GROUND;
	}
}

static void string(struct wire *wire, unsigned char byte)
{
	if (byte == BEL || byte == 0x9c)
		string_done(wire);
	else if (byte == ESC)
		wire->state = STRING_ESCAPE;
	else if (byte == CAN || byte == SUB)
		wire->state = GROUND;
	else
		collect(wire, byte);
}

static void step(struct wire *wire, unsigned char byte)
{
	switch (wire->state) {
	case ESCAPE:
		escape(wire, byte);
		break;
	case CSI:
		csi(wire, byte);
		break;
	case STRING:
		string(wire, byte);
		break;
	case STRING_ESCAPE:
		string_done(wire);
		if (byte != '\\')
			escape(wire, byte);
		break;
	case CHARSET:
		wire->state = GROUND;
		break;
	default:
		ground(wire, byte);
	}
}

void wire_feed(struct wire *wire, const char *bytes, size_t len)
{
	wire->bytes += len;
	for (size_t i = 0; i < len; i++)
		step(wire, (unsigned char)bytes[i]);
}
