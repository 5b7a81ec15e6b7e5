#include "app/fail.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "base/secret.h"
#include "config/problem.h"

static void print_error(const struct context *context, json_t *error)
{
	json_t *root = json_object();
	struct buf out = { 0 };

	json_set(root, "error", error);
	json_write(&out, root);
	fprintf(context->out, "%s\n", buf_cstr(&out));
	json_decref(root);
	buf_done(&out);
}

static json_t *error_object(const char *id, const char *message, const char *hint)
{
	json_t *error = json_object();

	json_set_text(error, "id", id);
	json_set_text(error, "message", message);
	json_set_text(error, "hint", hint);
	return error;
}

static int status_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_CONFIG:
		return EXIT_CONFIG;
	case ERR_NOT_FOUND:
		return EXIT_NOT_FOUND;
	case ERR_REFUSED:
		return EXIT_REFUSED;
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_LIMIT:
	case ERR_IO:
		return EXIT_FAILED;
	}
	return EXIT_FAILED;
}

int verb_print(const struct context *context, struct buf *text)
{
	bool ok = fwrite(buf_cstr(text), 1, text->len, context->out) == text->len;

	ok = fflush(context->out) == 0 && ok;
	if (!ok)
		fprintf(context->err, "binnacle: cannot write: %s\n", strerror(errno));
	buf_done(text);
	return ok ? EXIT_OK : EXIT_FAILED;
}

int verb_fail(const struct context *context, const char *id, const struct err *err)
{
	struct buf text = { 0 };

	redact(&text, str_of(err->text));
	if (context->options->given[OPTION_JSON])
		print_error(context, error_object(id, buf_cstr(&text),
						  err->kind == ERR_USAGE ? "binnacle help" : NULL));
	fprintf(context->err, "binnacle: %s\n", buf_cstr(&text));
	buf_done(&text);
	return status_of(err->kind);
}

static json_t *problem_object(const struct problem *problem)
{
	json_t *out = error_object(problem_id_text(problem->id), problem->text, problem->hint);

	json_set_text(out, "file", problem->at.file);
	json_set_i64(out, "line", problem->at.line);
	json_set_i64(out, "column", problem->at.column);
	return out;
}

int settings_fail(const struct context *context, const struct settings *settings)
{
	struct buf text = { 0 }, clean = { 0 };

	problems_write(&settings->problems, &text);
	redact(&clean, str_sub(buf_cstr(&text), text.len));
	if (context->options->given[OPTION_JSON]) {
		json_t *error = error_object("BN-C000", "the configuration is invalid",
					     "binnacle config check");
		json_t *all = json_array();

		for (const struct problem *p = settings->problems.first; p; p = p->next)
			json_array_append_new(all, problem_object(p));
		json_set(error, "problems", all);
		print_error(context, error);
	}
	fputs(buf_cstr(&clean), context->err);
	buf_done(&text);
	buf_done(&clean);
	return EXIT_CONFIG;
}
