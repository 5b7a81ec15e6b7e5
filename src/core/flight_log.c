#include "core/flight_log.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const char *const kind_words[] = {
#define X(sym, word) [FLIGHT_##sym] = (word),
	FLIGHT_KINDS(X)
#undef X
};

/* A series holds floats: what a double says beyond that is noise. */
static double shortened(double value)
{
	char text[32];
	double out = value;

	(void)snprintf(text, sizeof(text), "%.7g", value);
	(void)num_parse_double(str_of(text), &out);
	return out;
}

static json_t *row_json(const struct flight_row *row)
{
	json_t *out = json_object();

	json_set_text(out, "name", row->name);
	json_set_text(out, "state", state_word(row->state));
	json_set_time(out, "since", row->since);
	if (row->since_before)
		json_set_bool(out, "before", true);
	if (row->worst != STATE_COUNT && row->worst != row->state)
		json_set_text(out, "worst", state_word(row->worst));
	if (row->worst != STATE_COUNT)
		json_set_number(out, "value", shortened(row->value));
	return out;
}

static json_t *rows_json(const struct flight_row *rows, size_t count)
{
	json_t *out = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(out, row_json(&rows[i]));
	return out;
}

static json_t *parts_json(const struct flight_line *line)
{
	json_t *out = json_array();

	for (size_t i = 0; i < line->part_count; i++) {
		const struct flight_part *part = &line->parts[i];
		json_t *one = json_object();

		json_set_text(one, "name", part->name);
		json_set_text(one, "version", part->version);
		json_set_time(one, "seen", part->seen);
		if (part->deployed != WHEN_NEVER)
			json_set_time(one, "deployed", part->deployed);
		if (part->was[0])
			json_set_text(one, "was", part->was);
		json_array_append_new(out, one);
	}
	return out;
}

static void put_start(json_t *root, const struct flight_line *line)
{
	json_set_i64(root, "v", 1);
	json_set_text(root, "by", line->by);
	json_set_i64(root, "pid", line->pid);
	json_set_text(root, "environment", line->environment);
}

static void put_change(json_t *root, const struct flight_line *line)
{
	json_set_text(root, "what", line->change.what);
	json_set_text(root, "state", state_word(line->change.state));
	json_set_text(root, "text", line->change.text);
}

static void put_sample(json_t *root, const struct flight_line *line)
{
	json_set_time(root, "of", line->of);
	json_set_text(root, "state", state_word(line->state));
	json_set(root, "sources", rows_json(line->sources, line->source_count));
	json_set(root, "signals", rows_json(line->signals, line->signal_count));
	if (line->part_count > 0)
		json_set(root, "parts", parts_json(line));
}

void flight_encode(const struct flight_line *line, struct buf *out)
{
	static void (*const puts[])(json_t *root, const struct flight_line *line) = {
		[FLIGHT_START] = put_start, [FLIGHT_CHANGE] = put_change,
		[FLIGHT_SAMPLE] = put_sample,
	};
	json_t *root = json_object();

	_Static_assert(ARRAY_LEN(puts) == FLIGHT_KIND_COUNT, "every kind of line can be written");
	json_set_time(root, "at", line->at);
	json_set_text(root, "kind", kind_words[line->kind]);
	puts[line->kind](root, line);
	json_write(out, root);
	buf_char(out, '\n');
	json_decref(root);
}

static bool get_time(const json_t *object, const char *key, msec *out)
{
	const char *text = json_text_at(object, key, "");

	return when_parse(str_of(text), out) && *out > 0;
}

static bool get_state(const json_t *object, const char *key, enum state *out)
{
	const char *text = json_text_at(object, key, "");

	for (int state = 0; state < STATE_COUNT; state++) {
		if (strcmp(text, state_word((enum state)state)) == 0) {
			*out = (enum state)state;
			return true;
		}
	}
	return false;
}

static bool get_row(const json_t *from, struct flight_row *row)
{
	bool sampled = json_object_get(from, "value") != NULL;

	*row = (struct flight_row){ .worst = STATE_COUNT, .value = (double)NAN };
	if (!json_put_at(from, "name", row->name, sizeof(row->name)) || !row->name[0] ||
	    !get_state(from, "state", &row->state) || !get_time(from, "since", &row->since))
		return false;
	row->since_before = json_is_true(json_object_get(from, "before"));
	if (sampled && !get_state(from, "worst", &row->worst))
		row->worst = row->state;
	(void)json_double_at(from, "value", &row->value);
	return true;
}

static bool get_rows(const json_t *list, struct flight_row *rows, size_t max, size_t *count)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (*count == max || !get_row(json_array_get(list, i), &rows[*count]))
			return false;
		(*count)++;
	}
	return true;
}

static bool get_part(const json_t *from, struct flight_part *part)
{
	if (!json_put_at(from, "name", part->name, sizeof(part->name)) || !part->name[0] ||
	    !json_put_at(from, "version", part->version, sizeof(part->version)) ||
	    !get_time(from, "seen", &part->seen))
		return false;
	if (!get_time(from, "deployed", &part->deployed))
		part->deployed = WHEN_NEVER;
	(void)json_put_at(from, "was", part->was, sizeof(part->was));
	return true;
}

static bool get_parts(const json_t *list, struct flight_line *line)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (line->part_count == WORLD_COMPONENTS ||
		    !get_part(json_array_get(list, i), &line->parts[line->part_count]))
			return false;
		line->part_count++;
	}
	return true;
}

static bool get_start(const json_t *root, struct flight_line *line)
{
	int64_t pid;

	if (!json_i64_at(root, "pid", &pid) || pid < 0)
		return false;
	line->pid = (long)pid;
	return json_put_at(root, "by", line->by, sizeof(line->by)) &&
	       json_put_at(root, "environment", line->environment, sizeof(line->environment));
}

static bool get_change(const json_t *root, struct flight_line *line)
{
	struct change *change = &line->change;

	change->at = line->at;
	return json_put_at(root, "what", change->what, sizeof(change->what)) &&
	       json_put_at(root, "text", change->text, sizeof(change->text)) &&
	       get_state(root, "state", &change->state);
}

static bool get_sample(const json_t *root, struct flight_line *line)
{
	return get_time(root, "of", &line->of) && get_state(root, "state", &line->state) &&
	       get_rows(json_object_get(root, "sources"), line->sources, WORLD_SOURCES,
			&line->source_count) &&
	       get_rows(json_object_get(root, "signals"), line->signals, WORLD_SIGNALS,
			&line->signal_count) &&
	       get_parts(json_object_get(root, "parts"), line);
}

static bool get_kind(const json_t *root, enum flight_kind *out)
{
	const char *word = json_text_at(root, "kind", "");

	for (int kind = 0; kind < FLIGHT_KIND_COUNT; kind++) {
		if (strcmp(word, kind_words[kind]) == 0) {
			*out = (enum flight_kind)kind;
			return true;
		}
	}
	return false;
}

bool flight_decode(struct str text, struct flight_line *out, struct err *err)
{
	static bool (*const gets_of[])(const json_t *root, struct flight_line *line) = {
		[FLIGHT_START] = get_start, [FLIGHT_CHANGE] = get_change,
		[FLIGHT_SAMPLE] = get_sample,
	};
	json_t *root = json_read(text, FLIGHT_LINE, err);
	bool ok = false;

	memset(out, 0, sizeof(*out));
	if (!root)
		return false;
	if (!json_is_object(root) || !get_time(root, "at", &out->at))
		err_set(err, ERR_INPUT, "no line of a flight record: it has no time");
	else if (!get_kind(root, &out->kind))
		err_set(err, ERR_NOT_FOUND, "a line of a kind that is not known here");
	else if (!gets_of[out->kind](root, out))
		err_set(err, ERR_INPUT, "a line of kind %s that is not whole", kind_words[out->kind]);
	else
		ok = true;
	json_decref(root);
	return ok;
}
