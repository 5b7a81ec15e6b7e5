#include "app/cli.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/fail.h"

/* What every run wants before it reads a byte (reliability.md 4.4): nothing of ours is readable by
 * others, and no core dump or debugger carries secrets away. */
static void harden(void)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__	/* the leak check attaches to its own process */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static int show_help(const struct context *context, const struct verb *verb)
{
	struct buf out = { 0 };

	help_write(verb, &out);
	return verb_print(context, &out);
}

int cli_main(int argc, char **argv, char **environment)
{
	struct options options;
	struct context context = {
		.options = &options,
		.environment = (const char *const *)environment,
		.out = stdout,
		.err = stderr,
	};
	struct err err = { 0 };
	const struct verb *verb;
	size_t used;

	harden();
	if (!options_read(argc, argv, &options, &err))
		return verb_fail(&context, "BN-U001", &err);
	if (options.given[OPTION_VERSION])
		return cmd_version(&context);
	if (options.given[OPTION_HELP] && options.word_count == 0)
		return show_help(&context, NULL);
	verb = verb_find(&options, &used, &err);
	if (!verb)
		return verb_fail(&context, "BN-U001", &err);
	if (options.given[OPTION_HELP])
		return show_help(&context, verb);
	context.words = options.words + used;
	context.word_count = options.word_count - used;
	return verb->run(&context);
}
