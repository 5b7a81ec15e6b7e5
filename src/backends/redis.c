/* redis.c: what is asked of Redis and read from its replies; redis_judge.c judges. */
#include "backends/redis.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "backends/kinds.h"
#include "base/num.h"
#include "base/outside.h"

enum { WHY = 200 };

static const char *const roles[] = { "primary", "replica", "any", NULL };

static const struct setting settings[] = {
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct redis_config, source.url),
	  .scheme = "redis://", .required = true,
	  .help = "Where it answers, redis://host:port; a database after it changes nothing." },
	SOURCE_SETTINGS(struct redis_config, "10s", "5s"),
	{ .key = "user", .type = SETTING_TEXT,
	  .offset = offsetof(struct redis_config, source.access.basic_user),
	  .help = "User of its access list; the default one when absent." },
	{ .key = "password", .type = SETTING_SECRET,
	  .offset = offsetof(struct redis_config, source.access.basic_password),
	  .help = "Password that AUTH is sent with; it goes over the network unencrypted." },
	{ .key = "role", .type = SETTING_CHOICE, .offset = offsetof(struct redis_config, role),
	  .def = "primary", .choices = roles,
	  .help = "What it must be; a replica where writes should go is BAD." },
	{ .key = "memory", .type = SETTING_INT, .offset = offsetof(struct redis_config, memory),
	  .def = "90", .min = 1, .max = 100,
	  .help = "Percent of maxmemory in use from which to warn." },
	{ .key = "silence", .type = SETTING_DURATION,
	  .offset = offsetof(struct redis_config, silence), .def = "15s", .min = 1000,
	  .max = 3600000,
	  .help = "Silence of the primary from which its replica is STALE; longer than"
		  " repl-ping-replica-period, which is 10s unless changed." },
	SETTING_END
};

static const struct {
	const char *begin;
	enum state state;
	const char *text;
} errors[] = {
	[REDIS_NO_ERROR] = { "+", STATE_OK, "" },
#define X(sym, begin, state, text) [REDIS_ERROR_##sym] = { begin, STATE_##state, text },
	REDIS_ERRORS(X)
#undef X
};

enum redis_error redis_error_of(const char *cell)
{
	for (size_t i = REDIS_NO_ERROR + 1; cell && i < ARRAY_LEN(errors); i++)
		if (str_starts(str_of(cell), errors[i].begin))
			return (enum redis_error)i;
	return REDIS_NO_ERROR;
}

enum state redis_error_state(enum redis_error error)
{
	return errors[error].state;
}

const char *redis_error_text(enum redis_error error)
{
	return errors[error].text;
}

static const struct {
	const char *key;
	size_t offset, size;
} texts[] = {
#define TEXT(key, member) { key, offsetof(struct redis_info, member), \
			    sizeof(((struct redis_info *)NULL)->member) }
	TEXT("redis_version", version), TEXT("role", role), TEXT("maxmemory_policy", policy),
	TEXT("master_host", master), TEXT("master_link_status", link),
	TEXT("rdb_last_bgsave_status", bgsave), TEXT("aof_last_write_status", aof),
#undef TEXT
};

static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
#define NUMBER(key, member) { key, offsetof(struct redis_info, member) }
	NUMBER("used_memory", used_memory), NUMBER("maxmemory", max_memory),
	NUMBER("mem_not_counted_for_evict", uncounted), NUMBER("evicted_keys", evicted_keys),
	NUMBER("connected_clients", connected_clients),
	NUMBER("connected_slaves", connected_replicas), NUMBER("loading", loading),
	NUMBER("master_port", master_port), NUMBER("master_last_io_seconds_ago", last_io_s),
	NUMBER("master_link_down_since_seconds", link_down_s),
	NUMBER("master_sync_in_progress", syncing),
#undef NUMBER
};

static int64_t *number_at(struct redis_info *info, size_t i)
{
	return (int64_t *)(void *)((char *)info + numbers[i].offset);
}

static void read_line(struct redis_info *out, struct str key, struct str value)
{
	int64_t number;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_eq(key, texts[i].key))
			(void)outside_put((char *)out + texts[i].offset, texts[i].size, value);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (str_eq(key, numbers[i].key))
			*number_at(out, i) = num_parse_i64(value, &number) ? number : -1;
}

void redis_read_info(struct redis_info *out, struct str text)
{
	struct str line, key;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		*number_at(out, i) = -1;
	while (str_cut(&text, '\n', &line))
		if (memchr(line.p, ':', line.len) && str_cut(&line, ':', &key))
			read_line(out, key, str_trim(line));
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct source_config *source = config;

	assert(max >= 1);
	out[0] = (struct ask){
		.name = "info", .what = "PING and INFO", .via = ASK_REDIS, .every = source->every,
		.timeout = source->timeout, .blinds = "whether it takes writes, and how full it is",
	};
	return 1;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	static const char *const commands[] = { "PING", "INFO", NULL };

	(void)look;
	(void)ask;
	out->commands = commands;
	return true;
}

/* An error that tells only of us, or that nobody knows, is no answer. */
static enum decoded refuse(const char *command, const char *cell, char why[WHY])
{
	enum redis_error error = redis_error_of(cell);
	char words[120];

	if (error && redis_error_text(error)) {
		(void)str_put(why, WHY, redis_error_text(error));
		return DECODED_BAD;
	}
	(void)outside_put(words, sizeof(words), str_of(cell ? cell + (error ? 1 : 0) : "nothing"));
	(void)snprintf(why, WHY, "answers %s with %s", command, words);
	return DECODED_BAD;
}

/* Redis 5 and those since say it in different words. */
static bool wants_no_password(const char *cell)
{
	return str_has(str_of(cell), "without any password configured") ||
	       str_has(str_of(cell), "no password is set");
}

/* What was evicted since the answer before; a counter that fell belongs to a new process. */
static int64_t evicted_since(const struct redis_facts *before, const struct redis_info *info)
{
	int64_t last = before->has_info ? before->info.evicted_keys : -1;

	return last >= 0 && info->evicted_keys >= last ? info->evicted_keys - last : -1;
}

static bool is_told(enum redis_error error)
{
	return redis_error_state(error) != STATE_OK && redis_error_state(error) != STATE_UNKNOWN;
}

/* Where PING has said what is wrong, INFO may be missing; else it may say it itself. */
static enum decoded take_info(struct redis_facts *out, const char *cell, char why[WHY])
{
	struct redis_info info;

	if (!cell || *cell != '$') {
		out->has_info = false;
		if (out->error == REDIS_NO_ERROR)
			out->error = redis_error_of(cell);
		return is_told(out->error) ? DECODED_GOOD : refuse("INFO", cell, why);
	}
	redis_read_info(&info, str_of(cell + 1));
	out->evicted = evicted_since(out, &info);
	out->info = info;
	out->has_info = true;
	return DECODED_GOOD;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	const struct redis_config *redis = config;
	size_t auths = redis->source.access.basic_password.from != SECRET_NONE;
	const char *auth = auths ? rows_cell(&reply->rows, 0, "reply") : NULL;
	const char *ping = rows_cell(&reply->rows, auths, "reply");
	struct redis_facts *out = facts;
	bool refused;

	(void)ask;
	out->open = auth && wants_no_password(auth);
	refused = redis_error_of(auth) != REDIS_NO_ERROR && !out->open;
	out->error = redis_error_of(refused ? auth : ping);
	if (refused && !is_told(out->error))
		return refuse("AUTH", auth, why);
	if (!is_told(out->error) && (!ping || strcmp(ping, "+PONG") != 0))
		return refuse("PING", ping, why);
	return take_info(out, rows_cell(&reply->rows, auths + 1, "reply"), why);
}

const struct backend redis_backend = {
	.kind = "redis",
	.settings = settings,
	.config_size = sizeof(struct redis_config),
	.facts_size = sizeof(struct redis_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = redis_judge,
};
