/*
 * shell_bell.c: what reaches somebody who looks elsewhere: the bell and the window title.
 */
#include <string.h>

#include "ui/drills.h"
#include "ui/next.h"
#include "ui/shell_state.h"

static size_t firing(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < world->alert_count; i++)
		count += world->alerts[i].state == ALERT_FIRING;
	return count;
}

static bool has_rung(const struct shell *shell, uint64_t key)
{
	for (size_t i = 0; i < SHELL_RUNG; i++)
		if (shell->rung[i] == key)
			return true;
	return false;
}

/* Once for each update that falls due: its instant is what tells it from the next. */
static bool falls_due(struct shell *shell, const struct desk *desk)
{
	bool rings = false;

	for (size_t i = 0; desk && i < desk->owed_count; i++) {
		const struct owed *owed = &desk->owed[i];
		uint64_t key = item_hash(owed->incident) ^ (uint64_t)owed->due_t;

		if (owed->kind != OWED_UPDATE || !owed->prompt || has_rung(shell, key))
			continue;
		shell->rung[shell->rung_count++ % SHELL_RUNG] = key;
		rings = true;
	}
	return rings;
}

static bool becomes_sev1(struct shell *shell, const struct desk *desk)
{
	unsigned before = shell->bell_severity, worst = 0;

	for (size_t i = 0; desk && i < desk->count; i++)
		if (incident_open(desk->open[i].incident) &&
		    (worst == 0 || desk->open[i].incident->severity < worst))
			worst = desk->open[i].incident->severity;
	shell->bell_severity = worst;
	return worst == 1 && before != 1;
}

bool shell_bell(struct shell *shell, const struct world *world)
{
	bool fell = world->state >= STATE_BAD && shell->bell_state < STATE_BAD;
	bool fired = firing(world) > shell->bell_firing;
	bool due = falls_due(shell, world->desk), sev1 = becomes_sev1(shell, world->desk);
	unsigned bell = shell->prefs.bell;

	shell->bell_state = world->state;
	shell->bell_firing = firing(world);
	return (fell && (bell & BELL_DOWN)) || (fired && (bell & BELL_ALERT)) ||
	       (due && (bell & BELL_UPDATE_DUE)) || (sev1 && (bell & BELL_SEV1));
}

/* "SEV1 04:12 Indexer down": the due clock is seen in a list of windows too. */
static struct text incident_title(const struct desk *desk, const struct docket *docket, msec now)
{
	const struct owed *owed = next_clock(desk);
	const struct incident *incident = docket->incident;
	char due[WHEN_TEXT] = "";

	if (owed)
		next_due_short(owed, now, due);
	return text_fmt("%sSEV%u %s%s%s", drill_is(incident) ? "DRILL " : "", incident->severity, due,
			due[0] ? " " : "", incident->title);
}

static struct text state_title(const struct world *world)
{
	const char *name = world->root >= 0 ? world->sources[world->root].name : "";

	for (size_t i = 0; i < world->source_count && !name[0]; i++)
		if (!world->sources[i].asking && world->state != STATE_OK &&
		    world->sources[i].state == world->state)
			name = world->sources[i].name;
	return text_fmt("%s%s%s - binnacle %s", state_word(world->state), name[0] ? " " : "", name,
			world->environment);
}

void shell_title(const struct world *world, msec now, char out[TITLE_TEXT])
{
	const struct docket *docket = next_worst(world->desk);
	struct text text = docket ? incident_title(world->desk, docket, now) : state_title(world);
	size_t len = 0;

	for (const char *c = text.bytes; *c && len < TITLE_TEXT - 1; c++)
		out[len++] = *c >= ' ' && *c < 0x7f ? *c : '?';
	out[len] = '\0';
}
