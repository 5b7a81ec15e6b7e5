#include "app/recovery_manifest.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"

enum { PATH_TEXT = 512, WORD_TEXT = 256 };

static bool is_digest(const char *text)
{
	return strlen(text) == DIGEST_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == DIGEST_HEX - 1;
}

bool manifest_path_is_safe(const char *path)
{
	struct str rest = str_of(path), part;

	if (rest.len == 0 || rest.len >= PATH_TEXT)
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 0x7f || path[i] == '\\')
			return false;
	if (path[rest.len - 1] == '/')
		return false;
	while (str_cut(&rest, '/', &part))
		if (part.len == 0 || str_eq(part, ".") || str_eq(part, ".."))
			return false;
	return true;
}

/* As a member stands there, a number as its digits; NULL when it is absent. */
static const char *text_of(const json_t *root, const char *key, struct arena *arena)
{
	char text[WORD_TEXT];

	return json_put_at(root, key, text, sizeof(text)) ? arena_text(arena, text, strlen(text)) :
	       NULL;
}

static bool read_backup(const json_t *root, struct arena *arena, struct verified_backup *out,
			struct err *err)
{
	const char *created = json_text_at(root, "created_at", NULL);

	*out = (struct verified_backup){
		.manifest_id = text_of(root, "manifest_id", arena),
		.backup_id = text_of(root, "backup_id", arena),
		.integrity_hash = text_of(root, "integrity_hash", arena),
		.rto_tier = text_of(root, "rto_tier", arena),
		.created_by = text_of(root, "created_by", arena),
		.release_tag = text_of(root, "release_tag", arena),
		.ledger = text_of(root, "ledger", arena),
		.tx_hash = text_of(root, "tx_hash", arena),
		.created = WHEN_NEVER, .block = -1,
	};
	if (!out->manifest_id)
		out->manifest_id = text_of(root, "id", arena);
	json_i64_at(root, "manifest_block", &out->block);
	if (!out->manifest_id || !*out->manifest_id)
		return err_set(err, ERR_INPUT, "manifest_id is missing");
	if (created && !when_parse(str_of(created), &out->created))
		return err_set(err, ERR_INPUT, "created_at is no time");
	if (out->integrity_hash && !is_digest(out->integrity_hash))
		return err_set(err, ERR_INPUT, "integrity_hash is no SHA-256 in lower-case hex");
	return true;
}

static bool read_artifact(const json_t *item, struct arena *arena, struct manifest_artifact *out,
			  struct err *err)
{
	const char *path = json_text_at(item, "path", json_text_at(item, "name", ""));
	const char *sha256 = json_text_at(item, "sha256",
					  json_text_at(item, "integrity_hash", ""));

	if (!manifest_path_is_safe(path))
		return err_set(err, ERR_INPUT, "path must be relative and lead nowhere outside");
	if (!is_digest(sha256))
		return err_set(err, ERR_INPUT, "sha256 is no SHA-256 in lower-case hex");
	*out = (struct manifest_artifact){ arena_text(arena, path, strlen(path)),
					   arena_text(arena, sha256, strlen(sha256)), -1 };
	if (json_at(item, "bytes") && (!json_i64_at(item, "bytes", &out->bytes) || out->bytes < 0))
		return err_set(err, ERR_INPUT, "bytes is no size");
	return true;
}

static bool is_new(const struct manifest *manifest, const char *path)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (!strcmp(manifest->artifacts[i].path, path))
			return false;
	return true;
}

static bool read_artifacts(const json_t *list, struct arena *arena, struct manifest *out,
			   struct err *err)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list))
		return err_set(err, ERR_INPUT, "artifacts is missing, or no list");
	if (count > MANIFEST_ARTIFACTS)
		return err_set(err, ERR_LIMIT, "more than %d artifacts", MANIFEST_ARTIFACTS);
	out->artifacts = arena_array(arena, count + 1, sizeof(*out->artifacts));
	for (size_t i = 0; i < count; i++) {
		struct manifest_artifact *artifact = &out->artifacts[i];

		if (!read_artifact(json_array_get(list, i), arena, artifact, err))
			return err_add(err, "artifact %zu", i + 1);
		if (!is_new(out, artifact->path))
			return err_set(err, ERR_INPUT, "artifact %zu: its path is there twice",
				       i + 1);
		out->count++;
	}
	return true;
}

bool manifest_read(struct str json, struct arena *arena, struct manifest *out, struct err *err)
{
	json_t *root = json_read(json, JSON_MAX_PINNED, err);
	bool ok;

	*out = (struct manifest){ 0 };
	if (!root)
		return false;
	ok = read_backup(root, arena, &out->backup, err) &&
	     read_artifacts(json_at(root, "artifacts"), arena, out, err);
	json_decref(root);
	return ok;
}

void manifest_digest(const struct manifest *manifest, char out[DIGEST_HEX])
{
	struct buf lines = { 0 };

	for (size_t i = 0; i < manifest->count; i++)
		buf_fmt(&lines, "%s  %s\n", manifest->artifacts[i].sha256,
			manifest->artifacts[i].path);
	digest_sha256(out, str_sub(buf_cstr(&lines), lines.len));
	buf_done(&lines);
}

bool manifest_holds(const struct manifest *manifest)
{
	const char *said = manifest->backup.integrity_hash;
	char ought[DIGEST_HEX];

	manifest_digest(manifest, ought);
	return !said || !strcmp(said, ought) ||
	       (manifest->count == 1 && !strcmp(said, manifest->artifacts[0].sha256));
}
