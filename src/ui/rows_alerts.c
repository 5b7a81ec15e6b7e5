#include "ui/rows_alerts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ui/layout.h"
#include "ui/say.h"
#include "ui/silent.h"

enum { WIDE = 94 };

const struct incident_alert *alert_known(const struct world *world, const struct alert *alert)
{
	const struct desk *desk = world->desk;

	for (size_t n = 0; desk && n < desk->count; n++) {
		const struct incident *in = desk->open[(desk->current + n) % desk->count].incident;

		for (size_t i = 0; i < in->alert_count; i++)
			if (strcmp(in->alerts[i].fingerprint, alert->fingerprint) == 0)
				return &in->alerts[i];
	}
	return NULL;
}

static enum role role_of_alert(const struct alert *alert)
{
	static const enum role roles[] = {
		[ALERT_PENDING] = ROLE_WARN, [ALERT_FIRING] = ROLE_BAD,
		[ALERT_SUPPRESSED] = ROLE_DIM, [ALERT_RESOLVED] = ROLE_DIM,
	};

	return roles[alert->state];
}

static void put_labels(struct page *page, const struct alert *alert)
{
	const char *at = alert->labels, *end = alert->labels + sizeof(alert->labels);

	for (size_t i = 0; i < alert->label_count && at < end; i++) {
		const char *value = at + strnlen(at, (size_t)(end - at)) + 1;

		if (value >= end)
			return;
		page_field(page, at, value);
		at = value + strnlen(value, (size_t)(end - value)) + 1;
	}
}

/* "acked ana 02:03, silent to 02:31": who has seen it, and who keeps it quiet. When it was seen
 * is the first to go where there is little room. */
static void say_known(const struct scene *scene, const struct alert *alert, bool brief,
		      struct buf *out)
{
	const struct incident_alert *known = alert_known(scene->world, alert);
	char at[SAY_TEXT];

	if (known && known->acked) {
		say_clock(scene, known->acked_at, at);
		buf_fmt(out, "acked %s%s%s", known->acked_by, brief ? "" : " ", brief ? "" : at);
	}
	if (known && known->silence == SILENCE_IN_FORCE) {
		say_clock(scene, known->silence_until, at);
		buf_fmt(out, "%ssilent to %s", out->len ? ", " : "", at);
	} else if (alert->silenced_by[0]) {
		buf_fmt(out, "%ssilenced by %s", out->len ? ", " : "", alert->silenced_by);
	}
}

void put_alert_name(struct page *page, int x, int w, const char *name)
{
	struct text text = text_of(str_of(name));
	const char *from = text.bytes;
	struct text end = text;

	while (*from && w > 1 && (int)text_width(&end) > w - (from > text.bytes)) {
		for (from++; ((unsigned char)*from & 0xc0) == 0x80;)
			from++;		/* never into the middle of a character */
		end = text_of(str_of(from));
	}
	page_put(page, x, w, ROLE_PLAIN, "%s%s", from > text.bytes ? "~" : "", end.bytes);
}

void row_alert(const struct scene *scene, struct page *page, const struct alert *alert)
{
	enum { NAME = 28, NAME_WIDE = 36, STATE = 8, AGE = 4, SEVERITY = 8 };
	struct item item = item_of_alert(alert);
	int name = page->cols < 2 * LAYOUT_COLS ? page->cols - STATE - AGE - 5 :
		   page->cols < WIDE ? NAME : NAME_WIDE, x;
	bool brief = page->cols < WIDE;
	struct buf known = { 0 };
	char age[SAY_TEXT];

	say_known(scene, alert, brief, &known);
	page_row(page, (struct row){ ROW_ITEM, item, item, alert->state == ALERT_FIRING });
	page_field(page, "name", alert->name);
	page_field(page, "state", alert_state_word(alert->state));
	page_field(page, "severity", alert->severity);
	page_field(page, "acked", str_starts(str_of(buf_cstr(&known)), "acked") ? "yes" : "no");
	put_labels(page, alert);
	put_alert_name(page, 1, name, alert->name);
	x = name + 2;
	page_put(page, x, STATE, role_of_alert(alert), "%s",
		 alert->state == ALERT_SUPPRESSED ? "silenced" : alert_state_word(alert->state));
	say_age(scene, alert->since, age);
	page_put_right(page, x + STATE + 1, AGE, ROLE_PLAIN, "%s", age);
	x += STATE + AGE + 3;
	page_put(page, x, SEVERITY, ROLE_PLAIN, "%s", alert->severity);
	page_put(page, x + SEVERITY + 1, page->cols, ROLE_PLAIN, "%s%s%s", buf_cstr(&known),
		 known.len > 0 && !brief ? "; " : "", known.len > 0 && brief ? "" : alert->summary);
	buf_done(&known);
}

void row_trust(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	struct item item = { ITEM_ALERTS, 0 };
	struct silent silent[SILENT_MAX];
	size_t missing = silent_alerts(world, scene->now, silent);
	char text[BECAUSE_TEXT + 80];

	/* The reason may be empty; its first byte is then the end. */
	page_row(page, (struct row){ ROW_ITEM, item, item, !world->alerts_trusted });
	page_field(page, "name", "alerts");
	if (world->alerts_trusted && missing > 0)
		snprintf(text, sizeof(text), "%c%s, and yet %zu that %s due %s missing.",
			 toupper((unsigned char)world->alerts_because[0]), world->alerts_because + 1,
			 missing, missing == 1 ? "is" : "are", missing == 1 ? "is" : "are");
	else if (world->alerts_trusted)
		snprintf(text, sizeof(text), "%s%c%s, so silence means quiet.",
			 world->alert_count ? "" : "No alerts. ",
			 toupper((unsigned char)world->alerts_because[0]), world->alerts_because + 1);
	else
		snprintf(text, sizeof(text), "%s%s: silence means nothing.",
			 world->alert_count ? "But " : "No alerts, but ", world->alerts_because);
	page_wrap(page, 1, world->alerts_trusted ? ROLE_PLAIN : ROLE_UNKNOWN, text);
}

static void row_silent(const struct scene *scene, struct page *page, const struct silent *is)
{
	enum { SILENT = 14 };
	struct item item = { ITEM_ALERTS, item_hash(is->name) };
	char text[BECAUSE_TEXT + 160], waits[WHEN_TEXT], age[SAY_TEXT];

	when_format_duration(waits, is->waits);
	say_age(scene, is->since, age);
	(void)snprintf(text, sizeof(text), "for %s; its rule waits %s. %s", age, waits, is->because);
	page_row(page, (struct row){ ROW_ITEM, item, is->target, true });
	page_field(page, "name", is->name);
	page_field(page, "state", "silent");
	page_field(page, "severity", is->severity);
	page_put(page, 1, page->cols - SILENT - 2, ROLE_STRONG, "%s", is->name);
	page_put_right(page, page->cols - SILENT - 1, SILENT, ROLE_UNKNOWN, "due but silent");
	page_text(page);
	page_wrap(page, 3, ROLE_PLAIN, text);
}

size_t rows_silent(const struct scene *scene, struct page *page)
{
	struct silent silent[SILENT_MAX];
	size_t count = silent_alerts(scene->world, scene->now, silent);

	for (size_t i = 0; i < count; i++)
		row_silent(scene, page, &silent[i]);
	return count;
}
