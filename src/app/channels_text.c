/* channels_text.c: the bytes that a channel gets: JSON by the library, or plain text. */
#include <string.h>

#include "app/channels_inside.h"
#include "base/scrub.h"

/* &, < and > are the three that Slack reads: "<!channel>" in an alert's label must wake nobody. */
static void escape(const char *text, struct buf *out)
{
	static const struct { char c; const char *as; } rows[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
	};

	for (; *text; text++) {
		size_t i = 0;

		while (i < ARRAY_LEN(rows) && rows[i].c != *text)
			i++;
		if (i < ARRAY_LEN(rows))
			buf_text(out, rows[i].as);
		else
			buf_char(out, *text);
	}
}

/* json_set_text() would show the ends of lines; these are meant, and the rest is clean. */
static void set_lines(json_t *root, const char *key, const char *text)
{
	json_set(root, key, json_string(text));
}

static void write_object(json_t *root, struct buf *out)
{
	json_write(out, root);
	json_decref(root);
}

void letter_text(struct str text, struct buf *out)
{
	struct buf clean = { 0 };
	struct str rest, line;
	size_t before = out->len;

	redact(&clean, text);
	rest = str_sub(buf_cstr(&clean), clean.len);
	while (str_cut(&rest, '\n', &line)) {
		if (out->len > before)
			buf_char(out, '\n');
		scrub(out, line);
	}
	buf_done(&clean);
}

void letter_slack(const struct letter *letter, struct buf *out)
{
	struct buf text = { 0 };
	json_t *root = json_object();

	escape(letter->text, &text);
	set_lines(root, "text", buf_cstr(&text));
	buf_done(&text);
	write_object(root, out);
}

void letter_webhook(const struct letter *letter, const char *audience, struct buf *out)
{
	bool public = strcmp(audience, "public") == 0;
	json_t *root = json_object();
	char severity[16];

	(void)snprintf(severity, sizeof(severity), "SEV%u", letter->severity);
	json_set_text(root, "schema", "binnacle.update/1");
	json_set_text(root, "id", letter->event);	/* the same when it is tried again */
	json_set_text(root, "incident", letter->incident);
	json_set_text(root, "title", public ? NULL : letter->title);
	json_set_text(root, "severity", public ? NULL : severity);
	json_set_text(root, "status", public ? NULL : incident_status_word(letter->status));
	json_set_text(root, "type", letter->type);
	set_lines(root, "text", letter->text);
	json_set_time(root, "next_update_at", letter->next_at);
	json_set_time(root, "at", letter->at);
	write_object(root, out);
}

void letter_block(const struct letter *letter, struct buf *out)
{
	struct str text = str_trim(str_of(letter->text));
	char at[WHEN_TEXT];

	when_format(at, letter->at);
	buf_fmt(out, "%s #%s %s\n%.*s\n\n", at, letter->incident, letter->type, (int)text.len, text.p);
}
