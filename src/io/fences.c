#include "io/fences.h"

#include <string.h>

#include "base/mem.h"
#include "io/fences_inside.h"

#define TIMEOUT WHEN_MINUTE

static void release(struct fence_errand *errand)
{
	loop_timer_stop(errand->loop, &errand->later);
	fence_sql_free(errand->sql);
	errand_cancel(errand->errand);
	errands_free(errand->errands);
	if (errand->text.data)
		explicit_bzero(errand->text.data, errand->text.cap);
	buf_done(&errand->text);
	mem_free(errand);
}

/* The secrets go after it was told: whoever shows the text redacts it while they are known. */
static void on_later(void *arg)
{
	struct fence_errand *errand = arg;
	struct fence_answer answer = {
		.ran = errand->ran, .well = errand->well,
		.text = str_sub(buf_cstr(&errand->text), errand->text.len),
		.took = loop_now(errand->loop).steady - errand->started,
	};

	errand->done(errand->arg, &answer);
	release(errand);
}

void fence_end(struct fence_errand *errand, bool well, const char *why)
{
	if (errand->over)
		return;
	errand->over = true;
	errand->well = well;
	if (*why)
		(void)buf_fmt(&errand->text, "%s\n", why);
	loop_timer_set(errand->loop, &errand->later, 0);
}

static void start(struct fence_errand *errand, const struct fence_plan *plan)
{
	switch (plan->fence->lang) {
	case LANG_SQL:
		errand->sql = fence_sql_start(errand, plan);
		break;
	case LANG_PROMQL:
	case LANG_HTTP:
		fence_http_start(errand, plan);
		break;
	case LANG_TEXT:
	case LANG_SH:
	case LANG_BASH:
	case LANG_CONSOLE:
		fence_end(errand, false, "this is nothing that a source can be asked");
		break;
	}
}

struct fence_errand *fences_start(const struct fence_plan *plan, fence_done *done, void *arg)
{
	struct fence_errand *errand = mem_new(sizeof(*errand));

	errand->loop = plan->loop;
	errand->done = done;
	errand->arg = arg;
	errand->started = loop_now(plan->loop).steady;
	errand->timeout = plan->timeout > 0 ? plan->timeout : TIMEOUT;
	errand->later.call = on_later;
	errand->later.arg = errand;
	errand->lang = plan->fence->lang;
	buf_init(&errand->text, FENCE_TEXT + FENCE_MORE);
	start(errand, plan);
	return errand;
}

void fences_cancel(struct fence_errand *errand)
{
	if (errand)
		release(errand);
}
