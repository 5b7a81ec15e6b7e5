/* log_lines.c: what is followed, and what is found in its lines; log_judge.c judges. */
#include "backends/log_lines.h"

#include <assert.h>
#include <string.h>

#include "backends/kinds.h"
#include "backends/log_time.h"
#include "base/outside.h"
#include "base/pattern.h"

enum { WHY = 200 };

/* A time without a zone that lies farther from the reading is of another zone. */
static const msec near = 15 * WHEN_MINUTE;

static const struct setting pattern_settings[] = {
	{ .key = "match", .type = SETTING_REGEX, .offset = offsetof(struct log_pattern, match),
	  .required = true, .help = "What a line must match." },
	{ .key = "warn", .type = SETTING_THRESHOLD, .offset = offsetof(struct log_pattern, warn),
	  .help = "Lines in the window from which it is WARN." },
	{ .key = "bad", .type = SETTING_THRESHOLD, .offset = offsetof(struct log_pattern, bad),
	  .help = "Lines in the window from which it is BAD." },
	{ .key = "window", .type = SETTING_DURATION, .offset = offsetof(struct log_pattern, window),
	  .def = "5m", .min = 1000, .max = 86400000, .help = "How far back lines are counted." },
	SETTING_END
};

static const struct setting settings[] = {
	SOURCE_SETTINGS(struct log_config, "2s", "5s"),
	{ .key = "file", .type = SETTING_PATH, .offset = offsetof(struct log_config, file),
	  .help = "The file or FIFO that is followed, also when it is rotated." },
	{ .key = "command", .type = SETTING_TEXTS, .offset = offsetof(struct log_config, command),
	  .help = "Instead of file: a command that goes on writing lines, as a list of its words." },
	{ .key = "patterns", .type = SETTING_MAP, .max = LOG_PATTERNS,
	  .offset = offsetof(struct log_config, patterns),
	  .sub = pattern_settings, .sub_size = sizeof(struct log_pattern),
	  .help = "What is looked for, by name; each is a signal of that name." },
	{ .key = "quiet", .type = SETTING_DURATION, .offset = offsetof(struct log_config, quiet),
	  .min = 1000, .max = 604800000,
	  .help = "Silence from which the log is STALE; none when absent." },
	SETTING_END
};

size_t log_pattern_count(const struct log_config *config)
{
	return config->patterns.count < LOG_PATTERNS ? config->patterns.count : LOG_PATTERNS;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct source_config *source = config;

	assert(max >= 1);
	out[0] = (struct ask){
		.name = "lines", .what = "new lines", .via = ASK_FOLLOW, .every = source->every,
		.timeout = source->timeout, .blinds = "what the log says",
	};
	return 1;
}

static struct str target(const void *config, unsigned number)
{
	const struct log_config *log = config;

	(void)number;
	return str_of(log->file ? log->file : log->command.count ? log->command.items[0] : "");
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct log_config *config = look->config;

	(void)ask;
	out->file = config->file;
	out->argv = &config->command;
	return config->file || config->command.count > 0;
}

/* One answer on its way into the facts. */
struct reading_of {
	const struct log_config *config;
	const struct reply *reply;
	struct log_facts *facts;
	struct pattern *patterns[LOG_PATTERNS];
	bool before;		/* its lines were written before we looked */
};

/* When a line counts; WHEN_NEVER: it does not. */
static msec time_to_count(const struct reading_of *in, struct str line)
{
	msec read = in->reply->at, off;
	struct line_time time;

	if (!log_time(line, read, &time))
		return in->before ? WHEN_NEVER : read;
	off = time.at > read ? time.at - read : read - time.at;
	if (!time.zoned && !in->before && off > near)
		return read;
	if (time.at > read)
		return !time.zoned && off > near ? WHEN_NEVER : read;
	return time.at;
}

static int64_t bucket_of(const struct log_pattern *pattern, msec at)
{
	return at / (pattern->window / LOG_BUCKETS);
}

static void add_count(struct log_count *count, const struct log_pattern *pattern, msec at)
{
	int64_t bucket = bucket_of(pattern, at);

	count->total++;
	if (at > count->last_at)
		count->last_at = at;
	if (bucket <= count->newest - LOG_BUCKETS)
		return;
	if (bucket - count->newest >= LOG_BUCKETS)
		memset(count->buckets, 0, sizeof(count->buckets));
	else
		for (int64_t i = count->newest + 1; i <= bucket; i++)
			count->buckets[i % LOG_BUCKETS] = 0;
	if (bucket > count->newest)
		count->newest = bucket;
	count->buckets[bucket % LOG_BUCKETS]++;
}

uint64_t log_in_window(const struct log_count *count, const struct log_pattern *pattern, msec now)
{
	int64_t last = bucket_of(pattern, now);
	uint64_t sum = 0;

	for (int64_t i = last - LOG_BUCKETS + 1; i <= last; i++) {
		if (i > count->newest - LOG_BUCKETS && i <= count->newest)
			sum += count->buckets[i % LOG_BUCKETS];
	}
	return sum;
}

static void show(struct log_facts *facts, const char *pattern, struct str line, msec at)
{
	struct sighting *seen = &facts->seen[facts->matched++ % SIGHTINGS];
	char hash[LOG_HASH];

	*seen = (struct sighting){ .at = at };
	(void)str_put(seen->pattern, sizeof(seen->pattern), pattern);
	(void)outside_put(seen->text, sizeof(seen->text), line);
	if (log_hash(line, hash))
		(void)str_put(seen->hash, sizeof(seen->hash), hash);
}

/* A command that was started again writes lines that it wrote before. */
static bool was_seen(const struct reading_of *in, msec at)
{
	return in->reply->follow == FOLLOW_RESTARTED && at <= in->facts->newest_at;
}

static void take_line(struct reading_of *in, struct str line)
{
	const struct log_pattern *patterns = in->config->patterns.data;
	const char *first = NULL;
	msec at = WHEN_NEVER;

	in->facts->lines++;
	for (size_t i = 0; i < log_pattern_count(in->config); i++) {
		if (!pattern_matches(in->patterns[i], line))
			continue;
		if (!first) {
			first = patterns[i].name;
			at = time_to_count(in, line);
			if (was_seen(in, at))
				return;
		}
		if (at != WHEN_NEVER)
			add_count(&in->facts->counts[i], &patterns[i], at);
	}
	if (first)
		show(in->facts, first, line, at);
	if (at > in->facts->newest_at)
		in->facts->newest_at = at;
}

/* When the log has grown last: by the last line's own word where it was there before. */
static void note_growth(const struct reading_of *in, struct str last)
{
	msec read = in->reply->at;
	struct line_time time;
	bool says = last.len > 0 && log_time(last, read, &time) && time.at < read;

	if (in->reply->follow == FOLLOW_BEGUN || in->facts->grown_at == WHEN_NEVER)
		in->facts->grown_at = says ? time.at : read;
	else if (!in->before && in->reply->body.len > 0)
		in->facts->grown_at = read;
	else if (says && time.at > in->facts->grown_at)
		in->facts->grown_at = time.at;
}

static void note_follow(const struct reply *reply, struct log_facts *facts)
{
	switch (reply->follow) {
	case FOLLOW_ROTATED:
		facts->rotated_at = reply->at;
		break;
	case FOLLOW_TRUNCATED:
		facts->truncated_at = reply->at;
		break;
	case FOLLOW_RESTARTED:
		facts->restarted_at = reply->at;
		break;
	case FOLLOW_GOES_ON:
	case FOLLOW_BEGUN:
		break;
	}
	facts->lost += reply->lost;
	if (reply->lost > 0)
		facts->lost_at = reply->at;
}

static void begin(struct log_facts *facts, msec at)
{
	facts->begun = true;
	facts->begun_at = at;
	facts->newest_at = facts->grown_at = WHEN_NEVER;
	facts->rotated_at = facts->truncated_at = facts->restarted_at = WHEN_NEVER;
	facts->lost_at = WHEN_NEVER;
	for (size_t i = 0; i < LOG_PATTERNS; i++)
		facts->counts[i].last_at = WHEN_NEVER;
}

/* The expressions are compiled for each answer: what is compiled belongs to one thread. */
static bool compile(struct reading_of *in, char why[WHY])
{
	const struct log_pattern *patterns = in->config->patterns.data;
	struct err err = { 0 };

	for (size_t i = 0; i < log_pattern_count(in->config); i++) {
		in->patterns[i] = pattern_new(patterns[i].match, &err);
		if (!in->patterns[i]) {
			(void)str_put(why, WHY, err.text);
			return false;
		}
	}
	return true;
}

/* Our clock was set back: times that are still to come would hide what comes now. */
static void forget_the_future(const struct reading_of *in)
{
	const struct log_pattern *patterns = in->config->patterns.data;
	struct log_facts *facts = in->facts;
	msec read = in->reply->at;

	for (size_t i = 0; i < log_pattern_count(in->config); i++) {
		struct log_count *count = &facts->counts[i];
		int64_t bucket = bucket_of(&patterns[i], read);

		if (count->newest < bucket + LOG_BUCKETS)
			continue;
		memset(count->buckets, 0, sizeof(count->buckets));
		count->newest = bucket;
	}
	facts->newest_at = facts->newest_at < read ? facts->newest_at : read;
	facts->grown_at = facts->grown_at < read ? facts->grown_at : read;
}

static void take_lines(struct reading_of *in)
{
	struct str rest = in->reply->body, line, last = str_of("");

	while (str_cut(&rest, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		take_line(in, line);
		last = line;
	}
	note_growth(in, last);
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct reading_of in = { .config = config, .reply = reply, .facts = facts };
	bool good = compile(&in, why);

	(void)ask;
	in.before = reply->follow == FOLLOW_BEGUN || reply->follow == FOLLOW_RESTARTED;
	if (good) {
		if (!in.facts->begun)
			begin(in.facts, reply->at);
		note_follow(reply, in.facts);
		forget_the_future(&in);
		take_lines(&in);
	}
	for (size_t i = 0; i < LOG_PATTERNS; i++)
		pattern_free(in.patterns[i]);
	if (!good)
		return DECODED_BAD;
	return reply->more ? DECODED_MORE : DECODED_GOOD;
}

const struct backend log_backend = {
	.kind = "log",
	.settings = settings,
	.config_size = sizeof(struct log_config),
	.facts_size = sizeof(struct log_facts),
	.rank = 2,
	.target = target,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = log_judge,
};
