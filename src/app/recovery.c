#include "app/recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/outside.h"

void recovery_fail(struct recovery *recovery, const char *fmt, ...)
{
	struct verification *out = &recovery->out;
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	out->failures = mem_grow(out->failures, &recovery->failure_cap, out->failure_count + 1,
				 sizeof(*out->failures));
	out->failures[out->failure_count++] = recovery_text(recovery, str_of(buf_cstr(&text)));
	buf_done(&text);
}

const char *recovery_text(struct recovery *recovery, struct str text)
{
	struct buf clean = { 0 };
	const char *kept;

	outside(&clean, text);
	kept = arena_text(&recovery->arena, buf_cstr(&clean), clean.len);
	buf_done(&clean);
	return kept;
}

/* A file of at most 8 MiB, through no link and of no pipe. */
static bool read_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char piece[8192];
	struct stat st;
	ssize_t got = -1;

	buf_clear(out);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while ((got = read(fd, piece, sizeof(piece))) > 0 && out->len <= JSON_MAX_PINNED)
			buf_add(out, piece, (size_t)got);
	else if (fd >= 0)
		errno = EINVAL;
	if (got < 0)
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	else if (got > 0)
		err_set(err, ERR_LIMIT, "%s: more than %d MiB", path, JSON_MAX_PINNED >> 20);
	if (fd >= 0)
		close(fd);
	return got == 0;
}

static void keep_file(struct recovery *recovery, const char *path, const struct buf *bytes)
{
	struct verification *out = &recovery->out;
	char *sum = arena_new(&recovery->arena, DIGEST_HEX);

	digest_sha256(sum, str_sub(buf_cstr(bytes), bytes->len));
	if (!out->files)
		out->files = arena_array(&recovery->arena, 2, sizeof(*out->files));
	out->files[out->file_count++] = (struct verified_file){
		"manifest", path, sum, (int64_t)bytes->len, recovery->ask.work->now };
}

static void read_manifest(struct recovery *recovery)
{
	const char *path = recovery->set->manifest;
	struct err err = { 0 };

	if (!path)
		return;
	if (!read_file(path, &recovery->manifest_bytes, &err)) {
		recovery_fail(recovery, "integrity: %s", err.text);
		return;
	}
	keep_file(recovery, path, &recovery->manifest_bytes);
	if (!manifest_read(str_sub(buf_cstr(&recovery->manifest_bytes),
				   recovery->manifest_bytes.len), &recovery->arena,
			   &recovery->manifest, &err)) {
		recovery_fail(recovery, "integrity: the manifest: %s", err.text);
		return;
	}
	recovery->out.backup = &recovery->manifest.backup;
}

static void read_golden(struct recovery *recovery)
{
	const char *path = recovery->set->golden;
	struct err err = { 0 };

	if (!path)
		buf_add(&recovery->golden, buf_cstr(&recovery->manifest_bytes),
			recovery->manifest_bytes.len);
	else if (read_file(path, &recovery->golden, &err))
		keep_file(recovery, path, &recovery->golden);
	else
		recovery_fail(recovery, "reconciliation: the golden manifest: %s", err.text);
}

static bool has_anything(const struct recovery_settings *set)
{
	return set->manifest || set->counts.count || set->reconcile.count || set->smoke.count ||
	       set->components.count;
}

static msec wall(const struct recovery *recovery)
{
	const struct work *work = recovery->ask.work;

	return work->fixed ? work->now : loop_now(work->loop).wall;
}

bool recovery_verify(struct recovery *recovery, struct err *err)
{
	recovery->set = &recovery->ask.work->settings.recovery;
	recovery->out = (struct verification){ .data_until = WHEN_NEVER, .health_code = "000",
					       .indexer_code = "000" };
	if (!has_anything(recovery->set))
		return err_set(err, ERR_CONFIG, "recovery: nothing is configured to verify");
	recovery->out.started = wall(recovery);
	read_manifest(recovery);
	read_golden(recovery);
	recovery_artifacts(recovery);
	recovery_components(recovery);
	recovery_counts(recovery);
	recovery_smoke(recovery);
	recovery_rest(recovery);
	recovery->out.ended = wall(recovery);
	return true;
}

void recovery_done(struct recovery *recovery)
{
	recovery_ask_done(&recovery->ask);
	mem_free(recovery->out.failures);
	buf_done(&recovery->golden);
	buf_done(&recovery->manifest_bytes);
	arena_done(&recovery->arena);
}

/* --- for people ------------------------------------------------------------------------------ */

static void put_artifacts(const struct recovery *recovery, struct buf *out)
{
	for (size_t i = 0; i < recovery->out.artifact_count; i++)
		buf_fmt(out, "%-5s artifact    %s  %s\n",
			recovery->out.artifacts[i].match ? "ok" : "FAIL",
			recovery->out.artifacts[i].path,
			artifact_state_word(recovery->artifacts[i].state));
}

static void put_components(const struct recovery *recovery, struct buf *out)
{
	for (size_t i = 0; i < recovery->out.component_count; i++) {
		const struct verified_component *component = &recovery->out.components[i];
		char took[WHEN_TEXT] = "-";

		if (component->ended != WHEN_NEVER && component->started != WHEN_NEVER)
			when_format_duration(took, component->ended - component->started);
		buf_fmt(out, "%-5s component   %s  %s\n", component->success ? "ok" : "FAIL",
			component->name, component->success ? took : component->note);
	}
}

static void put_counts(const struct recovery *recovery, struct buf *out)
{
	for (size_t i = 0; i < recovery->out.count_count; i++) {
		const struct verified_count *count = &recovery->out.counts[i];

		buf_fmt(out, "%-5s count       %s  ", count->within ? "ok" : "FAIL", count->name);
		if (count->restored_known)
			buf_fmt(out, "%lld of ", (long long)count->restored);
		else
			buf_text(out, "unknown of ");
		if (count->golden_known)
			buf_fmt(out, "%lld\n", (long long)count->golden);
		else
			buf_text(out, "unknown\n");
	}
}

static void put_smoke(const struct recovery *recovery, struct buf *out)
{
	static const char *const words[] = {
		[TRI_UNKNOWN] = "-", [TRI_NO] = "FAIL", [TRI_YES] = "ok" };

	for (size_t i = 0; i < recovery->out.smoke_count; i++) {
		const struct verified_smoke *smoke = &recovery->out.smokes[i];

		buf_fmt(out, "%-5s smoke       %s  %s\n", words[smoke->pass], smoke->name,
			smoke->skipped ? smoke->skipped :
			smoke->status_code ? smoke->status_code : smoke->kind);
	}
}

void recovery_plain(const struct recovery *recovery, struct buf *out)
{
	const struct verification *found = &recovery->out;
	char until[WHEN_TEXT];

	put_artifacts(recovery, out);
	put_components(recovery, out);
	put_counts(recovery, out);
	put_smoke(recovery, out);
	if (found->data_until != WHEN_NEVER) {
		when_format(until, found->data_until);
		buf_fmt(out, "%-5s data until  %s\n", "ok", until);
	}
	if (found->chain)
		buf_fmt(out, "%-5s on chain    recovery %s of backup %s\n",
			found->chain->success ? "ok" : "FAIL", found->chain->recovery_id,
			found->chain->backup_id);
	for (size_t i = 0; i < found->failure_count; i++)
		buf_fmt(out, "FAIL  %s\n", found->failures[i]);
	buf_fmt(out, "%s\n", found->failure_count ? "not passed" : "passed");
}
