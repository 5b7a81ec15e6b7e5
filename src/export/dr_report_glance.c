/*
 * dr_report_glance.c: what the board needs of a report. It reads ours, and those of the scripts
 * that were there before (formats.md 5): they have no type, and their codes are texts or numbers.
 */
#include <string.h>

#include "base/outside.h"
#include "export/dr_report.h"

static bool put(const json_t *root, const char *path, char *out, size_t size, struct err *err)
{
	return json_put_at(root, path, out, size) ||
	       err_set(err, ERR_INPUT, "no report of a drill: %s is missing", path);
}

static bool put_time(const json_t *root, const char *key, msec *out, struct err *err)
{
	return when_parse(str_of(json_text_at(root, key, "")), out) ||
	       err_set(err, ERR_INPUT, "no report of a drill: %s is no time", key);
}

/* 200, "200", "000", and 0 for what had no answer. */
static bool has_code(const json_t *root, const char *key, struct err *err)
{
	int64_t code;

	return (json_i64_at(root, key, &code) && code >= 0 && code <= 999) ||
	       err_set(err, ERR_INPUT, "no report of a drill: %s is no status code", key);
}

static bool read_common(const json_t *root, struct dr_glance *out, struct err *err)
{
	const json_t *pass = json_object_get(root, "pass");

	if (!put_time(root, "start", &out->start, err) || !put_time(root, "end", &out->end, err) ||
	    !has_code(root, "health_status_code", err) ||
	    !has_code(root, "indexer_status_code", err))
		return false;
	out->pass = json_is_true(pass);
	return json_is_boolean(pass) ||
	       err_set(err, ERR_INPUT, "no report of a drill: pass is neither true nor false");
}

static bool read_ours(const json_t *root, struct dr_glance *out, struct err *err)
{
	enum drill_type type;

	if (!put(root, "drill.id", out->id, sizeof(out->id), err) ||
	    !put(root, "drill.type", out->type, sizeof(out->type), err) ||
	    !put(root, "drill.scenario", out->scenario, sizeof(out->scenario), err))
		return false;
	out->signed_off = json_is_string(json_at(root, "review.signed_off_by"));
	return drill_type_find(out->type, &type) ||
	       err_set(err, ERR_INPUT, "no report of a drill: '%s' is no type of one", out->type);
}

static bool read_root(const json_t *root, struct dr_glance *out, struct err *err)
{
	const json_t *schema = json_object_get(root, "schema");

	if (!json_is_object(root))
		return err_set(err, ERR_INPUT, "no report of a drill: it is no object");
	if (!read_common(root, out, err))
		return false;
	if (!schema)
		return true;
	if (strcmp(json_text_at(root, "schema", ""), "binnacle.dr_report/1") != 0)
		return err_set(err, ERR_INPUT, "no report of a drill: its schema is another");
	return read_ours(root, out, err);
}

bool dr_glance_read(struct str json, struct dr_glance *out, struct err *err)
{
	json_t *root = json_read(json, JSON_MAX_PINNED, err);
	bool ok;

	*out = (struct dr_glance){ .start = WHEN_NEVER, .end = WHEN_NEVER };
	if (!root)
		return err_add(err, "no report of a drill");
	ok = read_root(root, out, err);
	json_decref(root);
	return ok;
}
