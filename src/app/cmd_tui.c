#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/fail.h"
#include "app/logfile.h"
#include "base/log.h"

/* A console needs a terminal at both ends; in a pipe the same facts are printed once (never an
 * escape code into a pipe). */
static int without_terminal(const struct context *context)
{
	if (!context->options->given[OPTION_QUIET])
		fprintf(context->err, "binnacle: no terminal; printing status once (use 'binnacle "
				      "status --watch' or --plain)\n");
	return cmd_status(context);
}

static bool wants_plain(const struct context *context)
{
	const char *plain = context_env(context, "BINNACLE_PLAIN");

	return context->options->given[OPTION_PLAIN] || context->options->given[OPTION_JSON] ||
	       (plain && strcmp(plain, "1") == 0);
}

int cmd_tui(const struct context *context)
{
	struct settings settings;
	struct err err = { 0 };
	int status;

	if (wants_plain(context))
		return cmd_status(context);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return without_terminal(context);
	if (!logfile_open(context, &err)) {
		if (err.kind == ERR_USAGE)
			return verb_fail(context, "BN-U004", &err);
		log_put(LOG_WARN, "%s", err.text);
	}
	settings_load(context, &settings);	/* what is wrong is told on the screen */
	status = console_run(context, &settings);
	logfile_end(context);
	/* As in `status`: nothing that hangs may keep the operator waiting. */
	_exit(status);
}
