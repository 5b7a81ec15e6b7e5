/*
 * cmd_incident_ticket.c: where the ticket is, told by the operator or made by ticket_command.
 */
#include <string.h>

#include "app/cmd_incident.h"
#include "app/ticket.h"

struct making {
	struct work *work;
	struct loop_timer patience;
	bool done;
	char url[TICKET_URL];
	struct err err;
};

static void on_ticket(void *arg, const char *url, const char *why)
{
	struct making *making = arg;

	making->done = true;
	if (url)
		str_put(making->url, sizeof(making->url), url);
	else
		err_set(&making->err, ERR_IO, "no ticket: %s", why);
	loop_stop(making->work->loop);
}

static void stop_waiting(void *arg)
{
	struct making *making = arg;

	loop_stop(making->work->loop);
}

static bool make_ticket(struct making *making, struct err *err)
{
	struct work *work = making->work;
	struct buf brief = { 0 };
	struct ticket_plan plan = { .loop = work->loop, .context = work->context,
				    .settings = &work->settings };
	struct ticket *ticket;

	work_brief(work, &brief);
	plan.brief = str_sub(buf_cstr(&brief), brief.len);
	ticket = ticket_start(&plan, on_ticket, making, err);
	buf_done(&brief);
	if (!ticket)
		return false;
	making->patience = (struct loop_timer){ .call = stop_waiting, .arg = making };
	loop_timer_set(work->loop, &making->patience,
		       loop_now(work->loop).steady + TICKET_PATIENCE);
	loop_run(work->loop);
	loop_timer_stop(work->loop, &making->patience);
	if (!making->done) {
		ticket_cancel(ticket);
		return err_set(err, ERR_IO, "no ticket: ticket_command does not end");
	}
	*err = making->err;
	return err->kind == ERR_NONE;
}

static bool is_url(const char *text)
{
	return str_starts(str_of(text), "https://") || str_starts(str_of(text), "http://");
}

static bool run_ticket(struct work *work, struct err *err)
{
	struct making making = { .work = work };
	struct order order = work_order(work, EVENT_TICKET_SET);
	const char *url = work_flag(work, OPTION_URL);

	if (url && !is_url(url))
		return err_set(err, ERR_USAGE, "--url: '%.60s' is no http or https URL", url);
	if (!work_open(work, err))
		return false;
	if (!url && (!work_may_act(work, "a ticket", err) || !make_ticket(&making, err)))
		return false;
	EVENT_SET(order.data, url, url ? url : making.url);
	return work_submit(work, &order, err) && work_print(work, err);
}

int cmd_incident_ticket(const struct context *context)
{
	return work_run(context, run_ticket);
}
