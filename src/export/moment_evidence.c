/*
 * moment_evidence.c: what stands behind a moment: files, commands and their output, links, ledgers.
 */
#include <string.h>

#include "base/digest.h"
#include "export/moment_inside.h"

static struct moment_evidence *add(struct making *making, const char *kind, const char *label)
{
	struct moment *moment = making->moment;
	struct moment_evidence *evidence;

	if (moment->evidence_count == MOMENT_EVIDENCE)
		return NULL;
	evidence = &moment->evidence[moment->evidence_count++];
	*evidence = (struct moment_evidence){ .kind = kind, .label = label };
	return evidence;
}

static void add_value(struct making *making, const char *kind, const char *label,
		      const char *value)
{
	struct moment_evidence *evidence;

	if (!event_text(value)[0])
		return;
	evidence = add(making, kind, label);
	if (evidence)
		evidence->value = making_text(making, value, true);
}

static bool is_hash(const char *text)
{
	return strspn(text, "0123456789abcdef") == DIGEST_HEX - 1 && text[DIGEST_HEX - 1] == '\0';
}

static void add_file(struct making *making, const char *kind, const char *label)
{
	const char *sha256 = event_text(making->event->data.sha256);
	struct moment_evidence *evidence = is_hash(sha256) ? add(making, kind, label) : NULL;

	if (evidence)
		evidence->sha256 = sha256;
}

/* Of no other scheme is a link ever given. */
static void add_link(struct making *making, const char *label)
{
	const char *url = event_text(making->event->data.url);
	struct moment_evidence *evidence;

	if (!str_starts(str_of(url), "https://") && !str_starts(str_of(url), "http://"))
		return;
	evidence = add(making, "link", label);
	if (evidence)
		evidence->url = making_text(making, url, false);
}

static const char *name_or(struct making *making, const char *otherwise)
{
	const char *name = event_text(making->event->data.name);

	return name[0] ? making_text(making, name, false) : otherwise;
}

/*  X(event, kind, label unless it has a name): what its `sha256` is the hash of */
#define FILES(X) \
	X(STEP_RUN_ENDED, "output", "output") X(TX_DIAGNOSED, "file", "proof") \
	X(EVIDENCE_ADDED, "file", "file") X(SIGNALS_RECORDED, "file", "signals") \
	X(FLIGHT_IMPORTED, "file", "signals") X(EXPORT_WRITTEN, "file", "export") \
	X(SIGNED_OFF, "file", "what was signed") X(DRILL_VERIFIED, "file", "verification") \
	X(DRILL_FINISHED, "file", "report")

void moment_put_evidence(struct making *making)
{
	static const struct { const char *kind, *label; } files[EVENT_KIND_COUNT] = {
#define X(event, name, text) [EVENT_##event] = { (name), (text) },
		FILES(X)
#undef X
	};
	const struct event_data *data = &making->event->data;
	enum event_kind kind = making->event->kind;

	if (kind == EVENT_STEP_RUN_STARTED)
		add_value(making, "command", "command", data->text);
	if (kind == EVENT_TX_ACT_STARTED)
		add_value(making, "command", making_text(making, event_text(data->how), false), data->text);
	if (files[kind].kind)
		add_file(making, files[kind].kind, name_or(making, files[kind].label));
	add_link(making, name_or(making, "link"));
	if (making->moment->kind == MOMENT_TRANSACTION)
		add_value(making, "ledger", "transaction", data->hash);
}
