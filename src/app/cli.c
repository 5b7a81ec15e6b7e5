#include "app/cli.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/fail.h"
#include "base/mem.h"

/* What every run wants before it reads a byte (reliability.md 4.4): nothing of ours is readable by
 * others, no core dump or debugger carries secrets away, and a file that may not grow is an error
 * that is said, not the end. */
static void harden(void)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	signal(SIGXFSZ, SIG_IGN);
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

static int run(int argc, char **argv, const char *const *environment)
{
	struct options options;
	struct context context = {
		.options = &options,
		.environment = environment,
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

/* The array that main() gets is the C library's as soon as a preloaded library has set a variable
 * in it: then our own first setenv() frees it. So the pointers are copied. */
int cli_main(int argc, char **argv, char **environment)
{
	size_t count = 0;
	const char **copy;
	int status;

	while (environment[count])
		count++;
	copy = mem_array(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = environment[i];
	status = run(argc, argv, copy);
	mem_free(copy);
	return status;
}
