#include "tests/lib/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/num.h"

enum { CURL_REFUSED = 7, CURL_TIMEOUT = 28 };

const char *recorded_folder(void)
{
	static char path[512];
	const char *shared = getenv("BINNACLE_SHARED");

	(void)snprintf(path, sizeof(path), "%s/data/captures", shared ? shared : "../shared");
	return path;
}

void recorded_or_skip(void)
{
	struct stat about;

	if (stat(recorded_folder(), &about) == 0)
		return;
	print_message("SKIPPED: no shared captures at %s\n", recorded_folder());
	skip();
}

/* The bytes of a recording; len 0 when there is none. The caller frees them. */
static char *read_raw(const char *folder, const char *name, size_t *len)
{
	char path[1024], *bytes;
	size_t cap = 0;
	FILE *file;

	*len = 0;
	(void)snprintf(path, sizeof(path), "%s/%s/%s.raw", recorded_folder(), folder, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	bytes = mem_grow(NULL, &cap, 1 << 20, 1);
	*len = fread(bytes, 1, cap, file);
	(void)fclose(file);
	return bytes;
}

static void read_header(struct str line, struct reply *reply)
{
	int64_t seconds;
	struct str name;

	if (!str_cut(&line, ':', &name))
		return;
	line = str_trim(line);
	if (str_has_nocase(name, "Date"))
		(void)when_parse_http(line, &reply->date);
	if (str_has_nocase(name, "Content-Type"))
		(void)str_copy(reply->content_type, sizeof(reply->content_type), line);
	if (str_has_nocase(name, "Retry-After") && num_parse_i64(line, &seconds))
		reply->retry_after = seconds * WHEN_SECOND;
	if (str_has_nocase(name, "Location"))
		(void)str_copy(reply->location, sizeof(reply->location), line);
}

/* A head and a body, or curl's note that there was no answer. */
static void read_reply(const struct desk *desk, struct str raw, struct reply *reply)
{
	struct str line;
	int code = 0;

	*reply = desk_reply(desk, NULL);
	if (sscanf(raw.p, "curl exit %d", &code) == 1) {
		reply->kind = code == CURL_REFUSED ? REPLY_REFUSED : REPLY_TIMEOUT;
		reply->status = 0;
		assert_true(code == CURL_REFUSED || code == CURL_TIMEOUT);
		return;
	}
	assert_int_equal(sscanf(raw.p, "HTTP/1.%*d %d", &reply->status), 1);
	while (str_cut(&raw, '\n', &line) && str_trim(line).len > 0)
		read_header(line, reply);
	reply->body = raw;
}

bool recorded_feed(struct desk *desk, const char *folder, const char *name, size_t ask, msec took)
{
	struct reply reply;
	size_t len;
	char *bytes = read_raw(folder, name, &len);

	if (!bytes)
		return false;
	read_reply(desk, str_sub(bytes, len), &reply);
	if (reply.date != WHEN_NEVER)
		desk->now.wall = reply.date;
	reply.at = desk->now.wall;
	reply.took = took;
	desk_take(desk, ask, &reply);
	mem_free(bytes);
	return true;
}

bool recorded_expect(struct desk *desk, const char *folder, enum state state, const char *word)
{
	const struct report *report = desk_judge(desk);

	if (report->state == state && strstr(report->because, word))
		return true;
	print_message("%s: is %s (%s), wanted %s with \"%s\"\n", folder,
		      state_word(report->state), report->because, state_word(state), word);
	return false;
}
