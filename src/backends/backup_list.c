#include "backends/backup_list.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "backends/log_time.h"
#include "base/attr.h"
#include "base/json.h"

struct scan {
	struct listing *out;
	listed_visit *visit;
	void *arg;
};

static void take(struct scan *scan, const struct listed *entry)
{
	scan->out->count++;
	scan->visit(scan->arg, entry);
}

static struct str text_of(const json_t *value)
{
	return json_is_string(value) ? str_sub(json_string_value(value), json_string_length(value)) :
				       str_of("");
}

static msec time_of(const json_t *manifest)
{
	static const char *const members[] = {
		"createdAt", "created_at", "completedAt", "completed_at", "timestamp", "time", "date",
		"LastModified",
	};
	struct line_time time;

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const json_t *value = json_object_get(manifest, members[i]);

		if (value && !json_is_null(value))
			return log_time_of(value, &time) ? time.at : WHEN_NEVER;
	}
	return WHEN_NEVER;
}

static enum verified verified_of(const json_t *manifest)
{
	static const char *const words[] = { "verified", "valid", "verification.valid" };
	static const char *const times[] = { "verifiedAt", "verified_at" };
	static const char *const states[] = { "status", "verification_status" };
	struct line_time time;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const json_t *value = json_at(manifest, words[i]);

		if (json_is_boolean(value))
			return json_is_true(value) ? VERIFIED_YES : VERIFIED_NO;
	}
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		const json_t *value = json_object_get(manifest, times[i]);

		if (value)
			return log_time_of(value, &time) ? VERIFIED_YES : VERIFIED_NO;
	}
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (str_eq(text_of(json_object_get(manifest, states[i])), "verified"))
			return VERIFIED_YES;
	return VERIFIED_UNSAID;
}

static struct str id_of(const json_t *value, char number[24])
{
	if (!json_is_integer(value))
		return text_of(value);
	(void)snprintf(number, 24, "%lld", (long long)json_integer_value(value));
	return str_of(number);
}

static void add_text(struct listed *entry, struct str text)
{
	if (text.len > 0 && entry->text_count < LISTED_TEXTS)
		entry->texts[entry->text_count++] = text;
}

static bool take_manifest(struct scan *scan, const json_t *manifest)
{
	static const char *const ids[] = { "backupId", "backup_id", "manifest_id", "manifestId", "id",
					   "Key", "key", "name", "path" };
	static const char *const matched[] = { "component", "name", "Key", "key", "path", "type",
					       "kind", "table", "rtoTier" };
	struct listed entry = { .id = str_of("") };
	char number[24];

	if (!json_is_object(manifest))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ids) && entry.id.len == 0; i++)
		entry.id = id_of(json_object_get(manifest, ids[i]), number);
	add_text(&entry, entry.id);
	for (size_t i = 0; i < ARRAY_LEN(matched); i++)
		add_text(&entry, text_of(json_object_get(manifest, matched[i])));
	entry.at = time_of(manifest);
	entry.verified = verified_of(manifest);
	take(scan, &entry);
	return true;
}

static const json_t *list_in(const json_t *root)
{
	static const char *const members[] = { "manifests", "backups", "items", "data", "Contents" };

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const json_t *list = json_object_get(root, members[i]);

		if (json_is_array(list))
			return list;
	}
	return NULL;
}

/* What AWS and most others write when the list goes on. */
static bool goes_on(const json_t *root)
{
	static const char *const members[] = { "NextToken", "NextContinuationToken", "next",
					       "nextCursor" };

	if (json_is_true(json_object_get(root, "IsTruncated")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (text_of(json_object_get(root, members[i])).len > 0)
			return true;
	return false;
}

static bool take_json(struct scan *scan, const json_t *root, struct err *err)
{
	const json_t *list = json_is_array(root) ? root : list_in(root), *manifest;
	size_t i;

	scan->out->partial = scan->out->partial || goes_on(root);
	if (!list)
		return take_manifest(scan, root) ||
		       err_set(err, ERR_INPUT, "neither a manifest nor a list of them");
	json_array_foreach(list, i, manifest) {
		if (!take_manifest(scan, manifest))
			return err_set(err, ERR_INPUT, "entry %zu is no manifest", i + 1);
	}
	return true;
}

/* One document a line, where the whole is not one. */
static bool scan_json_lines(struct scan *scan, struct str text, struct err *err)
{
	struct str line;
	bool ok = true;

	for (size_t number = 1; ok && str_cut(&text, '\n', &line); number++) {
		json_t *root = str_trim(line).len > 0 ? json_read(line, JSON_MAX_PINNED, err) :
							json_array();

		ok = root && take_json(scan, root, err);
		json_decref(root);
		if (!ok)
			err_add(err, "line %zu", number);
	}
	return ok;
}

static bool scan_json(struct scan *scan, struct str text, struct err *err)
{
	json_t *root = json_read(text, JSON_MAX_PINNED, err);
	bool ok = root && take_json(scan, root, err);

	json_decref(root);
	return root || !str_starts(text, "{") ? ok : scan_json_lines(scan, text, err);
}

static bool is_date(struct str word)
{
	enum { DATE = 10 };

	for (size_t i = 0; i < DATE; i++) {
		bool dash = i == 4 || i == 7;

		if (word.len != DATE || (dash ? word.p[i] != '-' : !isdigit((unsigned char)word.p[i])))
			return false;
	}
	return true;
}

/* The next word; *rest begins behind the one blank after it. */
static struct str next_word(struct str *rest)
{
	struct str word = str_of("");

	while (rest->len > 0 && rest->p[0] == ' ')
		*rest = str_sub(rest->p + 1, rest->len - 1);
	(void)str_cut(rest, ' ', &word);
	return word;
}

static bool is_number(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isdigit((unsigned char)word.p[i]))
			return false;
	return word.len > 0;
}

/* DATE TIME [ZONE]: from the date to the last of them they stand in one piece of the line. */
static bool take_when(struct str date, struct str *rest, msec *at)
{
	struct str after, last = next_word(rest), zone;
	struct line_time time;

	if (last.len == 0)
		return false;
	after = *rest;
	zone = next_word(&after);
	if (zone.len == 5 && (zone.p[0] == '+' || zone.p[0] == '-') &&
	    is_number(str_sub(zone.p + 1, 4))) {
		last = zone;
		*rest = after;
	}
	if (!log_time_text(str_sub(date.p, (size_t)(last.p + last.len - date.p)), &time))
		return false;
	*at = time.at;
	return true;
}

/* The name of an object, or of a file in a folder of `ls -R`. */
static void take_object(struct scan *scan, struct str folder, struct str name, msec at)
{
	struct listed entry = { .id = name, .at = at };

	add_text(&entry, name);
	add_text(&entry, folder);
	take(scan, &entry);
}

static bool is_noise(struct str line)
{
	static const char *const begins[] = { "total ", "Total Objects:", "Total Size:", "PRE " };

	if (line.len == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++)
		if (str_starts(line, begins[i]))
			return true;
	return false;
}

/* `aws s3 ls`: DATE TIME SIZE KEY. */
static bool take_aws(struct scan *scan, struct str date, struct str rest)
{
	msec at;

	if (!take_when(date, &rest, &at) || !is_number(next_word(&rest)) || rest.len == 0)
		return false;
	take_object(scan, str_of(""), rest, at);
	return true;
}

/* `ls -l`: MODE LINKS OWNER GROUP SIZE DATE TIME ZONE NAME; of all those only files are backups. */
static bool take_ls(struct scan *scan, struct str folder, struct str mode, struct str rest)
{
	enum { WORDS = 5 };
	struct str word = str_of("");
	msec at;

	for (size_t i = 0; i < WORDS && !is_date(word); i++)
		word = next_word(&rest);
	if (!is_date(word) || !take_when(word, &rest, &at) || rest.len == 0)
		return false;
	if (mode.p[0] == '-')
		take_object(scan, folder, rest, at);
	return true;
}

static bool take_line(struct scan *scan, struct str line, struct str *folder)
{
	struct str rest = line, word = next_word(&rest);

	if (is_date(word))
		return take_aws(scan, word, rest);
	if (word.len >= 10 && strchr("-dlbcps", word.p[0]) && take_ls(scan, *folder, word, rest))
		return true;
	if (!str_ends(line, ":"))
		return false;
	*folder = str_sub(line.p, line.len - 1);
	return true;
}

static bool scan_lines(struct scan *scan, struct str text, struct err *err)
{
	struct str line, folder = str_of("");
	size_t number = 0;

	while (str_cut(&text, '\n', &line)) {
		number++;
		line = str_trim(line);
		if (!is_noise(line) && !take_line(scan, line, &folder))
			return err_set(err, ERR_INPUT, "line %zu is neither JSON nor of aws s3 ls or "
				       "ls -l --time-style=full-iso", number);
	}
	return true;
}

bool backup_list_scan(struct str text, struct listing *out, listed_visit *visit, void *arg,
		      struct err *err)
{
	struct scan scan = { out, visit, arg };

	*out = (struct listing){ .count = 0 };
	text = str_trim(text);
	return str_starts(text, "{") || str_starts(text, "[") ? scan_json(&scan, text, err) :
								scan_lines(&scan, text, err);
}
