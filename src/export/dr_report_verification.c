/*
 * dr_report_verification.c: a verification as the evidence beside a journal, and back. One table
 * for each of its parts is writer and reader.
 */
#include <string.h>

#include "base/scrub.h"
#include "export/dr_report.h"

enum part_type {
	PART_NAME,			/* a text that is always there */
	PART_TEXT,			/* NULL: null */
	PART_INT,
	PART_SIZE,			/* -1: null */
	PART_BOOL,
	PART_TRI,			/* enum tri: null, false, true */
	PART_TIME,			/* WHEN_NEVER: null */
};

struct part {
	const char *key;
	enum part_type type;
	size_t offset;
};

#define PART(of, member, type) { #member, PART_##type, offsetof(struct of, member) }
#define PARTS_END { NULL, PART_NAME, 0 }

static const struct part artifact_parts[] = {
	PART(verified_artifact, path, NAME), PART(verified_artifact, expected, TEXT),
	PART(verified_artifact, actual, TEXT), PART(verified_artifact, bytes, SIZE),
	PART(verified_artifact, match, BOOL), PARTS_END
};
static const struct part count_parts[] = {
	PART(verified_count, name, NAME), PART(verified_count, golden_known, BOOL),
	PART(verified_count, restored_known, BOOL), PART(verified_count, golden, INT),
	PART(verified_count, restored, INT), PART(verified_count, tolerance, INT),
	PART(verified_count, within, BOOL), PARTS_END
};
static const struct part smoke_parts[] = {
	PART(verified_smoke, name, NAME), PART(verified_smoke, kind, NAME),
	PART(verified_smoke, target, TEXT), PART(verified_smoke, status_code, TEXT),
	PART(verified_smoke, took, SIZE), PART(verified_smoke, pass, TRI),
	PART(verified_smoke, skipped, TEXT), PART(verified_smoke, at, TIME), PARTS_END
};
static const struct part component_parts[] = {
	PART(verified_component, name, NAME), PART(verified_component, layer, TEXT),
	PART(verified_component, order, INT), PART(verified_component, started, TIME),
	PART(verified_component, ended, TIME), PART(verified_component, success, BOOL),
	PART(verified_component, rto, SIZE), PART(verified_component, note, TEXT), PARTS_END
};
static const struct part file_parts[] = {
	PART(verified_file, kind, NAME), PART(verified_file, path, NAME),
	PART(verified_file, sha256, NAME), PART(verified_file, bytes, SIZE),
	PART(verified_file, captured, TIME), PARTS_END
};
static const struct part backup_parts[] = {
	PART(verified_backup, manifest_id, TEXT), PART(verified_backup, backup_id, TEXT),
	PART(verified_backup, integrity_hash, TEXT), PART(verified_backup, rto_tier, TEXT),
	PART(verified_backup, created_by, TEXT), PART(verified_backup, release_tag, TEXT),
	PART(verified_backup, ledger, TEXT), PART(verified_backup, tx_hash, TEXT),
	PART(verified_backup, created, TIME), PART(verified_backup, block, SIZE), PARTS_END
};
static const struct part chain_parts[] = {
	PART(verified_chain, recovery_id, TEXT), PART(verified_chain, backup_id, TEXT),
	PART(verified_chain, executed_by, TEXT), PART(verified_chain, duration_secs, TEXT),
	PART(verified_chain, ledger, TEXT), PART(verified_chain, tx_hash, TEXT),
	PART(verified_chain, success, BOOL), PART(verified_chain, indexed, BOOL), PARTS_END
};
static const struct part own_parts[] = {
	PART(verification, started, TIME), PART(verification, ended, TIME),
	PART(verification, health_code, TEXT), PART(verification, indexer_code, TEXT),
	PART(verification, data_until, TIME), PARTS_END
};

static const struct list {
	const char *key;
	const struct part *parts;
	size_t size, items, count;	/* of one; where the pointer is, and where the number is */
} lists[] = {
#define LIST(what, one) \
	{ #what, one##_parts, sizeof(struct verified_##one), \
	  offsetof(struct verification, what), offsetof(struct verification, one##_count) }
	LIST(artifacts, artifact), LIST(counts, count), LIST(smokes, smoke),
	LIST(components, component), LIST(files, file),
};

static const struct single {
	const char *key;
	const struct part *parts;
	size_t size, at;
} singles[] = {
	{ "backup", backup_parts, sizeof(struct verified_backup),
	  offsetof(struct verification, backup) },
	{ "chain", chain_parts, sizeof(struct verified_chain),
	  offsetof(struct verification, chain) },
};

/* --- writing ---------------------------------------------------------------------------------- */

static void write_part(json_t *object, const struct part *part, const char *base)
{
	const void *at = base + part->offset;
	int64_t number;
	enum tri tri;

	switch (part->type) {
	case PART_NAME:
	case PART_TEXT:
		json_set_text(object, part->key, *(const char *const *)at);
		break;
	case PART_INT:
		json_set_i64(object, part->key, *(const int64_t *)at);
		break;
	case PART_SIZE:
		number = *(const int64_t *)at;
		json_set(object, part->key, number < 0 ? json_null() : json_integer(number));
		break;
	case PART_BOOL:
		json_set_bool(object, part->key, *(const bool *)at);
		break;
	case PART_TRI:
		tri = *(const enum tri *)at;
		json_set(object, part->key, tri == TRI_UNKNOWN ? json_null() : json_boolean(tri == TRI_YES));
		break;
	case PART_TIME:
		json_set_time(object, part->key, *(const msec *)at);
		break;
	}
}

static json_t *write_parts(const struct part *parts, const void *base)
{
	json_t *object = json_object();

	for (const struct part *part = parts; part->key; part++)
		write_part(object, part, base);
	return object;
}

static json_t *write_list(const struct list *list, const struct verification *verification)
{
	const char *base = (const char *)verification;
	const char *items = *(const char *const *)(const void *)(base + list->items);
	size_t count = *(const size_t *)(const void *)(base + list->count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, write_parts(list->parts, items + i * list->size));
	return array;
}

static json_t *write_failures(const struct verification *verification)
{
	json_t *array = json_array();
	struct buf text = { 0 };

	for (size_t i = 0; i < verification->failure_count; i++) {
		buf_clear(&text);
		scrub(&text, str_of(verification->failures[i]));
		json_array_append_new(array, json_stringn(buf_cstr(&text), text.len));
	}
	buf_done(&text);
	return array;
}

json_t *verification_json(const struct verification *verification)
{
	const char *base = (const char *)verification;
	json_t *root = json_object(), *own;

	json_set_text(root, "schema", "binnacle.verification/1");
	own = write_parts(own_parts, verification);
	json_object_update(root, own);
	json_decref(own);
	for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
		const void *one = *(const void *const *)(const void *)(base + singles[i].at);

		json_set(root, singles[i].key, one ? write_parts(singles[i].parts, one) : json_null());
	}
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		json_set(root, lists[i].key, write_list(&lists[i], verification));
	json_set(root, "failures", write_failures(verification));
	return root;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct err *err;
	const char *where;		/* "artifacts[2]"; "" at the top */
};

static bool wrong(const struct reader *r, const char *key, const char *what)
{
	return err_set(r->err, ERR_INPUT, "verification: %s%s%s is no %s", r->where,
		       *r->where ? "." : "", key, what);
}

/* Whoever wrote the file: what comes out of it is harmless to look at. */
static const char *clean(const struct reader *r, const json_t *value)
{
	struct buf text = { 0 };
	const char *kept;

	scrub(&text, str_sub(json_string_value(value), json_string_length(value)));
	kept = arena_text(r->arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return kept;
}

static bool read_text(const struct reader *r, const struct part *part, const json_t *value,
		      const char **out)
{
	*out = NULL;
	if (json_is_string(value))
		*out = clean(r, value);
	else if (part->type == PART_NAME || !json_is_null(value))
		return wrong(r, part->key, "text");
	return true;
}

static bool read_number(const struct reader *r, const struct part *part, const json_t *value,
			int64_t *out)
{
	*out = -1;
	if (json_is_integer(value) && (part->type == PART_INT || json_integer_value(value) >= 0))
		*out = json_integer_value(value);
	else if (part->type == PART_INT || !json_is_null(value))
		return wrong(r, part->key, "number");
	return true;
}

static bool read_time(const struct reader *r, const struct part *part, const json_t *value,
		      msec *out)
{
	*out = WHEN_NEVER;
	if (json_is_null(value))
		return true;
	return (json_is_string(value) && when_parse(str_of(json_string_value(value)), out)) ||
	       wrong(r, part->key, "time");
}

static bool read_part(const struct reader *r, const struct part *part, const json_t *object,
		      char *base)
{
	const json_t *value = json_object_get(object, part->key);
	void *at = base + part->offset;

	switch (part->type) {
	case PART_NAME:
	case PART_TEXT:
		return read_text(r, part, value, at);
	case PART_INT:
	case PART_SIZE:
		return read_number(r, part, value, at);
	case PART_BOOL:
		*(bool *)at = json_is_true(value);
		return json_is_boolean(value) || wrong(r, part->key, "true or false");
	case PART_TRI:
		*(enum tri *)at = json_is_true(value) ? TRI_YES : json_is_false(value) ? TRI_NO :
										       TRI_UNKNOWN;
		return json_is_boolean(value) || json_is_null(value) ||
		       wrong(r, part->key, "true, false or null");
	case PART_TIME:
		return read_time(r, part, value, at);
	}
	return false;
}

static bool read_parts(const struct reader *r, const struct part *parts, const json_t *object,
		       void *base)
{
	if (!json_is_object(object))
		return err_set(r->err, ERR_INPUT, "verification: %s is no object",
			       *r->where ? r->where : "it");
	for (const struct part *part = parts; part->key; part++)
		if (!read_part(r, part, object, base))
			return false;
	return true;
}

static bool read_list(struct reader *r, const struct list *list, const json_t *root,
		      struct verification *out)
{
	const json_t *array = json_object_get(root, list->key);
	size_t count = json_array_size(array);
	char *items = arena_array(r->arena, count + 1, list->size), *base = (char *)out;

	r->where = "";
	if (!json_is_array(array))
		return wrong(r, list->key, "list");
	*(void **)(void *)(base + list->items) = items;
	*(size_t *)(void *)(base + list->count) = count;
	for (size_t i = 0; i < count; i++) {
		r->where = arena_fmt(r->arena, "%s[%zu]", list->key, i);
		if (!read_parts(r, list->parts, json_array_get(array, i), items + i * list->size))
			return false;
	}
	return true;
}

static bool read_single(struct reader *r, const struct single *single, const json_t *root,
			struct verification *out)
{
	const json_t *object = json_object_get(root, single->key);
	void *one = arena_new(r->arena, single->size);

	r->where = single->key;
	if (json_is_null(object))
		return true;
	*(void **)(void *)((char *)out + single->at) = one;
	return read_parts(r, single->parts, object, one);
}

static bool read_failures(struct reader *r, const json_t *root, struct verification *out)
{
	const json_t *array = json_object_get(root, "failures");
	size_t count = json_array_size(array);

	r->where = "";
	out->failures = arena_array(r->arena, count + 1, sizeof(*out->failures));
	for (size_t i = 0; i < count; i++) {
		const json_t *text = json_array_get(array, i);

		if (!json_is_string(text))
			return wrong(r, "failures", "list of texts");
		out->failures[out->failure_count++] = clean(r, text);
	}
	return json_is_array(array) || wrong(r, "failures", "list");
}

static bool read_root(struct reader *r, const json_t *root, struct verification *out)
{
	if (strcmp(json_text_at(root, "schema", ""), "binnacle.verification/1") != 0)
		return err_set(r->err, ERR_INPUT, "no verification: its schema is another");
	if (!read_parts(r, own_parts, root, out) || !read_failures(r, root, out))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (!read_list(r, &lists[i], root, out))
			return false;
	for (size_t i = 0; i < ARRAY_LEN(singles); i++)
		if (!read_single(r, &singles[i], root, out))
			return false;
	return true;
}

bool verification_read(struct str json, struct arena *arena, struct verification *out,
		       struct err *err)
{
	struct reader r = { .arena = arena, .err = err, .where = "" };
	json_t *root = json_read(json, JSON_MAX_PINNED, err);
	bool ok;

	*out = (struct verification){ 0 };
	if (!root)
		return err_add(err, "no verification");
	ok = read_root(&r, root, out);
	json_decref(root);
	return ok;
}
