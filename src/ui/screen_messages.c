/*
 * screen_messages.c: what the message row has said, the newest first.
 */
#include "ui/say.h"
#include "ui/screen.h"

static void build(const struct scene *scene, struct page *page)
{
	size_t held = scene->message_count < SCENE_MESSAGES ? scene->message_count : SCENE_MESSAGES;

	page_title(page, "MESSAGES", "");
	for (size_t i = 0; i < held; i++) {
		const struct message *message =
			&scene->messages[(scene->message_count - 1 - i) % SCENE_MESSAGES];
		char at[SAY_TEXT];
		int x;

		say_time(scene, message->at, at);
		page_text(page);
		x = page_put(page, 1, page->cols, ROLE_DIM, "%s ", at);
		page_wrap(page, x, message->refusal ? ROLE_REFUSAL : ROLE_PLAIN, message->text);
	}
	if (held == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_DIM, "nothing was said yet");
	}
}

const struct screen screen_messages = { .name = "messages", .title = "Messages", .build = build };
