/* silencer_json.c: see silencer_json.h. */
#include "app/silencer_json.h"

#include <stdio.h>
#include <string.h>

bool silence_is_id(const char *id)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	return *id && strlen(id) < SILENCE_ID && strspn(id, allowed) == strlen(id);
}

/* A quoted value of a matcher, within a URL. */
static void put_value(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_text(out, "%5C");
		buf_fmt(out, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

void silence_alerts_path(const char *name, struct buf *out)
{
	buf_text(out, "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true"
		 "&filter=alertname%3D%22");
	put_value(out, name);
	buf_text(out, "%22");
}

const json_t *silence_labels(const json_t *alerts, const char *fingerprint)
{
	const json_t *alert;
	size_t i;

	json_array_foreach(alerts, i, alert) {
		const json_t *labels = json_at(alert, "labels");

		if (!strcmp(json_text_at(alert, "fingerprint", ""), fingerprint))
			return json_object_size(labels) > 0 ? labels : NULL;
	}
	return NULL;
}

static void add_matcher(json_t *matchers, const char *name, const json_t *value)
{
	json_t *matcher = json_object();

	json_set(matcher, "name", json_string(name));
	json_set(matcher, "value", json_deep_copy(value));
	json_set_bool(matcher, "isRegex", false);
	json_set_bool(matcher, "isEqual", true);
	json_array_append_new(matchers, matcher);
}

static json_t *matchers_of(const json_t *labels)
{
	json_t *matchers = json_array(), *all = json_copy((json_t *)(uintptr_t)labels), *value;
	const char *name;

	json_object_foreach(all, name, value)
		add_matcher(matchers, name, value);
	json_decref(all);
	return matchers;
}

void silence_body(const struct silence *silence, const json_t *labels, struct buf *out)
{
	json_t *root = json_object();
	char comment[256];

	(void)snprintf(comment, sizeof(comment), "incident #%s: %s is being worked on",
		       silence->incident, silence->name);
	if (*silence->id)
		json_set_text(root, "id", silence->id);
	json_set(root, "matchers", matchers_of(labels));
	json_set_time(root, "startsAt", silence->from);
	json_set_time(root, "endsAt", silence->until);
	json_set_text(root, "createdBy", silence->author);
	json_set_text(root, "comment", comment);
	json_write(out, root);
	json_decref(root);
}
