/*
 * datum.c: SOURCE.FIELD, the names by which checks reach what is known (formats.md 7.3, 7.7). A
 * signal has `value`, `state` and `age`; where a source has the same name, that one is meant.
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "core/internal.h"

const struct source *datum_source(const struct world *world, const char *path,
				  const char **field)
{
	const struct source *by_name = NULL, *by_kind = NULL;
	size_t longest = 0, kinds = 0;

	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];
		size_t name = strlen(source->name), kind = strlen(source->kind);

		if (strncmp(path, source->name, name) == 0 && path[name] == '.' && name > longest) {
			by_name = source;
			longest = name;
		}
		if (strncmp(path, source->kind, kind) == 0 && path[kind] == '.') {
			by_kind = source;
			kinds++;
		}
	}
	if (!by_name && kinds != 1)
		return NULL;
	*field = path + (by_name ? longest : strlen(by_kind->kind)) + 1;
	return by_name ? by_name : by_kind;
}

/* One step into a value: a member by key, an item by number or by its "name". */
static const json_t *step(const json_t *at, struct str word)
{
	const json_t *item;
	uint64_t number;
	size_t i;

	if (json_is_object(at))
		return json_object_getn(at, word.p, word.len);
	if (num_parse_u64(word, &number))
		return json_array_get(at, (size_t)number);
	for (i = 0; i < json_array_size(at); i++) {
		item = json_array_get(at, i);
		if (str_eq(word, json_text_at(item, "name", "")))
			return item;
	}
	return NULL;
}

/* The unit that the published names end in. */
static const char *unit_of(struct str word)
{
	static const struct {
		const char *ending, *unit;
	} units[] = {{"_s", "s"}, {"_ms", "ms"}, {"_bytes", "bytes"}, {"_percent", "%"}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_ends(word, units[i].ending))
			return units[i].unit;
	return "";
}

static void set_number(struct datum *out, double number, const char *unit)
{
	out->kind = DATUM_NUMBER;
	out->number = number;
	str_put(out->unit, sizeof(out->unit), unit);
}

static void set_text(struct datum *out, const char *text)
{
	out->kind = DATUM_TEXT;
	str_put(out->text, sizeof(out->text), text);
}

static bool set_json(struct datum *out, const json_t *value, struct str word)
{
	if (json_is_string(value)) {
		set_text(out, json_string_value(value));
	} else if (json_is_number(value)) {
		set_number(out, json_number_value(value), unit_of(word));
	} else if (json_is_boolean(value)) {
		out->kind = DATUM_BOOL;
		out->truth = json_is_true(value);
	} else if (json_is_array(value)) {
		set_number(out, (double)json_array_size(value), "");
	} else {
		return json_is_null(value);
	}
	return true;
}

static bool set_field(struct datum *out, const struct source *source, const char *field)
{
	const json_t *at = source->fields;
	struct str rest = str_of(field), word = {0};

	while (at && str_cut(&rest, '.', &word))
		at = step(at, word);
	return at && set_json(out, at, word);
}

static void set_duration(struct datum *out, msec duration)
{
	if (duration != WHEN_NEVER)
		set_number(out, (double)duration / (double)WHEN_SECOND, "s");
}

/* The longest name that fits, as of sources. */
static const struct signal *find_signal(const struct world *world, const char *path,
					const char **field)
{
	const struct signal *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < world->signal_count; i++) {
		size_t name = strlen(world->signals[i].name);

		if (strncmp(path, world->signals[i].name, name) == 0 && path[name] == '.' &&
		    name > longest) {
			found = &world->signals[i];
			longest = name;
		}
	}
	if (found)
		*field = path + longest + 1;
	return found;
}

static bool set_signal(struct datum *out, const struct world *world, const char *path)
{
	const char *field;
	const struct signal *signal = find_signal(world, path, &field);

	if (!signal)
		return false;
	*out = (struct datum){.state = signal->state, .age = WHEN_NEVER,
			      .old = signal->state == STATE_STALE};
	if (signal->known)
		out->age = world->now > signal->at ? world->now - signal->at : 0;
	if (strcmp(field, "state") == 0)
		set_text(out, state_word(signal->state));
	else if (strcmp(field, "age") == 0)
		set_duration(out, out->age);
	else if (strcmp(field, "value") != 0)
		return false;
	else if (signal->known)
		set_number(out, signal->value, signal->unit);
	return true;
}

bool world_datum(const struct world *world, const char *path, struct datum *out)
{
	const char *field;
	const struct source *source = datum_source(world, path, &field);

	if (!source)
		return set_signal(out, world, path);
	*out = (struct datum){.state = source->state, .age = WHEN_NEVER,
			      .old = source->state == STATE_STALE &&
				     source->last.state != STATE_STALE};
	if (source->newest != WHEN_NEVER)
		out->age = world->now > source->newest ? world->now - source->newest : 0;
	if (strcmp(field, "state") == 0)
		set_text(out, state_word(source->state));
	else if (strcmp(field, "age") == 0)
		set_duration(out, out->age);
	else if (strcmp(field, "latency") == 0)
		set_duration(out, source->latency);
	else
		return set_field(out, source, field);
	return true;
}
