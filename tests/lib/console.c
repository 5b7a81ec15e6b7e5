#include "tests/lib/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_ARGS = 16, MAX_ENV = 16 };

const char *console_program(void)
{
	const char *program = getenv("BINNACLE");

	return program && *program ? program : "build/rel/binnacle";
}

_Noreturn void console_fail(const struct screen *screen, const char *what)
{
	struct buf text = {0};

	screen_text(screen, &text);
	fprintf(stderr, "%s; the screen shows:\n%s", what, buf_cstr(&text));
	buf_done(&text);
	fail_msg("%s", what);
	abort();	/* fail_msg does not return, but is not declared so */
}

static bool names_shown(const struct screen *screen, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < RIG_SOURCES; i++)
		if (!screen_find(screen, rig_source(i), NULL))
			return false;
	return true;
}

static size_t append(const char **list, size_t count, size_t max, const char *const *more)
{
	for (; more && *more && count < max; more++)
		list[count++] = *more;
	list[count] = NULL;
	return count;
}

struct screen *console_start(const struct console_setup *setup)
{
	const char *argv[MAX_ARGS + 1] = {console_program(), "-c", rig_config(setup->rig)};
	const char *env[MAX_ENV + 1];
	struct pty_spec spec = {.argv = argv, .env = env, .rows = setup->rows, .cols = setup->cols};
	struct err err = {0};
	size_t count = append(env, 0, MAX_ENV, rig_env(setup->rig));

	append(env, count, MAX_ENV, setup->env);
	append(argv, 3, MAX_ARGS, setup->args);
	struct screen *screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
	if (setup->awaits ? !screen_wait_text(screen, setup->awaits, CONSOLE_PATIENCE) :
			    !screen_wait(screen, names_shown, NULL, CONSOLE_PATIENCE))
		console_fail(screen, "the console did not come up");
	return screen;
}

void console_command(const struct console_setup *setup, struct buf *out)
{
	for (const char *const *env = rig_env(setup->rig); *env; env++)
		buf_fmt(out, "%s ", *env);
	for (const char *const *env = setup->env; env && *env; env++)
		buf_fmt(out, "%s ", *env);
	buf_fmt(out, "%s -c %s", console_program(), rig_config(setup->rig));
	for (const char *const *arg = setup->args; arg && *arg; arg++)
		buf_fmt(out, " %s", *arg);
}

void console_ended(struct screen *screen, int code)
{
	const char *left;

	if (!screen_wait_exit(screen, CONSOLE_PATIENCE))
		console_fail(screen, "the console did not end");
	assert_int_equal(pty_exit_code(screen_pty(screen)), code);
	left = wire_left_on(screen_wire(screen));
	assert_string_equal(left ? left : "terminal as it was", "terminal as it was");
	assert_true(pty_termios_restored(screen_pty(screen)));
}

void console_quit(struct screen *screen)
{
	assert_true(screen_type(screen, "1q"));	/* q on another screen only goes back */
	console_ended(screen, 0);
	screen_free(screen);
}
