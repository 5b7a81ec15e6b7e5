#include "io/dns_wire.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	HEADER = 12, NAME_MAX_LEN = 253, LABEL_MAX = 63, CLASS_IN = 1,
	FLAG_RESPONSE = 0x80, FLAG_RECURSION = 0x01, CODE_MASK = 0x0F, POINTER = 0xC0,
};

static void put16(unsigned char *at, unsigned value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static unsigned get16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

size_t dns_query(unsigned char out[DNS_QUERY_MAX], uint16_t id, const char *host, uint16_t type)
{
	struct str rest = str_of(host), label;
	size_t len = HEADER;

	if (!rest.len || rest.len > NAME_MAX_LEN)
		return 0;
	memset(out, 0, HEADER);
	put16(out, id);
	out[2] = FLAG_RECURSION;
	put16(out + 4, 1);
	while (str_cut(&rest, '.', &label)) {
		if (!label.len && !rest.len)
			break;		/* the dot at the end */
		if (!label.len || label.len > LABEL_MAX)
			return 0;
		out[len++] = (unsigned char)label.len;
		memcpy(out + len, label.p, label.len);
		len += label.len;
	}
	out[len++] = 0;
	put16(out + len, type);
	put16(out + len + 2, CLASS_IN);
	return len + 4;
}

/* The place after a name, 0 when it runs out of the packet. A pointer ends a name: it need not be
 * followed to get past it. */
static size_t skip_name(const unsigned char *bytes, size_t len, size_t at)
{
	while (at < len) {
		unsigned size = bytes[at];

		if (!size)
			return at + 1;
		if (size >= POINTER)
			return at + 2 <= len ? at + 2 : 0;
		at += 1 + size;
	}
	return 0;
}

static bool refuse(struct addresses *out, const char *why)
{
	str_put(out->error, sizeof(out->error), why);
	return false;
}

static const char *code_text(unsigned code)
{
	static const char *const texts[] = {
		[1] = "the name server did not understand",
		[2] = "the name server failed",
		[3] = "no such host",
		[4] = "the name server cannot do that",
		[5] = "the name server refused",
	};

	return code < ARRAY_LEN(texts) ? texts[code] : "the name server reported an error";
}

static void take_record(const unsigned char *data, size_t size, unsigned type,
			struct addresses *out)
{
	bool four = type == DNS_A && size == 4, six = type == DNS_AAAA && size == 16;

	if ((four || six) && out->count < RESOLVE_MAX &&
	    inet_ntop(four ? AF_INET : AF_INET6, data, out->text[out->count], RESOLVE_ADDRESS))
		out->count++;
}

bool dns_answer_id(const unsigned char *bytes, size_t len, uint16_t *id)
{
	if (len < HEADER || !(bytes[2] & FLAG_RESPONSE))
		return false;
	*id = (uint16_t)get16(bytes);
	return true;
}

/* The place after the questions, 0 when the packet ends before. */
static size_t skip_questions(const unsigned char *bytes, size_t len)
{
	size_t at = HEADER;

	for (unsigned left = get16(bytes + 4); left; left--) {
		at = skip_name(bytes, len, at);
		if (!at || at + 4 > len)
			return 0;
		at += 4;
	}
	return at;
}

bool dns_answer(const unsigned char *bytes, size_t len, uint16_t type, struct addresses *out)
{
	size_t at;

	if (len < HEADER)
		return refuse(out, "an answer cut short");
	if (bytes[3] & CODE_MASK)
		return refuse(out, code_text(bytes[3] & CODE_MASK));
	at = skip_questions(bytes, len);
	for (unsigned left = get16(bytes + 6); at && left; left--) {
		size_t size;

		at = skip_name(bytes, len, at);
		if (!at || at + 10 > len || at + 10 + get16(bytes + at + 8) > len)
			return refuse(out, "an answer cut short");
		size = get16(bytes + at + 8);
		if (get16(bytes + at) == type)
			take_record(bytes + at + 10, size, type, out);
		at += 10 + size;
	}
	return at ? true : refuse(out, "an answer cut short");
}
