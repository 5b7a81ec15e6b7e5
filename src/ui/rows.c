#include "ui/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/layout.h"
#include "ui/parts.h"
#include "ui/say.h"
#include "ui/spark.h"

/* What all rows of a state have in common; the rest of the row goes into the columns left. */
struct standing {
	const char *name, *word;
	char mark;
	enum role role;
	msec since, seen;
	bool before;		/* since then at the latest */
	bool old;
};

static void put_standing(const struct scene *scene, struct page *page, const struct columns *at,
			 const struct standing *is)
{
	char text[SAY_TEXT];
	enum role dim = is->old ? ROLE_DIM : ROLE_PLAIN;

	page_put(page, at->name.x, at->name.w, ROLE_PLAIN, "%s", is->name);
	/* Word and mark in one go: two runs of colour would cost twice the bytes. */
	if (is->mark == ' ')
		page_put(page, at->state.x, at->state.w, is->role, "%s", is->word);
	else
		page_put(page, at->state.x, at->state.w + 2, is->role, "%-*s %c", at->state.w, is->word,
			 is->mark);
	say_clock(scene, is->since, text);
	page_put_right(page, at->since.x, at->since.w, ROLE_PLAIN, "%s%s",
		       is->before ? "<" : "", text);
	say_age(scene, is->since, text);
	page_put_right(page, at->lasts.x, at->lasts.w, ROLE_PLAIN, "%s", text);
	say_age(scene, is->seen, text);
	page_put_right(page, at->seen.x, at->seen.w, dim, "%s%c", text, is->old ? '!' : ' ');
}

static void put_spark(struct page *page, const struct columns *at, struct buf *spark)
{
	page_put(page, at->spark.x, at->spark.w, ROLE_PLAIN, "%s", buf_cstr(spark));
	buf_done(spark);
}

/* A reason may be cut, the root behind it and a late deploy not; it may name the root itself. */
static void put_because(struct page *page, struct column at, const char *because,
			const struct source *root, const char *deploy)
{
	bool named = root && str_has(str_of(because), root->name);
	const char *name = root && !named ? root->name : "";
	struct text behind = name[0] || deploy[0] ?
			     text_fmt(" (%s%s%s)", name, name[0] && deploy[0] ? ", " : "", deploy) :
			     text_of(str_of(""));
	int width = (int)text_width(&behind), x;

	if (width > at.w * 3 / 4 && name[0] && deploy[0]) {
		behind = text_fmt(" (%s)", name);
		width = (int)text_width(&behind);
	}
	if (width > at.w * 3 / 4)
		width = 0;
	x = page_put(page, at.x, at.w - width, ROLE_PLAIN, "%s", because);
	if (width > 0)
		page_put(page, x, width, ROLE_PLAIN, "%s", behind.bytes);
}

void row_source(const struct scene *scene, struct page *page, size_t index)
{
	const struct source *source = &scene->world->sources[index];
	const struct source *root = world_root_of_source(scene->world, (int)index);
	struct columns at = columns_of(page->cols, false);
	struct item item = item_of_source(scene->world, index);
	struct standing is = { .name = source->name, .since = source->since,
			       .before = source->since_before,
			       .seen = source->newest, .old = say_source_old(scene, source) };
	struct buf spark = { 0 }, deploy = { 0 };

	is.word = say_source_word(source, &is.role);
	is.mark = source->asking ? ' ' : state_mark(source->state);
	page_row(page, (struct row){ ROW_ITEM, item, item, say_source_wrong(source) });
	page_field(page, "name", source->name);
	page_field(page, "source", source->name);
	page_field(page, "kind", source->kind);
	page_field(page, "state", source->asking ? "ask" : state_word(source->state));
	put_standing(scene, page, &at, &is);
	if (say_source_wrong(source) && !source->asking)
		say_deploy(scene, (int)index, &deploy);
	put_because(page, at.detail, source->because, root, buf_cstr(&deploy));
	buf_done(&deploy);
	spark_states(&source->series, scene->now, at.spark.w, &spark);
	put_spark(page, &at, &spark);
}

/* A known signal shows its value and limit, an unknown one what it was before, and why. */
static void put_signal_detail(struct page *page, const struct columns *at,
			      const struct signal *signal, const struct source *root)
{
	char value[SAY_TEXT], limit[SAY_TEXT];
	enum { VALUE = 10, LIMIT = 9 };
	int right = at->since.w ? at->since.x : at->lasts.x, x = at->detail.x;

	if (!signal->known) {
		say_before(signal, value);
		x = page_put(page, x, right - 2 - x, ROLE_DIM, "%s", value);
		put_because(page, (struct column){ x, right - 2 - x }, signal->because, root, "");
		return;
	}
	if (signal->last.judged) {		/* its source judged it: no limit of ours did */
		put_because(page, at->detail, signal->because, root, "");
		return;
	}
	say_value(signal, value);
	say_near_limit(signal, limit);
	page_put(page, at->detail.x, at->detail.w, ROLE_PLAIN, "%-*s%s", VALUE, value,
		 page->cols >= LAYOUT_COLS * 2 && at->detail.w > VALUE + LIMIT ? limit : "");
}

void row_signal(const struct scene *scene, struct page *page, size_t index)
{
	const struct signal *signal = &scene->world->signals[index];
	const struct source *root = world_root_of_signal(scene->world, (int)index);
	struct columns at = columns_of(page->cols, true);
	struct item item = item_of_signal(scene->world, index);
	struct standing is = { .name = signal->name, .word = state_label(signal->state),
			       .mark = state_mark(signal->state),
			       .role = role_of_state(signal->state), .since = signal->since,
			       .before = signal->since_before,
			       .seen = signal->at, .old = say_signal_old(scene, signal) };
	struct buf spark = { 0 };

	if (signal->source >= 0 && scene->world->sources[signal->source].asking) {
		is.mark = ' ';
		is.word = say_source_word(&scene->world->sources[signal->source], &is.role);
	}
	page_row(page, (struct row){ ROW_ITEM, item, item, say_signal_wrong(signal) });
	page_field(page, "name", signal->name);
	page_field(page, "state", state_word(signal->state));
	if (signal->source >= 0)
		page_field(page, "source", scene->world->sources[signal->source].name);
	put_standing(scene, page, &at, &is);
	if (signal->known) {
		spark_values(&signal->series, scene->now, at.spark.w,
			     isnan(signal->limit.bad) ? signal->limit.warn : signal->limit.bad, &spark);
		put_spark(page, &at, &spark);
	}
	put_signal_detail(page, &at, signal, root);
}

/* A moment's wait is no news. */
bool row_is_held(const struct scene *scene, const struct ask_status *ask)
{
	const msec long_enough = 3 * WHEN_SECOND;

	return ask->held[0] && ask->next_at != WHEN_NEVER && scene->now - ask->next_at >= long_enough;
}

/* "asking 3s" in flight, "in 8s" after a failure, else "every 2s": what only ticks is not news. */
static void say_next(const struct scene *scene, const struct ask_status *ask, char out[SAY_TEXT])
{
	char age[WHEN_TEXT];

	if (row_is_held(scene, ask)) {
		str_put(out, SAY_TEXT, "held back");
	} else if (ask->asked_at != WHEN_NEVER && scene->now - ask->asked_at >= WHEN_SECOND) {
		when_format_age(age, scene->now - ask->asked_at);
		snprintf(out, SAY_TEXT, "asking %s", age);
	} else if (!ask->error[0]) {
		when_format_age(age, ask->every);
		snprintf(out, SAY_TEXT, "every %s", age);
	} else if (ask->next_at == WHEN_NEVER || ask->next_at < scene->now + WHEN_SECOND) {
		snprintf(out, SAY_TEXT, "due");
	} else {
		when_format_age(age, ask->next_at - scene->now);
		snprintf(out, SAY_TEXT, "next in %s", age);
	}
}

static void put_trouble(const struct scene *scene, struct page *page,
			const struct ask_status *ask)
{
	char text[BECAUSE_TEXT + 32];

	if (row_is_held(scene, ask)) {
		page_text(page);
		page_put(page, 5, 7, ROLE_DIM, "held");
		page_wrap(page, 12, ROLE_PLAIN, ask->held);
	}
	if (ask->error[0]) {
		page_text(page);
		page_put(page, 5, 7, ROLE_DIM, "error");
		snprintf(text, sizeof(text), "%s (%u in a row)", ask->error, ask->failures);
		page_wrap(page, 12, ROLE_WARN, text);
	}
	if (ask->error[0] && ask->blinds[0]) {
		page_text(page);
		page_put(page, 5, 7, ROLE_DIM, "blinds");
		page_wrap(page, 12, ROLE_PLAIN, ask->blinds);
	}
}

void row_ask(const struct scene *scene, struct page *page, size_t source, size_t ask)
{
	enum { WHAT = 24, TOOK = 6, GOOD = 9, NEXT = 11 };
	const struct ask_status *is = &scene->world->sources[source].asks[ask];
	struct item item = item_of_ask(scene->world, source, ask);
	char good[SAY_TEXT], next[SAY_TEXT], took[WHEN_TEXT] = "-";
	int right = page->cols - NEXT - 1, what = right - GOOD - TOOK - 10;

	say_age(scene, is->good_at, good);
	say_next(scene, is, next);
	if (is->took != WHEN_NEVER)
		row_took(is->took, took, sizeof(took));
	page_row(page, (struct row){ ROW_ITEM, item, item, is->error[0] != '\0' });
	page_field(page, "source", scene->world->sources[source].name);
	page_field(page, "state", is->error[0] ? "failed" : "good");
	page_put(page, 3, what, is->error[0] ? ROLE_STRONG : ROLE_PLAIN, "%s  %s", is->what,
		 is->endpoint);
	page_put_right(page, right - GOOD - TOOK - 3, TOOK, ROLE_PLAIN, "%s", took);
	page_put_right(page, right - GOOD - 2, GOOD, ROLE_PLAIN, "%s%s",
		       is->good_at == WHEN_NEVER ? "" : "good ", is->good_at == WHEN_NEVER ? "never" : good);
	page_put_right(page, right, NEXT, ROLE_PLAIN, "%s", next);
	put_trouble(scene, page, is);
}

/* "88ms", "8.0s": four digits are enough to judge a latency. */
void row_took(msec took, char *out, size_t size)
{
	if (took < 1000)
		snprintf(out, size, "%dms", (int)took);
	else
		snprintf(out, size, "%.1fs", (double)took / 1000);
}

void row_tx(const struct scene *scene, struct page *page, const struct tx_row *tx)
{
	enum { AGE = 5, ID = 14, HASH = 10, STATUS = 12 };
	struct item item = item_of_tx(tx);
	char age[SAY_TEXT] = "-", hash[HASH + 1];
	int x = 1 + AGE + 2;

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", tx->id);
	page_field(page, "hash", tx->hash);
	page_field(page, "state", tx->status);
	if (tx->age_s >= 0)
		say_age(scene, scene->now - (msec)(tx->age_s * 1000), age);
	page_put_right(page, 1, AGE, ROLE_PLAIN, "%s", age);
	page_put(page, x, ID, ROLE_PLAIN, "%s", tx->id[0] ? tx->id : "-");
	x += ID + 1;
	row_short_hash(tx->hash, hash, sizeof(hash));
	page_put(page, x, HASH, ROLE_PLAIN, "%s", hash);
	x += HASH + 2;
	page_put(page, x, STATUS, ROLE_PLAIN, "%s", tx->status);
	page_put(page, x + STATUS + 1, page->cols, ROLE_PLAIN, "%s %s", tx->amount, tx->asset);
}

/* "8f41..c902": both ends tell hashes apart, as explorers show them. */
void row_short_hash(const char *hash, char *out, size_t size)
{
	size_t len = strlen(hash);

	if (len <= 12)
		snprintf(out, size, "%s", len ? hash : "no hash");
	else
		snprintf(out, size, "%.4s..%s", hash, hash + len - 4);
}

void row_change(const struct scene *scene, struct page *page, const struct change *change,
		struct item item)
{
	char at[SAY_TEXT];
	int x, name = page->cols < 2 * LAYOUT_COLS ? 9 : page->cols < 94 ? 14 : 22;

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", change->what);
	page_field(page, "state", state_word(change->state));
	say_time(scene, change->at, at);
	x = page_put(page, 1, page->cols, ROLE_DIM, "%-9s", at) + 1;
	page_put(page, x, name, ROLE_PLAIN, "%s", change->what);
	x += name + 1;
	page_put(page, x, 1, role_of_state(change->state), "%c", state_mark(change->state));
	page_put(page, x + 2, page->cols, ROLE_PLAIN, "%s", change->text);
}

void rows_notices(const struct scene *scene, struct page *page)
{
	const char *const notices[] = { scene->world->refused, scene->world->recorder };

	for (size_t i = 0; i < ARRAY_LEN(notices); i++) {
		if (!notices[i][0])
			continue;
		page_text(page);
		page_wrap(page, 1, ROLE_REFUSAL, notices[i]);
	}
}
