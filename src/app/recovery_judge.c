#include "app/recovery_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"

enum { SAID = 80 };

static bool is_bad_word(const char *word)
{
	static const char *const words[] = { "error", "down", "fail", "failed", "failing",
					     "unhealthy", "unavailable", "not_ready" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

bool recovery_body_is_error(struct str body, char *why, size_t size)
{
	json_t *root = json_read(body, JSON_MAX_PINNED, NULL);
	const json_t *error = json_at(root, "error");
	char status[SAID], said[SAID] = "";
	bool bad = false;

	if (json_put_at(root, "status", status, sizeof(status)) && is_bad_word(status)) {
		snprintf(why, size, "its status is %s", status);
		bad = true;
	} else if (error && !json_is_null(error) && !json_is_false(error)) {
		json_put_at(root, "error", said, sizeof(said));
		snprintf(why, size, "it answers with an error%s%s", said[0] ? ": " : "", said);
		bad = true;
	}
	json_decref(root);
	return bad;
}

static struct str first_line(struct str text)
{
	struct str rest = str_trim(text), line;

	return str_cut(&rest, '\n', &line) ? str_trim(line) : (struct str){ 0 };
}

bool recovery_number(struct str text, int64_t *out)
{
	return num_parse_i64(first_line(text), out);
}

bool recovery_time(struct str text, msec *out)
{
	struct str line = first_line(text);
	int64_t seconds;

	if (when_parse(line, out))
		return true;
	if (!num_parse_i64(line, &seconds) || seconds <= 0 || seconds > INT64_MAX / WHEN_SECOND)
		return false;
	*out = seconds * WHEN_SECOND;
	return true;
}

bool recovery_golden(struct str json, const char *path, int64_t *out)
{
	json_t *root = json_read(json, JSON_MAX_PINNED, NULL);
	bool ok = root && json_i64_at(root, path, out);

	json_decref(root);
	return ok;
}

void recovery_compare(struct verified_count *count)
{
	int64_t difference;

	count->within = false;
	if (!count->golden_known || !count->restored_known ||
	    __builtin_sub_overflow(count->restored, count->golden, &difference))
		return;
	count->within = difference >= -count->tolerance && difference <= count->tolerance;
}

bool recovery_artifact_failure(const struct artifact *artifact, struct buf *out)
{
	const char *path = artifact->seen.path;

	switch (artifact->state) {
	case ARTIFACT_MATCH:
	case ARTIFACT_STATE_COUNT:
		return false;
	case ARTIFACT_MISSING:
		return buf_fmt(out, "integrity: the artifact %s is missing", path);
	case ARTIFACT_EXTRA:
		return buf_fmt(out, "integrity: %s is on no manifest", path);
	case ARTIFACT_CORRUPT:
		return buf_fmt(out, "integrity: the artifact %s is not what the manifest says",
			       path);
	case ARTIFACT_UNREADABLE:
		return buf_fmt(out, "integrity: %s %s", path, artifact->why);
	}
	return false;
}

bool recovery_count_failure(const struct verified_count *count, struct buf *out)
{
	int64_t difference;

	if (count->within)
		return false;
	if (!count->golden_known)
		return buf_fmt(out, "reconciliation: %s is in no golden manifest", count->name);
	if (!count->restored_known)
		return buf_fmt(out, "reconciliation: %s could not be counted", count->name);
	if (__builtin_sub_overflow(count->restored, count->golden, &difference))
		return buf_fmt(out, "reconciliation: %s differ beyond all numbers", count->name);
	return buf_fmt(out, "reconciliation: %s differ by %" PRId64 " (tolerance %" PRId64 ")",
		       count->name, difference, count->tolerance);
}
