/*
 * cmd_verify.c: verify BUNDLE: is it what it was when it was made? Needs no configuration, asks
 * nobody and writes nothing.
 */
#include <stdio.h>

#include "app/bundle.h"
#include "app/commands.h"
#include "app/fail.h"
#include "base/mem.h"

static json_t *finding_json(const struct bundle_finding *finding)
{
	json_t *one = json_object();

	json_set_text(one, "is", bundle_fault_word(finding->fault));
	json_set_text(one, "path", finding->path);
	json_set_text(one, "why", finding->why);
	return one;
}

static void put_json(const struct bundle_report *report, const char *folder, struct buf *out)
{
	json_t *root = json_object(), *findings = json_array();

	json_set_text(root, "schema", "binnacle.verify-bundle/1");
	json_set_text(root, "folder", folder);
	json_set_text(root, "id", report->id[0] ? report->id : NULL);
	json_set_time(root, "made_at", report->made_at);
	json_set_text(root, "tool_version", report->tool_version[0] ? report->tool_version : NULL);
	json_set_bool(root, "ok", report->damaged == 0);
	json_set_i64(root, "damaged", (int64_t)report->damaged);
	json_set_i64(root, "files", (int64_t)report->files);
	json_set_i64(root, "journals", (int64_t)report->journals);
	json_set_i64(root, "events", (int64_t)report->events);
	json_set_i64(root, "exports", (int64_t)report->exports);
	for (size_t i = 0; i < report->finding_count; i++)
		json_array_append_new(findings, finding_json(&report->findings[i]));
	json_set(root, "findings", findings);
	json_write(out, root);
	buf_char(out, '\n');
	json_decref(root);
}

static void put_plain(const struct bundle_report *report, struct buf *out)
{
	for (size_t i = 0; i < report->finding_count; i++)
		buf_fmt(out, "%-8s %s: %s\n", bundle_fault_word(report->findings[i].fault),
			report->findings[i].path, report->findings[i].why);
	if (report->damaged == 0)
		buf_fmt(out, "ok       %s: %zu files as they were, %zu events in %zu journal%s, "
			"%zu exports as the record gives them\n", report->id, report->files,
			report->events, report->journals, report->journals == 1 ? "" : "s",
			report->exports);
	else
		buf_fmt(out, "DAMAGED  %zu of it\n", report->damaged);
}

int cmd_verify(const struct context *context)
{
	struct bundle_report *report;
	struct buf out = { 0 };
	struct err err = { 0 };
	int status;

	if (context->word_count == 0 || !*context->words[0]) {
		err_set(&err, ERR_USAGE, "the folder of a bundle is missing");
		return verb_fail(context, "BN-U001", &err);
	}
	report = mem_new(sizeof(*report));
	if (!bundle_verify(context->words[0], report, &err)) {
		mem_free(report);
		return verb_fail(context, "BN-I001", &err);
	}
	if (context->options->given[OPTION_JSON])
		put_json(report, context->words[0], &out);
	else
		put_plain(report, &out);
	status = verb_print(context, &out);
	if (status == EXIT_OK && report->damaged > 0)
		status = EXIT_DAMAGED;
	mem_free(report);
	return status;
}
