#include "ui/explain_incident.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "ui/explain.h"
#include "ui/say.h"
#include "ui/timeline.h"

static void put_headline(struct page *page, enum role role, const char *text)
{
	page_text(page);
	page_wrap(page, 1, role, text);
}

static void put_lines(struct page *page, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		struct text shown = text_of(line);

		put_headline(page, ROLE_PLAIN, shown.bytes);
	}
}

/* "2026-11-22T02:13:40Z, 12s ago": the record says the whole of it, whatever the screen prefers. */
static void put_time(const struct scene *scene, struct page *page, const char *label, msec at)
{
	char day[WHEN_TEXT], age[SAY_TEXT];

	if (at == WHEN_NEVER)
		return;
	when_format(day, at);
	say_age(scene, at, age);
	if (at > scene->now)
		explain_put(page, label, "%s", day);
	else
		explain_put(page, label, "%s, %s ago", day, age);
}

static bool name_record(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct record *record = item_record(scene->world, item, &docket);

	if (record)
		*out = text_fmt("event %s of #%s", event_name(record->kind), docket->incident->id);
	return record != NULL;
}

static const struct writer *writer_of(const struct incident *incident, const char *origin)
{
	for (size_t i = 0; i < incident->writer_count; i++)
		if (strcmp(incident->writers[i].origin, origin) == 0)
			return &incident->writers[i];
	return NULL;
}

static void put_origin(struct page *page, const struct docket *docket,
		       const struct record *record)
{
	const struct writer *writer = writer_of(docket->incident, record->origin);

	explain_put(page, "origin", "%s line %llu%s%s%s%s", record->origin,
		    (unsigned long long)record->seq, writer ? ", " : "", writer ? writer->console : "",
		    writer ? " on " : "", writer ? writer->host : "");
	explain_put(page, "file", "%s/journal.%s.jsonl", docket->folder, record->origin);
}

static void put_marks(struct page *page, const struct record *record)
{
	const struct {
		bool is;
		const char *label, *text;
	} marks[] = {
		{ record->undone, "undone", "it counts no more; the event stays" },
		{ record->corrected, "corrected", "the sentence is that of the correction; the data "
		  "below are as first written" },
		{ record->backdated, "back-dated", "recorded more than a minute after it happened" },
		{ record->pinned, "pinned", "it matters" },
		{ record->repeat, "repeat", "another console had said it before" },
	};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (marks[i].is)
			explain_put(page, marks[i].label, "%s", marks[i].text);
}

/* What was written over several lines reads so. */
static void put_member(struct page *page, const char *key, const char *value)
{
	struct str rest = str_of(value), line;

	do {
		struct text text = { 0 };

		if (str_cut(&rest, '\n', &line))
			text = text_of(line);
		explain_put(page, key, "%s", text.bytes);
		key = "";
	} while (rest.len > 0);
}

/* The payload as it was written, one member after the other. */
static void put_data(struct page *page, struct str bytes)
{
	struct err err = { 0 };
	json_t *data = json_read(bytes, JSON_MAX_SMALL, &err), *value;
	const char *key;

	if (!data) {
		explain_put(page, "data", "cannot be read: %s", err.text);
		return;
	}
	json_object_foreach(data, key, value) {
		struct buf text = { 0 };

		if (json_is_string(value))
			buf_text(&text, json_string_value(value));
		else
			json_write(&text, value);
		put_member(page, key, buf_cstr(&text));
		buf_done(&text);
	}
	json_decref(data);
}

static void put_line(struct page *page, const struct record *record)
{
	struct journal_line line;
	struct err err = { 0 };

	if (!record->line || !journal_line_parse(str_of(record->line), &line, &err)) {
		explain_put(page, "line", "cannot be read: %s", err.text);
		return;
	}
	explain_put(page, "hash", "%.*s", (int)line.hash.len, line.hash.p);
	explain_put(page, "after", "%.*s", (int)line.prev.len, line.prev.p);
	page_title(page, "AS WRITTEN", "");
	put_data(page, line.data);
}

static void build_record(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	const struct record *record = item_record(scene->world, item, &docket);

	put_headline(page, record->undone ? ROLE_DIM : ROLE_STRONG,
		     record->sentence ? record->sentence : "");
	explain_put(page, "what", "%s", event_help(record->kind));
	put_time(scene, page, "at", record->at);
	put_time(scene, page, "recorded", record->rec);
	explain_put(page, "by", "%s", record->by);
	explain_put(page, "source", "%s", event_src_word(record->src));
	put_marks(page, record);
	put_origin(page, docket, record);
	explain_put(page, "id", "%s", record->id);
	put_line(page, record);
}

static void line_record(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct record *record = item_record(scene->world, item, &docket);
	char at[WHEN_TEXT];

	when_format(at, record->at);
	buf_fmt(out, "%s %s: %s", at, timeline_who(record), record->sentence ? record->sentence : "");
}

const struct explainer explain_record = { name_record, build_record, line_record };

static bool name_seat(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	enum seat_name name;
	const struct seat *seat = item_seat(scene->world, item, &docket, &name);

	if (seat)
		*out = text_fmt("seat: %s", seat_title(name));
	return seat != NULL;
}

static void build_seat(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	enum seat_name name;
	const struct seat *seat = item_seat(scene->world, item, &docket, &name);
	const struct offer *offer = &docket->incident->offer;

	explain_put(page, "seat", "%s", seat_title(name));
	explain_put(page, "who", "%s", seat->who[0] ? seat->who : "nobody; i gives it to somebody");
	if (seat->who[0])
		put_time(scene, page, "since", seat->at);
	if (name != SEAT_COMMANDER || !offer->event[0])
		return;
	explain_put(page, "offered", "by %s to %s, who has not answered", offer->from, offer->to);
	put_time(scene, page, "at", offer->at);
	if (offer->card) {
		page_title(page, "THE CARD", "");
		put_lines(page, offer->card);
	}
}

static void line_seat(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	enum seat_name name;
	const struct seat *seat = item_seat(scene->world, item, &docket, &name);

	buf_fmt(out, "%s: %s", seat_title(name), seat->who[0] ? seat->who : "nobody");
}

const struct explainer explain_seat = { name_seat, build_seat, line_seat };

static bool name_tracked(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct tracked *is = item_tracked(scene->world, item, &docket);

	if (is)
		*out = text_fmt("%s of #%s", is->type[0] ? is->type : "open point",
				docket->incident->id);
	return is != NULL;
}

static void build_tracked(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	const struct tracked *is = item_tracked(scene->world, item, &docket);

	put_headline(page, ROLE_STRONG, is->text);
	if (is->type[0])
		explain_put(page, "type", "%s", is->type);
	explain_put(page, "who", "%s", is->who[0] ? is->who : "nobody was named");
	put_time(scene, page, "entered", is->at);
	explain_put(page, "by", "%s", is->by);
	put_time(scene, page, "due", is->until);
	if (!is->settled) {
		explain_put(page, "state", "open");
		return;
	}
	put_time(scene, page, "settled", is->settled_at);
	if (is->outcome[0])
		explain_put(page, "outcome", "%s", is->outcome);
}

static void line_tracked(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct tracked *is = item_tracked(scene->world, item, &docket);

	buf_fmt(out, "%s%s%s", is->text, is->who[0] ? " - " : "", is->who);
}

const struct explainer explain_tracked = { name_tracked, build_tracked, line_tracked };

static bool name_sent(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct sent *is = item_sent(scene->world, item, &docket);

	if (is)
		*out = text_fmt("%s of #%s to %s", is->type, docket->incident->id,
				is->audience[0] ? is->audience : "internal");
	return is != NULL;
}

/* What became of it in one channel. */
static void put_delivery(const struct scene *scene, struct page *page, const struct delivery *to)
{
	char at[SAY_TEXT], status[48] = "";

	say_time(scene, to->at, at);
	if (to->status != 0)
		(void)snprintf(status, sizeof(status), ", status %lld", (long long)to->status);
	page_text(page);
	page_put(page, 1, 20, ROLE_PLAIN, "%s", to->channel);
	if (!to->done)
		page_put(page, 22, page->cols, ROLE_WARN, "on its way: no answer yet");
	else
		page_put(page, 22, page->cols, to->ok ? ROLE_OK : ROLE_BAD, "%s %s%s, %lld tr%s",
			 to->ok ? "delivered" : "FAILED", at, status, (long long)to->tries,
			 to->tries == 1 ? "y" : "ies");
	if (to->response[0]) {
		page_text(page);
		page_wrap(page, 3, ROLE_DIM, to->response);
	}
}

static void build_sent(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	const struct sent *is = item_sent(scene->world, item, &docket);

	put_time(scene, page, "sent", is->at);
	explain_put(page, "by", "%s%s", is->by, is->by_hand ? ", posted by hand" : "");
	explain_put(page, "audience", "%s", is->audience[0] ? is->audience : "internal");
	put_time(scene, page, "next", is->next_at);
	if (is->late)
		explain_put(page, "late", "it was overdue when it was sent");
	page_title(page, "TEXT", "");
	put_lines(page, is->text ? is->text : "");
	page_title(page, "DELIVERY", "");
	for (size_t i = 0; i < is->channel_count; i++)
		put_delivery(scene, page, &is->channels[i]);
	if (is->channel_count == 0)
		put_headline(page, ROLE_PLAIN, is->by_hand ? "posted by hand; no channel was used"
							   : "it went to no channel");
}

static void line_sent(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct sent *is = item_sent(scene->world, item, &docket);

	buf_text(out, is->text ? is->text : "");
}

const struct explainer explain_sent = { name_sent, build_sent, line_sent };

static bool name_evidence(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct evidence *is = item_evidence(scene->world, item, &docket);

	if (is)
		*out = text_fmt("evidence %s", is->name);
	return is != NULL;
}

static void build_evidence(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	const struct evidence *is = item_evidence(scene->world, item, &docket);

	put_headline(page, ROLE_STRONG, is->name);
	if (is->text[0])
		explain_put(page, "what", "%s", is->text);
	put_time(scene, page, "added", is->at);
	explain_put(page, "size", "%lld bytes", (long long)is->bytes);
	explain_put(page, "sha256", "%s", is->sha256);
	explain_put(page, "file", "%s/evidence/%s", docket->folder, is->sha256);
}

/* What one wants of it outside is the way to the file. */
static void line_evidence(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct evidence *is = item_evidence(scene->world, item, &docket);

	buf_fmt(out, "%s/evidence/%s", docket->folder, is->sha256);
}

const struct explainer explain_evidence = { name_evidence, build_evidence, line_evidence };
