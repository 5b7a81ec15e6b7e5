#include "app/prefs.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

static const char *const bell_names[] = {
#define X(sym, name, help) [BELL_INDEX_##sym] = (name),
	BELLS(X)
#undef X
};

static unsigned bells(const struct texts *names)
{
	unsigned out = 0;

	for (size_t i = 0; i < names->count; i++) {
		for (size_t b = 0; b < ARRAY_LEN(bell_names); b++) {
			if (strcmp(bell_names[b], names->items[i]) == 0)
				out |= 1u << b;
		}
	}
	return out;
}

bool prefs_colour(const struct context *context)
{
	const char *when = context->options->value[OPTION_COLOR];
	const char *no = context_env(context, "NO_COLOR");

	if (when && strcmp(when, "always") == 0)
		return true;
	if (when && strcmp(when, "never") == 0)
		return false;
	return !no || !*no;
}

static bool utf8_locale(void)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");	/* numbers in JSON and on the screen have a point */
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void prefs_make(const struct context *context, const struct settings *settings,
		struct prefs_texts *texts, struct ui_prefs *out)
{
	const struct ui_settings *ui = &settings->ui;
	const struct options *options = context->options;

	memset(out, 0, sizeof(*out));
	out->theme = ui->theme;
	out->ascii = !utf8_locale() || options->given[OPTION_ASCII];
	out->unicode_frame = ui->frame == 1 && !out->ascii;
	out->colour = prefs_colour(context);
	out->mouse = ui->mouse;
	out->bell = bells(&ui->bell);
	out->time = options->given[OPTION_UTC] ? TIMES_UTC : (enum time_mode)settings->time;
	out->root = geteuid() == 0;
	for (size_t i = 0; i < ui->keys.count && i < PREFS_KEYS; i++)
		texts->keys[i] = (struct key_override){ ui->keys.items[i].name,
						     ui->keys.items[i].value };
	out->keys = texts->keys;
	out->key_count = ui->keys.count < PREFS_KEYS ? ui->keys.count : PREFS_KEYS;
}

void prefs_zone(struct ui_prefs *prefs, msec wall)
{
	time_t seconds = (time_t)(wall / WHEN_SECOND);
	struct tm local;

	prefs->utc_offset = 0;
	str_put(prefs->zone, sizeof(prefs->zone), "UTC");
	if (!localtime_r(&seconds, &local) || !local.tm_zone)
		return;
	prefs->utc_offset = (msec)local.tm_gmtoff * WHEN_SECOND;
	/* glibc gives an unknown zone offset 0 and its own name: do not show a name that lies. */
	if (local.tm_gmtoff != 0 || strcmp(local.tm_zone, "GMT") == 0)
		str_put(prefs->zone, sizeof(prefs->zone), local.tm_zone);
}
