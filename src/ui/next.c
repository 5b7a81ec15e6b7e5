#include "ui/next.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"

enum { WORD = 10, HINT = 12, DUE = 10, NARROW = 60 };

/* How each kind reads in NEXT, what answers it, and the hint beside its key. */
static const struct {
	const char *word, *hint;
	const struct form_kind *form;
	enum action screen;
} kinds[] = {
	[OWED_UNSAVED] = { "disk", "answers", &form_memory, ACTION_NONE },
	[OWED_ANNOUNCE] = { "announce", "writes it", &form_update, ACTION_NONE },
	[OWED_UPDATE] = { "update", "writes it", &form_update, ACTION_NONE },
	[OWED_FIRST_MINUTES] = { "10 min", "answers", &form_minutes, ACTION_NONE },
	[OWED_OFFER] = { "command", "answers", &form_accept, ACTION_NONE },
	[OWED_CONFLICT] = { "conflict", "settles", &form_severity, ACTION_NONE },
	[OWED_STEP] = { "runbook", "shows it", NULL, ACTION_RUNBOOK },
	[OWED_CONFIRM] = { "confirm", "shows it", NULL, ACTION_RUNBOOK },
	[OWED_INTERRUPTED] = { "command", "shows it", NULL, ACTION_RUNBOOK },
	[OWED_REGRESSED] = { "regressed", "shows it", NULL, ACTION_RUNBOOK },
	[OWED_STEP_DUE] = { "runbook", "shows it", NULL, ACTION_RUNBOOK },
	[OWED_ESCALATE] = { "call", "how", &form_escalated, ACTION_NONE },
	[OWED_ACK] = { "ack", "acks it", NULL, ACTION_ALERTS },
	[OWED_TIMER] = { "asked", "settles", &form_settle, ACTION_NONE },
	[OWED_SILENCE] = { "silence", "ends it", &form_expire, ACTION_NONE },
	[OWED_SILENCE_UNKNOWN] = { "silence", "opens", NULL, ACTION_ALERTS },
	[OWED_DELIVERY] = { "delivery", "opens", NULL, ACTION_INCIDENT_SCREEN },
	[OWED_RTO] = { "rto", "opens", NULL, ACTION_INCIDENT_SCREEN },
	[OWED_RPO] = { "rpo", "opens", NULL, ACTION_INCIDENT_SCREEN },
	[OWED_FOLLOW_UP] = { "follow-up", "settles", &form_settle, ACTION_NONE },
	[OWED_DEFERRED] = { "put off", "settles", &form_settle, ACTION_NONE },
	[OWED_ACTION] = { "action", "settles", &form_settle, ACTION_NONE },
	[OWED_RECOVERED] = { "recovered", "resolves", &form_resolve, ACTION_NONE },
	[OWED_COMMANDER] = { "command", "takes it", &form_seat, ACTION_NONE },
	[OWED_TICKET] = { "ticket", "answers", &form_ticket, ACTION_NONE },
	[OWED_POSTMORTEM] = { "postmortem", "opens", NULL, ACTION_POSTMORTEM },
	[OWED_RCA] = { "rca", "opens", NULL, ACTION_POSTMORTEM },
	[OWED_PAPER] = { "draft", "opens", NULL, ACTION_POSTMORTEM },
	[OWED_DRILL_WINDOW] = { "drill", "opens", NULL, ACTION_POSTMORTEM },
	[OWED_DRILL_REVIEW] = { "review", "reviews", &form_drill_review, ACTION_NONE },
	[OWED_SIGN_OFF] = { "sign off", "opens", NULL, ACTION_POSTMORTEM },
};
_Static_assert(ARRAY_LEN(kinds) == OWED_KIND_COUNT, "every kind that is owed has its answer");

struct item next_item(const struct owed *owed)
{
	uint64_t key = item_hash(owed->incident) ^ item_hash(owed->subject) * 3;

	return (struct item){ ITEM_OWED, (key ^ item_hash(owed->event) * 5) * OWED_KIND_COUNT +
						 (uint64_t)owed->kind };
}

struct item next_declare(void)
{
	return (struct item){ ITEM_OWED, item_hash("declare") };
}

const struct owed *next_owed(const struct world *world, struct item item)
{
	for (size_t i = 0; world->desk && i < world->desk->owed_count; i++)
		if (item_eq(item, next_item(&world->desk->owed[i])))
			return &world->desk->owed[i];
	return NULL;
}

const char *next_word(const struct owed *owed)
{
	return kinds[owed->kind].word;
}

/* Two consoles that differ about the status are settled there. */
const struct form_kind *next_form(const struct owed *owed, const struct desk *desk)
{
	const struct docket *docket = desk_find(desk, owed->incident);

	if (owed->kind == OWED_CONFLICT && docket && !docket->incident->conflict.severity)
		return &form_status;
	return kinds[owed->kind].form;
}

enum action next_screen(const struct owed *owed)
{
	return kinds[owed->kind].screen;
}

const struct owed *next_clock(const struct desk *desk)
{
	const struct owed *other = NULL;

	for (size_t i = 0; desk && i < desk->owed_count; i++) {
		const struct owed *owed = &desk->owed[i];

		if (owed->due_at == WHEN_NEVER)
			continue;
		if (owed->kind == OWED_UPDATE || owed->kind == OWED_ANNOUNCE)
			return owed;
		other = other ? other : owed;
	}
	return other;
}

const struct docket *next_worst(const struct desk *desk)
{
	for (size_t i = 0; desk && i < desk->count; i++)
		if (!incident_over(desk->open[i].incident))
			return &desk->open[i];
	return NULL;
}

void next_span(msec span, char out[WHEN_TEXT])
{
	long long seconds = span / WHEN_SECOND;

	if (seconds < 3600)
		snprintf(out, WHEN_TEXT, "%02lld:%02lld", seconds / 60, seconds % 60);
	else if (seconds < 36000)
		snprintf(out, WHEN_TEXT, "%lldh%02lldm", seconds / 3600, seconds / 60 % 60);
	else if (seconds < 100 * 3600)
		snprintf(out, WHEN_TEXT, "%lldh", seconds / 3600);
	else
		snprintf(out, WHEN_TEXT, "%lldd", seconds / 86400);
}

void next_due(const struct owed *owed, msec now, char out[WHEN_TEXT])
{
	char span[WHEN_TEXT];
	const char *word = owed->overdue ? "over" : "due";

	out[0] = '\0';
	if (owed->due_at == WHEN_NEVER)
		return;
	if (owed->due_at > now) {
		/* Up to the next second: what reads 00:00 is due. */
		next_span(owed->due_at - now + WHEN_SECOND - 1, span);
		snprintf(out, WHEN_TEXT, "in %.12s", span);
	} else {
		next_span(now - owed->due_at, span);
		snprintf(out, WHEN_TEXT, "%s %.12s", word, span);
	}
}

void next_due_short(const struct owed *owed, msec now, char out[WHEN_TEXT])
{
	char due[WHEN_TEXT];
	const char *blank;

	next_due(owed, now, due);
	blank = strchr(due, ' ');
	snprintf(out, WHEN_TEXT, "%s%.12s", due[0] && due[0] != 'i' ? "+" : "", blank ? blank + 1 : "");
}

enum role next_role(const struct owed *owed)
{
	return owed->overdue ? ROLE_BAD : owed->prompt ? ROLE_WARN : ROLE_PLAIN;
}

void next_running(const struct docket *docket, msec now, char out[WHEN_TEXT])
{
	msec running = incident_scale(docket->incident, docket->origin, now) -
		       docket->incident->declared_t;
	long long seconds = running > 0 ? running / WHEN_SECOND : 0;

	snprintf(out, WHEN_TEXT, "%02lld:%02lld:%02lld", seconds / 3600 % 10000, seconds / 60 % 60,
		 seconds % 60);
}

static void put_hint(const struct scene *scene, struct page *page, const char *name,
		     const char *hint)
{
	enum action action = action_find(name);
	char key[KEY_NAME];

	if (page->cols < NARROW)
		return;
	key_text(key, scene->keymap->keys[action][0]);
	if (strcmp(name, "update") != 0 && strcmp(name, "ack") != 0)
		str_put(key, sizeof(key), "Enter");
	page_put_right(page, page->cols - HINT - 4, HINT + 3, ROLE_KEY, "%s %s", key, hint);
}

/* Columns: what, of which incident when there are several, when, which key. */
static int text_width_of(const struct page *page)
{
	return page->cols - NEXT_TEXT_AT - DUE - 2 - (page->cols < NARROW ? 0 : HINT + 4);
}

void next_row(const struct scene *scene, struct page *page, const struct owed *owed)
{
	struct item item = next_item(owed);
	int x = NEXT_TEXT_AT, width = text_width_of(page);
	char due[WHEN_TEXT];

	page_row(page, (struct row){ ROW_ITEM, item, next_target(scene, owed), owed->overdue });
	page_field(page, "name", kinds[owed->kind].word);
	page_put(page, 1, WORD, ROLE_STRONG, "%s", kinds[owed->kind].word);
	if (scene->world->desk->count > 1) {
		page_put(page, x, INCIDENT_ID, ROLE_DIM, "#%s", owed->incident);
		x += INCIDENT_ID + 1;
		width -= INCIDENT_ID + 1;
	}
	page_put(page, x, width, ROLE_PLAIN, "%s", owed->text);
	next_due(owed, scene->now, due);
	page_put_right(page, NEXT_TEXT_AT + text_width_of(page), DUE + 1, next_role(owed), "%s", due);
	put_hint(scene, page, owed_action(owed->kind), kinds[owed->kind].hint);
}

void next_banner(const struct scene *scene, struct page *page)
{
	const struct desk *desk = scene->world->desk;

	for (size_t i = 0; desk && i < desk->count; i++) {
		const struct docket *docket = &desk->open[i];
		struct text text = text_fmt("%s #%s: %s", saving_word(docket->saving),
					    docket->incident->id, docket->trouble[0] ? docket->trouble :
					    "the disk takes nothing");

		if (docket->saving == SAVING_SAVED || docket->saving == SAVING_SAVING)
			continue;
		page_text(page);
		page_wrap(page, 1, docket->saving == SAVING_DEGRADED ? ROLE_WARN : ROLE_DOWN, text.bytes);
	}
	if (!desk || !desk->trouble[0])
		return;
	page_text(page);
	page_wrap(page, 1, ROLE_DOWN,
		  text_fmt("no incident can be kept here: %s", desk->trouble).bytes);
}

static bool proposes(const struct desk *desk)
{
	for (size_t i = 0; i < desk->count; i++)
		if (incident_open(desk->open[i].incident))
			return false;
	return desk->proposal.worth && !desk->trouble[0];
}

static void put_declare(const struct scene *scene, struct page *page)
{
	const struct proposal *proposal = &scene->world->desk->proposal;
	char key[KEY_NAME];

	page_row(page, (struct row){ ROW_ITEM, next_declare(), next_declare(), true });
	page_field(page, "name", "declare");
	page_put(page, 1, WORD, ROLE_STRONG, "declare");
	page_put(page, NEXT_TEXT_AT, page->cols - WORD - 2 - HINT, ROLE_BAD, "SEV%u: %s",
		 proposal->severity, proposal->rule[0] ? proposal->rule : proposal->title);
	key_text(key, scene->keymap->keys[ACTION_INCIDENT][0]);
	page_put_right(page, page->cols - HINT, HINT - 1, ROLE_KEY, "%s declares", key);
}

/* Of a tabletop that goes on: where its clock stands. */
static size_t put_table(const struct scene *scene, struct page *page)
{
	const struct rehearsal *table = scene->world->desk ? scene->world->desk->rehearsal : NULL;
	struct item item = { ITEM_MOMENT, 0 };
	char clock[WHEN_TEXT] = "before the first moment";

	if (!table || table->over)
		return 0;
	if (table->clock != WHEN_NEVER)
		when_format(clock, table->clock - table->clock % WHEN_SECOND);
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", "tabletop");
	page_put(page, 1, WORD, ROLE_STRONG, "tabletop");
	page_put(page, NEXT_TEXT_AT, page->cols - NEXT_TEXT_AT - HINT - 2, ROLE_PLAIN,
		 "#%s, the clock: %s", table->replays, clock);
	page_put_right(page, page->cols - HINT, HINT - 1, ROLE_KEY, "Enter opens");
	return 1;
}

size_t next_build(const struct scene *scene, struct page *page)
{
	const struct desk *desk = scene->world->desk;
	size_t count = desk ? desk->owed_count : 0, all = count;

	if (desk && proposes(desk)) {
		put_declare(scene, page);
		all++;
	}
	all += put_table(scene, page);
	next_run(scene, page);
	for (size_t i = 0; i < count && i < NEXT_SHOWN; i++)
		next_row(scene, page, &desk->owed[i]);
	if (count > NEXT_SHOWN) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "%zu more %s owed",
			 count - NEXT_SHOWN, count - NEXT_SHOWN == 1 ? "is" : "are");
	}
	return all;
}
