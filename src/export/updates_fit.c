/*
 * updates_fit.c: may this text be sent to these people? A name counts where it stands as a word of
 * its own, in capitals or not.
 */
#include "export/updates.h"

#include <string.h>
#include <strings.h>

#include "base/scrub.h"

enum { SHORTEST_NAME = 2 };

struct fit {
	const char *text;
	struct err *err;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static bool holds(const char *text, const char *name)
{
	size_t len = strlen(name);

	if (len < SHORTEST_NAME)
		return false;
	for (const char *p = text; *p; p++)
		if (strncasecmp(p, name, len) == 0 && (p == text || !is_word(p[-1])) &&
		    !is_word(p[len]))
			return true;
	return false;
}

static bool without(const struct fit *fit, const char *what, const char *name)
{
	if (!holds(fit->text, name))
		return true;
	return err_set(fit->err, ERR_REFUSED, "a public update must not name %s '%.60s'", what, name);
}

static bool without_people(const struct fit *fit, const struct incident *incident)
{
	for (int i = 0; i < SEAT_COUNT; i++)
		if (!without(fit, "a person:", incident->seats[i].who))
			return false;
	for (size_t i = 0; i < incident->writer_count; i++)
		if (!without(fit, "a person:", incident->writers[i].by) ||
		    !without(fit, "the host", incident->writers[i].host))
			return false;
	return true;
}

static bool without_parts(const struct fit *fit, const struct incident *incident)
{
	for (size_t i = 0; i < incident->component_count; i++)
		if (!without(fit, "the component", incident->components[i]))
			return false;
	for (size_t i = 0; i < incident->alert_count; i++)
		if (!without(fit, "the alert", incident->alerts[i].name))
			return false;
	for (size_t i = 0; i < incident->signal_count; i++)
		if (!strcmp(incident->signals[i].type, "source") &&
		    !without(fit, "the source", incident->signals[i].name))
			return false;
	return without(fit, "the incident", incident->id) &&
	       without(fit, "the ticket", incident->ticket);
}

static bool is_money(const struct figure_copy *figure)
{
	return figure->known && !strcmp(figure->name, "at_risk");
}

static bool without_money(const struct fit *fit, const struct incident *incident)
{
	for (size_t i = 0; i < incident->snapshot_count; i++) {
		const struct snapshot *snapshot = &incident->snapshots[i];

		for (size_t k = 0; k < snapshot->count; k++)
			if (is_money(&snapshot->figures[k]) &&
			    !without(fit, "the money at risk,", snapshot->figures[k].text))
				return false;
	}
	return true;
}

/* Four numbers with dots between them. */
static size_t address_len(const char *p)
{
	size_t len = 0, digits;

	for (int part = 0; part < 4; part++) {
		if (part > 0 && p[len++] != '.')
			return 0;
		digits = strspn(p + len, "0123456789");
		if (digits == 0 || digits > 3)
			return 0;
		len += digits;
	}
	return p[len] == '.' && p[len + 1] >= '0' && p[len + 1] <= '9' ? 0 : len;
}

static bool without_addresses(const struct fit *fit)
{
	for (const char *p = fit->text; *p; p++) {
		size_t len = p == fit->text || !is_word(p[-1]) ? address_len(p) : 0;

		if (len > 0)
			return err_set(fit->err, ERR_REFUSED,
				       "a public update must not name an address: %.*s", (int)len, p);
	}
	return true;
}

/* What is still to be answered stands in brackets. */
static bool answered(const char *text, struct err *err)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
	char shown[64];

	if (!close)
		return true;
	scrub_put(shown, sizeof(shown), str_sub(open, (size_t)(close - open) + 1));
	return err_set(err, ERR_REFUSED, "%s is still to be answered", shown);
}

bool update_fit(const char *text, const char *audience, const struct incident *incident,
		struct err *err)
{
	const struct fit fit = { text, err };

	if (str_trim(str_of(text)).len == 0)
		return err_set(err, ERR_REFUSED, "an update without a text says nothing");
	if (!answered(text, err))
		return false;
	return strcmp(audience, "public") != 0 ||
	       (without_people(&fit, incident) && without_parts(&fit, incident) &&
		without_money(&fit, incident) && without_addresses(&fit));
}
