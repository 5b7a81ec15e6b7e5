#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/outside.h"
#include "base/scrub.h"

enum { JSON_DEPTH = 64 };

/* What a parse will cost, counted outside strings. Wrong JSON may count wrongly and is refused
 * later. */
struct cost {
	size_t deepest, openers;
};

static struct cost cost_of(struct str s)
{
	struct cost cost = { 0 };
	size_t depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		if (quoted && c == '\\') {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '[' || c == '{')) {
			cost.openers++;
			depth++;
		} else if (!quoted && c == ',') {
			cost.openers++;
		} else if (!quoted && (c == ']' || c == '}') && depth > 0) {
			depth--;
		}
		if (depth > cost.deepest)
			cost.deepest = depth;
	}
	return cost;
}

static bool affordable(struct str bytes, size_t max, struct err *err)
{
	if (bytes.len > max)
		return err_set(err, ERR_LIMIT, "%zu bytes of JSON, at most %zu are read", bytes.len, max);
	struct cost cost = cost_of(bytes);
	if (cost.deepest > JSON_DEPTH)
		return err_set(err, ERR_LIMIT, "JSON nested more than %d levels deep", JSON_DEPTH);
	if (cost.openers > JSON_OPENERS)
		return err_set(err, ERR_LIMIT, "JSON of more than %d members", JSON_OPENERS);
	return true;
}

json_t *json_read(struct str bytes, size_t max, struct err *err)
{
	json_error_t why;
	if (!affordable(bytes, max, err))
		return NULL;
	json_t *root = json_loadb(bytes.len ? bytes.p : "", bytes.len,
				  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!root) {
		char text[sizeof(why.text)];
		outside_put(text, sizeof(text), str_of(why.text));
		err_set(err, ERR_INPUT, "not JSON: line %d: %s", why.line, text);
	}
	return root;
}

const json_t *json_at(const json_t *root, const char *path)
{
	struct str rest = str_of(path), key;
	while (root && str_cut(&rest, '.', &key)) {
		char name[128];
		root = str_copy(name, sizeof(name), key) ? json_object_get(root, name) : NULL;
	}
	return root;
}

const char *json_text_at(const json_t *root, const char *path, const char *fallback)
{
	const json_t *value = json_at(root, path);
	return json_is_string(value) ? json_string_value(value) : fallback;
}

static struct str string_of(const json_t *value)
{
	return str_sub(json_string_value(value), json_string_length(value));
}

bool json_i64_at(const json_t *root, const char *path, int64_t *out)
{
	const json_t *value = json_at(root, path);
	if (json_is_string(value))
		return num_parse_i64(string_of(value), out);
	if (!json_is_integer(value))
		return false;
	*out = json_integer_value(value);
	return true;
}

bool json_double_at(const json_t *root, const char *path, double *out)
{
	const json_t *value = json_at(root, path);
	if (json_is_string(value))
		return num_parse_double(string_of(value), out);
	if (!json_is_number(value))
		return false;
	*out = json_number_value(value);
	return true;
}

bool json_put_at(const json_t *root, const char *path, char *dst, size_t size)
{
	const json_t *value = json_at(root, path);
	struct buf text = { 0 };
	bool found = true;
	if (json_is_string(value))
		outside(&text, string_of(value));
	else if (json_is_integer(value))
		buf_fmt(&text, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		num_put(&text, json_real_value(value), 6);
	else if (json_is_boolean(value))
		buf_text(&text, json_is_true(value) ? "true" : "false");
	else
		found = false;
	scrub_put(dst, size, str_of(buf_cstr(&text)));
	buf_done(&text);
	return found;
}

static int write_some(const char *bytes, size_t len, void *arg)
{
	return buf_add(arg, bytes, len) ? 0 : -1;
}

/* 15 digits, so that 4.9 is not written as 4.9000000000000004. A full buf says so itself. */
void json_write(struct buf *out, const json_t *value)
{
	(void)json_dump_callback(value, write_some, out,
				 JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

void json_set(json_t *object, const char *key, json_t *value)
{
	int failed = json_object_set_new(object, key, value);
	assert(!failed);	/* keys are ours, values were made just before */
}

void json_set_text(json_t *object, const char *key, const char *text)
{
	if (!text) {
		json_set(object, key, json_null());
		return;
	}
	struct buf clean = { 0 };
	scrub(&clean, str_of(text));
	json_set(object, key, json_stringn(buf_cstr(&clean), clean.len));
	buf_done(&clean);
}

void json_set_time(json_t *object, const char *key, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	json_set_text(object, key, at == WHEN_NEVER ? NULL : text);
}

void json_set_i64(json_t *object, const char *key, int64_t value)
{
	json_set(object, key, json_integer(value));
}

void json_set_number(json_t *object, const char *key, double value)
{
	json_set(object, key, isfinite(value) ? json_real(value) : json_null());
}

void json_set_bool(json_t *object, const char *key, bool value)
{
	json_set(object, key, json_boolean(value));
}
