#include "tests/lib/orders.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tests/lib/incidents.h"

void orders_open(struct orders *orders)
{
	memset(orders, 0, sizeof(*orders));
	policy_default(&orders->policy);
	orders->policy.channels[0] = (struct channel){ "ops", CHANNEL_SLACK, "internal", "" };
	orders->policy.channels[1] = (struct channel){ "status", CHANNEL_WEBHOOK, "public", "" };
	orders->policy.channel_count = 2;
	orders->now = incidents_start();
	orders->by = "ana";
	incident_init(&orders->incident);
	str_put(orders->incident.id, INCIDENT_ID, "7k3f9q");
}

int orders_set_up(void **state, int64_t severity)
{
	struct orders *orders = mem_new(sizeof(*orders));

	orders_declared(orders, severity);
	orders->now += WHEN_MINUTE;
	*state = orders;
	return 0;
}

int orders_tear_down(void **state)
{
	orders_close(*state);
	mem_free(*state);
	return 0;
}

void orders_close(struct orders *orders)
{
	incident_done(&orders->incident);
}

static void fold(struct orders *orders, struct event *event)
{
	bool repeat;

	(void)snprintf(event->id, sizeof(event->id), "01JTESTEVENT00000000%06u",
		       ++orders->seq % 1000000);
	str_put(event->origin, sizeof(event->origin),
		orders->origin ? orders->origin : "aaaaaaaaaaaaaaaa");
	event->seq = orders->seq;
	event->hlc.ms = event->rec;
	incident_fold(&orders->incident, event, &repeat);
	str_put(orders->id, sizeof(orders->id), event->id);
}

bool orders_give(struct orders *orders, const struct order *order)
{
	struct decision decision;
	struct err err = {0};
	bool ok = decide(&orders->incident, &orders->policy, order, orders->now, &decision, &err);

	orders->kind = err.kind;
	orders->count = ok ? decision.count : 0;
	str_put(orders->said, sizeof(orders->said), ok ? decision.already : err.text);
	for (size_t i = 0; i < orders->count; i++) {
		struct event *event = &decision.events[i];

		fold(orders, event);
		orders->last[i] = (struct taken){ event->kind, event->src, event->at, event->rec, "" };
		str_put(orders->last[i].by, OPERATOR_TEXT, event->by);
	}
	decision_done(&decision);
	return ok;
}

void orders_declared(struct orders *orders, int64_t severity)
{
	struct order order;

	orders_open(orders);
	order = ORDER(orders, INCIDENT_DECLARED);
	EVENT_SET(order.data, title, "Indexer down");
	EVENT_SET(order.data, severity, severity);
	orders_give(orders, &order);
}

bool orders_note(struct orders *orders, const char *text)
{
	struct order order = ORDER(orders, NOTE);

	EVENT_SET(order.data, text, text);
	return orders_give(orders, &order);
}

bool orders_status(struct orders *orders, const char *status, const char *reason,
		   const char *text)
{
	struct order order = ORDER(orders, STATUS_SET);

	EVENT_SET(order.data, new_, status);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	if (text)
		EVENT_SET(order.data, text, text);
	return orders_give(orders, &order);
}

bool orders_severity(struct orders *orders, const char *severity, const char *reason)
{
	struct order order = ORDER(orders, SEVERITY_SET);

	EVENT_SET(order.data, new_, severity);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

bool orders_seat(struct orders *orders, const char *role, const char *who)
{
	struct order order = ORDER(orders, ROLE_TAKEN);

	EVENT_SET(order.data, role, role);
	EVENT_SET(order.data, who, who);
	return orders_give(orders, &order);
}

bool orders_fire(struct orders *orders, const char *name)
{
	static const char *labels[2] = { NULL, "service=indexer" };
	struct order order = ORDER(orders, ALERT_FIRING);
	char label[160];

	(void)snprintf(label, sizeof(label), "alertname=%s", name);
	labels[0] = label;
	order.src = SRC_SENSED;
	EVENT_SET(order.data, name, name);
	EVENT_SET(order.data, fingerprint, name);
	EVENT_SET(order.data, labels, ((struct text_list){ labels, 2 }));
	return orders_give(orders, &order);
}
