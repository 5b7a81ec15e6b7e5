#include "io/redis_reply.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Members of an array come before it is closed, with a parent; only whole replies are kept. */
static void *keep(const redisReadTask *task, char sign, struct str text)
{
	struct redis_cells *cells = task->privdata;

	if (task->parent)
		return cells;
	assert(cells->count < cells->wanted);
	cells->binary = cells->binary || memchr(text.p, '\0', text.len);
	cells->starts[cells->count++] = cells->text.len;
	buf_char(&cells->text, sign);
	buf_add(&cells->text, text.p, text.len);
	buf_char(&cells->text, '\0');
	return cells;
}

static void *keep_string(const redisReadTask *task, char *bytes, size_t len)
{
	char sign = task->type == REDIS_REPLY_ERROR ? '-' : task->type == REDIS_REPLY_STATUS ? '+' : '$';

	return keep(task, sign, str_sub(bytes, len));
}

static void *keep_number(const redisReadTask *task, char sign, long long number)
{
	struct buf digits = { .max = 32 };
	void *kept;

	buf_fmt(&digits, "%lld", number);
	kept = keep(task, sign, str_of(buf_cstr(&digits)));
	buf_done(&digits);
	return kept;
}

static void *keep_array(const redisReadTask *task, int count)
{
	return keep_number(task, '*', count);
}

static void *keep_integer(const redisReadTask *task, long long number)
{
	return keep_number(task, ':', number);
}

static void *keep_nil(const redisReadTask *task)
{
	struct redis_cells *cells = task->privdata;

	if (!task->parent)
		cells->starts[cells->count++] = SIZE_MAX;
	return cells;
}

static void forget(void *kept)
{
	(void)kept;
}

static redisReplyObjectFunctions functions = {
	.createString = keep_string,
	.createArray = keep_array,
	.createInteger = keep_integer,
	.createNil = keep_nil,
	.freeObject = forget,
};

void redis_cells_init(struct redis_cells *cells, size_t wanted, size_t max)
{
	assert(wanted > 0 && wanted <= REDIS_ROWS);
	memset(cells, 0, sizeof(*cells));
	cells->reader = redisReaderCreateWithFunctions(&functions);
	assert(cells->reader);
	cells->reader->privdata = cells;
	cells->wanted = wanted;
	cells->max = max;
}

void redis_cells_done(struct redis_cells *cells)
{
	if (cells->reader)
		redisReaderFree(cells->reader);
	buf_done(&cells->text);
	memset(cells, 0, sizeof(*cells));
}

enum redis_fed redis_cells_feed(struct redis_cells *cells, const char *bytes, size_t len)
{
	void *whole;

	cells->bytes += len;
	if (cells->bytes > cells->max)
		return REDIS_TOO_LARGE;
	if (redisReaderFeed(cells->reader, bytes, len) != REDIS_OK)
		return REDIS_GARBAGE;
	for (; cells->whole < cells->wanted; cells->whole++) {
		if (redisReaderGetReply(cells->reader, &whole) != REDIS_OK || cells->binary)
			return REDIS_GARBAGE;
		if (!whole)
			return REDIS_UNFINISHED;
	}
	return REDIS_COMPLETE;
}

bool redis_cells_end_in_error(const struct redis_cells *cells)
{
	size_t start = cells->whole ? cells->starts[cells->whole - 1] : SIZE_MAX;

	return start != SIZE_MAX && cells->text.data[start] == '-';
}

struct rows redis_cells_view(struct redis_cells *cells)
{
	static const char *const name = "reply";

	for (size_t i = 0; i < cells->whole; i++)
		cells->pointers[i] = cells->starts[i] == SIZE_MAX ? NULL :
				     cells->text.data + cells->starts[i];
	return (struct rows){ .columns = 1, .count = cells->whole, .names = &name,
			      .cells = cells->pointers };
}

static void put_word(struct buf *out, struct str word)
{
	buf_fmt(out, "$%zu\r\n", word.len);
	buf_add(out, word.p, word.len);
	buf_text(out, "\r\n");
}

void redis_put_command(struct buf *out, const char *command)
{
	struct str rest = str_of(command), word;
	size_t words = 1;

	for (const char *c = command; *c; c++)
		words += *c == ' ';
	buf_fmt(out, "*%zu\r\n", words);
	while (str_cut(&rest, ' ', &word))
		put_word(out, word);
}

void redis_put_auth(struct buf *out, const char *user, const char *password)
{
	buf_text(out, user ? "*3\r\n" : "*2\r\n");
	put_word(out, str_of("AUTH"));
	if (user)
		put_word(out, str_of(user));
	put_word(out, str_of(password));
}
