/*
 * status_plain.c: the same facts as lines for people, pipes and screen readers: state, name, why.
 * Worst first, since a reader may stop after the first lines.
 */
#include "export/status.h"

#include <string.h>

static void put_age(struct buf *out, msec now, msec at)
{
	char age[WHEN_TEXT] = "-";

	if (at != WHEN_NEVER)
		when_format_age(age, now - at);
	buf_fmt(out, "%5s", age);
}

static void put_source(const struct world *world, const struct source *source, struct buf *out)
{
	buf_fmt(out, "%-5s %-20s ", source->asking ? "ASK" : state_label(source->state), source->name);
	put_age(out, world->now, source->newest);
	buf_fmt(out, "  %s", source->because);
	if (source->consequence_of >= 0)
		buf_fmt(out, " (because of %s)", world->sources[source->consequence_of].name);
	buf_char(out, '\n');
}

static void put_signal(const struct world *world, const struct signal *signal, struct buf *out)
{
	buf_fmt(out, "%-5s %-20s ", state_label(signal->state), signal->name);
	put_age(out, world->now, signal->at);
	buf_fmt(out, "  %s\n", signal->because);	/* its first words are the figure */
}

static void put_alerts(const struct world *world, struct buf *out)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];

		buf_fmt(out, "%-10s %-36s ", alert_state_word(alert->state), alert->name);
		put_age(out, world->now, alert->since);
		buf_fmt(out, "  %s\n", alert->summary);
	}
	if (world->alerts_dropped > 0)
		buf_fmt(out, "(%zu more alerts are not shown)\n", world->alerts_dropped);
	buf_fmt(out, "%s: %s\n", world->alerts_trusted ? "this list can be trusted"
						       : "silence means nothing here",
		world->alerts_because);
}

static void put_transactions(const struct world *world, struct buf *out)
{
	const struct tx_summary *tx = &world->tx;

	if (!tx->known) {
		buf_fmt(out, "not known: %s\n", tx->because);
		return;
	}
	buf_fmt(out, "%ld stuck, %ld late, %ld cancellable of %s%ld open", tx->stuck, tx->late,
		tx->cancellable, tx->bounded ? "at least " : "", tx->total_open);
	for (size_t i = 0; i < tx->at_risk_count; i++)
		buf_fmt(out, "%s %s%s%s", i ? "," : "; at risk", tx->at_risk[i].amount,
			*tx->at_risk[i].asset ? " " : "", tx->at_risk[i].asset);
	buf_char(out, '\n');
}

static void put_contacts(const struct world *world, size_t component, struct buf *out)
{
	for (size_t i = 0; i < world->contact_count; i++) {
		const struct contact *contact = &world->contacts[i];

		if (!contact_is_for(contact, (int)component))
			continue;
		buf_fmt(out, "%-5s   reach %s: %s", "", contact->who, contact->reach);
		if (contact->for_what[0])
			buf_fmt(out, ", for %s", contact->for_what);
		if (contact->has_rota)
			buf_fmt(out, "; on call: %s", contact->on_call[0] ? contact->on_call :
				"not known");
		buf_char(out, '\n');
	}
}

/* "v1.4.3, deployed 12m ago, was v1.4.2": what has changed is the first question. */
static void put_version(const struct world *world, const struct component *is, struct buf *out)
{
	const char *comma = is->source_count == 0 ? ", " : "";
	char age[WHEN_TEXT];

	if (is->version[0])
		buf_fmt(out, "%s%s", comma, is->version);
	else if (is->version_source >= 0)
		buf_fmt(out, "%sversion not known", comma);
	if (is->deployed_at == WHEN_NEVER)
		return;
	when_format_age(age, world->now - is->deployed_at);
	buf_fmt(out, ", deployed %s ago, was %s", age, is->version_before);
}

static void put_component(const struct world *world, size_t index, struct buf *out)
{
	const struct component *is = &world->components[index];
	struct buf about = {0};

	if (is->source_count == 0)
		buf_text(&about, "no source watches it");
	put_version(world, is, &about);
	if (is->hit_by >= 0 && (is->source_count == 0 || is->state != STATE_OK))
		buf_fmt(&about, "%s(hit by %s)", about.len ? " " : "",
			world->sources[is->hit_by].name);
	buf_fmt(out, "%-5s %s", is->source_count > 0 ? state_label(is->state) : "-", is->name);
	if (about.len > 0)
		buf_fmt(out, "%*s  %s", (int)(strlen(is->name) < 26 ? 26 - strlen(is->name) : 0), "",
			buf_cstr(&about));
	buf_char(out, '\n');
	if (is->source_count > 0 ? is->state != STATE_OK : is->hit_by >= 0)
		put_contacts(world, index, out);
	buf_done(&about);
}

static void put_components(const struct world *world, const struct status_filter *filter,
			   struct buf *out)
{
	for (int s = STATE_COUNT - 1; s >= 0; s--)
		for (size_t i = 0; i < world->component_count; i++)
			if (world->components[i].state == (enum state)s &&
			    status_wants_component(world, filter, &world->components[i]))
				put_component(world, i, out);
}

void status_plain(const struct world *world, const struct status_filter *filter, struct buf *out)
{
	char at[WHEN_TEXT];

	when_format(at, world->now);
	buf_fmt(out, "%s %s %s\n", world->environment, state_label(status_worst(world, filter)), at);
	if (world->root >= 0 && world->sources[world->root].explains > 0)
		buf_fmt(out, "cause: %s %s; explains %zu of the rows below\n",
			world->sources[world->root].name, world->sources[world->root].because,
			world->sources[world->root].explains);
	buf_text(out, "\nSOURCES\n");
	for (int s = STATE_COUNT - 1; s >= 0; s--) {
		for (size_t i = 0; i < world->source_count; i++) {
			const struct source *source = &world->sources[i];

			if (source->state == (enum state)s && status_wants(filter, source->name))
				put_source(world, source, out);
		}
	}
	buf_text(out, "\nSIGNALS\n");
	for (int s = STATE_COUNT - 1; s >= 0; s--) {
		for (size_t i = 0; i < world->signal_count; i++) {
			const struct signal *signal = &world->signals[i];

			if (signal->state == (enum state)s &&
			    status_wants_signal(world, filter, signal))
				put_signal(world, signal, out);
		}
	}
	if (world->component_count > 0) {
		buf_text(out, "\nCOMPONENTS\n");
		put_components(world, filter, out);
	}
	buf_text(out, "\nALERTS\n");
	put_alerts(world, out);
	if (world->tx_configured) {
		buf_text(out, "\nTRANSACTIONS\n");
		put_transactions(world, out);
	}
}
