#include "app/policies_settings.h"

#include "core/policy.h"

#define HOUR_MS 3600000.0
#define DAY_MS (24 * HOUR_MS)

#define AT(member) offsetof(struct severity_settings, member)

/* One severity; only the defaults differ. NULL: nothing is owed unless it is set. */
#define SEVERITY_TABLE(name, every, overdue, acked) \
	static const struct setting name[] = { \
		{ .key = "update_every", .type = SETTING_DURATION, .offset = AT(update_every), \
		  .def = (every), .max = DAY_MS, \
		  .help = "How long after the last update the next one is due; 0s: none is owed." }, \
		{ .key = "update_overdue", .type = SETTING_DURATION, \
		  .offset = AT(update_overdue), .def = (overdue), .max = DAY_MS, \
		  .help = "How long after the last update the next one is late." }, \
		{ .key = "postmortem", .type = SETTING_DURATION, .offset = AT(postmortem), \
		  .def = "48h", .max = 90 * DAY_MS, \
		  .help = "How long after the resolution the postmortem is due; 0s: none is owed." }, \
		{ .key = "rca", .type = SETTING_DURATION, .offset = AT(rca), .def = "72h", \
		  .max = 90 * DAY_MS, \
		  .help = "The same of the root cause analysis, which a recovery and a drill owe." }, \
		{ .key = "ack", .type = SETTING_DURATION, .offset = AT(ack), .def = (acked), \
		  .max = DAY_MS, \
		  .help = "How long after it fired somebody must have seen an alert; 0s: no limit." }, \
		{ .key = "rules", .type = SETTING_TEXTS, .offset = AT(rules), \
		  .help = "What proposes this severity besides the written rules: names of signals, " \
			  "sources and components, and of alerts." }, \
		SETTING_END \
	}

SEVERITY_TABLE(sev1_table, "15m", "30m", "5m");
SEVERITY_TABLE(sev2_table, "15m", "30m", "5m");
SEVERITY_TABLE(sev3_table, "0s", "0s", "0s");

#define SEVERITY_ROW(n, words) \
	{ .key = "sev" #n, .type = SETTING_GROUP, .offset = (n) * sizeof(struct severity_settings), \
	  .sub = sev##n##_table, .sub_size = sizeof(struct severity_settings), .help = (words) }

const struct setting severities_table[] = {
	SEVERITY_ROW(1, "SEV1: an outage that users feel, or a risk to the integrity of data."),
	SEVERITY_ROW(2, "SEV2: degraded, out of order in part, or more errors than usual."),
	SEVERITY_ROW(3, "SEV3: minor, or noisy."),
	SETTING_END
};

const struct setting incidents_table[] = {
	{ .key = "recovery_hold", .type = SETTING_DURATION,
	  .offset = offsetof(struct incident_settings, recovery_hold), .def = "2m",
	  .min = 1000, .max = HOUR_MS,
	  .help = "How long everything must be good again before it counts as recovered." },
	{ .key = "silence_for", .type = SETTING_DURATION,
	  .offset = offsetof(struct incident_settings, silence_for), .def = "15m",
	  .min = 60000, .max = HOUR_MS,
	  .help = "How long a silence of an alert lasts unless it is renewed." },
	SETTING_END
};

const struct setting share_table[] = {
	{ .key = "dir", .type = SETTING_PATH, .offset = offsetof(struct share_settings, dir),
	  .help = "The folder. It is made with mode 2770, and everything in it is its group's." },
	{ .key = "group", .type = SETTING_TEXT, .offset = offsetof(struct share_settings, group),
	  .help = "The group of those who share it." },
	SETTING_END
};

static void complain(struct settings *settings, const struct node *node, const char *text,
		     const char *hint)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = node->key_at, .width = node->key_width, .id = PROBLEM_REFERENCE,
		.text = text, .hint = hint });
}

/* An update that is late before it is due would never be prompted for. */
static void check_severity(struct settings *settings, unsigned severity)
{
	const struct severity_settings *sev = &settings->severity[severity];
	const char *path = arena_fmt(&settings->arena, "severity.sev%u", severity);
	const struct node *node = tree_at(settings->tree, path);

	if (node && sev->update_overdue < sev->update_every)
		complain(settings, node,
			 arena_fmt(&settings->arena, "%s: update_overdue is before update_every",
				   path), "an update is due first, and late after it");
}

static void check_share(struct settings *settings)
{
	const struct share_settings *share = &settings->share;
	const struct node *node = tree_child(settings->tree, "share");

	if (node && node->kind == NODE_MAP && !share->dir != !share->group)
		complain(settings, node, share->dir ? "share: group is required with dir" :
			 "share: dir is required with group", NULL);
}

static void check_rules(struct settings *settings)
{
	const struct node *node = tree_child(settings->tree, "severity");
	size_t count = 0;

	for (unsigned severity = 1; severity <= 3; severity++)
		count += settings->severity[severity].rules.count;
	if (node && count > POLICY_RULES)
		complain(settings, node, arena_fmt(&settings->arena, "severity: more than %d rules",
						   POLICY_RULES), NULL);
}

/* What says for whom an escalation is, without saying when, would do nothing. */
static void check_escalations(struct settings *settings)
{
	const struct node *list = tree_child(settings->tree, "contacts");
	size_t count = 0;

	if (!list || list->kind != NODE_LIST)
		return;
	for (const struct node *n = list->first; n; n = n->next) {
		const struct node *severity = tree_child(n, "severity");

		if (tree_child(n, "after") && ++count == POLICY_ESCALATIONS + 1)
			complain(settings, tree_child(n, "after"),
				 arena_fmt(&settings->arena, "contacts: more than %d with after",
					   POLICY_ESCALATIONS), NULL);
		if (severity && !tree_child(n, "after"))
			complain(settings, severity, "contacts: severity without after",
				 "after says when they are called");
	}
}

void policies_check(struct settings *settings)
{
	for (unsigned severity = 1; severity <= 3; severity++)
		check_severity(settings, severity);
	check_rules(settings);
	check_share(settings);
	check_escalations(settings);
}
