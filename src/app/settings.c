/*
 * settings.c: the root table, which joins the tables of all modules, and what follows from what it
 * reads: defaults that depend on who and where we are, and the parts of one setting that another
 * needs (a Prometheus asks the queries of `checks`, a PostgreSQL the rows of `transactions`).
 *
 * Only what does something is a key here: a key that is accepted and ignored would be a lie.
 */
#include "app/settings.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "app/checks.h"
#include "app/contracts.h"
#include "app/objectives.h"
#include "app/policies_settings.h"
#include "app/references.h"
#include "app/signal_names.h"
#include "backends/postgres.h"
#include "backends/prometheus.h"
#include "backends/version.h"
#include "ui/prefs.h"

static const char *const time_names[] = {
	[TIMES_UTC] = "utc", [TIMES_LOCAL] = "local", [TIMES_RELATIVE] = "relative", NULL };
static const char *const frame_names[] = { "ascii", "unicode", NULL };
static const char *const motion_names[] = { "reduced", NULL };	/* nothing else is drawn */
static const char *const bell_names[] = {
#define X(sym, name, help) name,
	BELLS(X)
#undef X
	NULL };

static const struct setting environment_table[] = {
	{ .key = "production", .type = SETTING_BOOL,
	  .offset = offsetof(struct environment_settings, production), .def = "false",
	  .help = "Is this the real thing? Then the header says so in red." },
	SETTING_END
};

static const struct setting ui_table[] = {
	{ .key = "theme", .type = SETTING_TEXT, .offset = offsetof(struct ui_settings, theme),
	  .def = "default",
	  .help = "The colours: default, or mono, which has none. NO_COLOR does the same." },
	{ .key = "frame", .type = SETTING_CHOICE, .offset = offsetof(struct ui_settings, frame),
	  .def = "ascii", .choices = frame_names,
	  .help = "What lines are drawn with." },
	{ .key = "mouse", .type = SETTING_BOOL, .offset = offsetof(struct ui_settings, mouse),
	  .def = "off", .help = "With the mouse on, selecting text needs Shift." },
	{ .key = "motion", .type = SETTING_CHOICE, .offset = offsetof(struct ui_settings, motion),
	  .def = "reduced", .choices = motion_names,
	  .help = "Nothing moves but ages." },
	{ .key = "bell", .type = SETTING_TEXTS, .offset = offsetof(struct ui_settings, bell),
	  .def = "down, alert, update_due, sev1", .choices = bell_names,
	  .help = "When the bell rings: down when the whole turns bad or down, alert when an alert "
		  "starts to fire, update_due when an update of an incident falls due, sev1 when a "
		  "SEV1 is open. An empty list keeps it quiet." },
	{ .key = "keys", .type = SETTING_PAIRS, .offset = offsetof(struct ui_settings, keys),
	  .help = "Other keys, by the name of the action: {ask: f5, print: none}. "
		  "binnacle help keys lists the actions." },
	SETTING_END
};

static const struct setting check_table[] = {
	{ .key = "query", .type = SETTING_TEXT, .offset = offsetof(struct check_settings, query),
	  .help = "A PromQL query with one number as its answer. lag and stuck need none: their "
		  "sources report them." },
	{ .key = "source", .type = SETTING_TEXT, .offset = offsetof(struct check_settings, source),
	  .help = "The prometheus source that is asked; may be left out where there is but one." },
	{ .key = "unit", .type = SETTING_TEXT, .offset = offsetof(struct check_settings, unit),
	  .help = "What the number counts: s, %, B." },
	{ .key = "warn", .type = SETTING_THRESHOLD, .offset = offsetof(struct check_settings, warn),
	  .help = "From where it is WARN." },
	{ .key = "bad", .type = SETTING_THRESHOLD, .offset = offsetof(struct check_settings, bad),
	  .help = "From where it is BAD." },
	{ .key = "stale", .type = SETTING_DURATION,
	  .offset = offsetof(struct check_settings, stale), .min = 1000, .max = 86400000,
	  .help = "Age from which the number no longer counts; three periods when absent." },
	SETTING_END
};

static const struct setting component_version_table[] = {
	{ .key = "source", .type = SETTING_TEXT,
	  .offset = offsetof(struct component_settings, version_source), .required = true,
	  .help = "The source that publishes it." },
	{ .key = "field", .type = SETTING_TEXT,
	  .offset = offsetof(struct component_settings, version_field), .required = true,
	  .help = "The field that holds it, as binnacle status --json shows it." },
	SETTING_END
};

static const struct setting component_table[] = {
	{ .key = "depends_on", .type = SETTING_TEXTS,
	  .offset = offsetof(struct component_settings, depends_on),
	  .help = "Components without which this one fails: they explain its failure." },
	{ .key = "serves", .type = SETTING_TEXTS,
	  .offset = offsetof(struct component_settings, serves),
	  .help = "Components that fail with this one, where it is easier said from this side." },
	{ .key = "sources", .type = SETTING_TEXTS,
	  .offset = offsetof(struct component_settings, sources),
	  .help = "The sources that show how it is." },
	{ .key = "contracts", .type = SETTING_TEXTS,
	  .offset = offsetof(struct component_settings, contracts),
	  .help = "Its contracts on the chain (C...): stellar-rpc sources follow their events." },
	{ .key = "version_command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct component_settings, version_command),
	  .help = "A command, as a list of its words, whose first line is the version that runs; "
		  "run every minute." },
	{ .key = "version", .type = SETTING_GROUP, .sub = component_version_table,
	  .sub_size = sizeof(struct component_settings),
	  .help = "Where a source publishes the version that runs." },
	SETTING_END
};

static const struct setting contact_table[] = {
	{ .key = "who", .type = SETTING_TEXT, .offset = offsetof(struct contact_settings, who),
	  .required = true, .help = "A team or a person." },
	{ .key = "reach", .type = SETTING_TEXT, .offset = offsetof(struct contact_settings, reach),
	  .required = true, .help = "How: a number, a channel, an address." },
	{ .key = "for", .type = SETTING_TEXT, .offset = offsetof(struct contact_settings, for_what),
	  .def = "", .help = "What for, in a few words." },
	{ .key = "components", .type = SETTING_TEXTS,
	  .offset = offsetof(struct contact_settings, components),
	  .help = "For which components; for all of them when absent." },
	{ .key = "rota_command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct contact_settings, rota_command),
	  .help = "A command, as a list of its words, whose first line is who is on call now; run "
		  "every five minutes." },
	{ .key = "after", .type = SETTING_DURATION,
	  .offset = offsetof(struct contact_settings, after), .min = 60000, .max = 604800000,
	  .help = "An incident that nothing has mitigated for so long asks to call them." },
	{ .key = "severity", .type = SETTING_INT,
	  .offset = offsetof(struct contact_settings, severity), .def = "2", .min = 1, .max = 3,
	  .help = "With after: for incidents of this severity and worse ones; 1 is the worst." },
	SETTING_END
};

static const struct setting recorder_table[] = {
	{ .key = "dir", .type = SETTING_PATH, .offset = offsetof(struct recorder_settings, dir),
	  .help = "Where this program records; flight in the state directory when absent. In a "
		  "setgid folder the files are its group's too." },
	{ .key = "shared", .type = SETTING_PATH,
	  .offset = offsetof(struct recorder_settings, shared),
	  .def = "/var/lib/binnacle/flight",
	  .help = "Where a recorder of this host records, for all its consoles; read when it is "
		  "there." },
	{ .key = "keep", .type = SETTING_DURATION,
	  .offset = offsetof(struct recorder_settings, keep), .def = "24h",
	  .min = 3600000, .max = 2592000000, .help = "What is older is removed." },
	{ .key = "megabytes", .type = SETTING_INT,
	  .offset = offsetof(struct recorder_settings, megabytes), .def = "16",
	  .min = 2, .max = 4096, .help = "What does not fit is removed, the oldest first." },
	SETTING_END
};

const struct setting settings_table[] = {
	{ .key = "version", .type = SETTING_INT, .offset = offsetof(struct settings, version),
	  .def = "1", .help = "The format of the file: 1." },
	{ .key = "operator", .type = SETTING_TEXT, .offset = offsetof(struct settings, operator),
	  .help = "Your name, as others know it; that of your account when absent." },
	{ .key = "environment", .type = SETTING_TEXT,
	  .offset = offsetof(struct settings, environment), .def = "default",
	  .help = "The word in the header: which estate this is." },
	{ .key = "environments", .type = SETTING_MAP,
	  .offset = offsetof(struct settings, environments), .sub = environment_table,
	  .sub_size = sizeof(struct environment_settings),
	  .help = "What is known of each environment, by its name." },
	{ .key = "read_only", .type = SETTING_BOOL, .offset = offsetof(struct settings, read_only),
	  .def = "false", .help = "Refuse everything that changes something outside." },
	{ .key = "time", .type = SETTING_CHOICE, .offset = offsetof(struct settings, time),
	  .def = "utc", .choices = time_names, .help = "How times are shown." },
	{ .key = "ui", .type = SETTING_GROUP, .offset = offsetof(struct settings, ui),
	  .sub = ui_table, .sub_size = sizeof(struct ui_settings), .help = "The screen." },
	{ .key = "recorder", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, recorder), .sub = recorder_table,
	  .sub_size = sizeof(struct recorder_settings),
	  .help = "The flight recorder: what changed, and how everything was, minute by minute." },
	{ .key = "sources", .type = SETTING_MAP, .offset = offsetof(struct settings, sources),
	  .variant_key = "kind", .variant = backend_settings, .variant_names = backend_kinds,
	  .help = "Everything that is asked, by its name; kind says what it is." },
	{ .key = "checks", .type = SETTING_MAP, .offset = offsetof(struct settings, checks),
	  .sub = check_table, .sub_size = sizeof(struct check_settings),
	  .help = "Signals and their limits, by name. lag, error_rate, latency and stuck always "
		  "exist; an entry of that name changes them." },
	{ .key = "transactions", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, transactions), .sub = transactions_settings,
	  .sub_size = sizeof(struct tx_config),
	  .help = "Where the rows are that the platform believes to be open." },
	{ .key = "components", .type = SETTING_MAP, .offset = offsetof(struct settings, components),
	  .sub = component_table, .sub_size = sizeof(struct component_settings),
	  .help = "What depends on what, by name: which failure explains which." },
	{ .key = "rpo", .type = SETTING_PAIRS, .offset = offsetof(struct settings, rpo),
	  .help = "How old the newest verified backup of a component may be: {database: 1h}." },
	{ .key = "rto", .type = SETTING_PAIRS, .offset = offsetof(struct settings, rto),
	  .help = "How long the recovery of a component may take: {database: 2h}." },
	{ .key = "contacts", .type = SETTING_ITEMS, .offset = offsetof(struct settings, contacts),
	  .sub = contact_table, .sub_size = sizeof(struct contact_settings),
	  .help = "Whom to call, and how; shown beside what fails." },
	{ .key = "severity", .type = SETTING_GROUP, .offset = offsetof(struct settings, severity),
	  .sub = severities_table, .sub_size = 4 * sizeof(struct severity_settings),
	  .help = "What an incident of each severity owes, and what proposes it." },
	{ .key = "incidents", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, incidents), .sub = incidents_table,
	  .sub_size = sizeof(struct incident_settings), .help = "All incidents." },
	{ .key = "postmortem", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, postmortem), .sub = postmortem_table,
	  .sub_size = sizeof(struct postmortem_settings), .help = "What is written of them." },
	{ .key = "share", .type = SETTING_GROUP, .offset = offsetof(struct settings, share),
	  .sub = share_table, .sub_size = sizeof(struct share_settings),
	  .help = "A folder in which several people keep their incidents together." },
	{ .key = "runbooks", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, runbooks), .sub = runbooks_table,
	  .sub_size = sizeof(struct runbook_settings), .help = "The library of runbooks." },
	{ .key = "drills", .type = SETTING_GROUP, .offset = offsetof(struct settings, drills),
	  .sub = drills_table, .sub_size = sizeof(struct drills_settings),
	  .help = "Drills: what they may touch, how often each is due, where their reports are." },
	{ .key = "variables", .type = SETTING_PAIRS, .offset = offsetof(struct settings, variables),
	  .help = "Values for parameters of runbooks that say from: config:variables.NAME. Nothing "
		  "secret: they are shown." },
	{ .key = "recovery", .type = SETTING_GROUP,
	  .offset = offsetof(struct settings, recovery), .sub = recovery_table,
	  .sub_size = sizeof(struct recovery_settings),
	  .help = "What a recovery is verified by: binnacle drill verify." },
	{ .key = "notify", .type = SETTING_ITEMS, .offset = offsetof(struct settings, notify),
	  .sub = channel_table, .sub_size = sizeof(struct channel_settings),
	  .max = POLICY_CHANNELS,
	  .help = "Where the updates of an incident go." },
	{ .key = "ticket_command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct settings, ticket_command),
	  .help = "A command, as a list of its words, that makes a ticket of the text on its "
		  "standard input and prints its URL." },
	SETTING_END
};

static size_t put_overrides(const struct options *options, struct config_override *out)
{
	static const struct { enum option_id option; const char *path, *text, *flag; } rows[] = {
		{ OPTION_ENV, "environment", NULL, "--env" },
		{ OPTION_READ_ONLY, "read_only", "true", "--read-only" },
		{ OPTION_UTC, "time", "utc", "--utc" },
	};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (options->given[rows[i].option])
			out[count++] = (struct config_override){
				rows[i].path,
				rows[i].text ? rows[i].text : options->value[rows[i].option],
				rows[i].flag };
	return count;
}

static const char *account_name(const struct context *context, struct arena *arena)
{
	const char *user = context_env(context, "USER");
	const struct passwd *account = user && *user ? NULL : getpwuid(geteuid());

	if (account)
		user = account->pw_name;
	return user && *user ? arena_text(arena, user, strlen(user)) : "nobody";
}

static bool is_production(const struct settings *settings)
{
	const struct environment_settings *all = settings->environments.data;

	for (size_t i = 0; i < settings->environments.count; i++)
		if (!strcmp(all[i].name, settings->environment))
			return all[i].production;
	return false;
}

static void give_checks(struct settings *settings, struct prometheus_config *prometheus)
{
	const struct check_settings *checks = settings->checks.data;
	struct prometheus_check *mine =
		arena_array(&settings->arena, PROMETHEUS_CHECKS, sizeof(*mine));

	for (size_t i = 0; i < settings->checks.count; i++)
		if (checks[i].query && checks[i].source &&
		    !strcmp(checks[i].source, prometheus->source.name) &&
		    prometheus->check_count < PROMETHEUS_CHECKS)
			mine[prometheus->check_count++] = (struct prometheus_check){
				checks[i].name, checks[i].query,
				checks[i].unit ? checks[i].unit : "" };
	prometheus->checks = mine;
}

/* What a source needs from elsewhere in the configuration. */
static void complete_source(struct settings *settings, struct source_config *source)
{
	source->environment = settings->environment;
	if (!strcmp(source->kind, "prometheus"))
		give_checks(settings, (struct prometheus_config *)source);
	if (!strcmp(source->kind, "postgres") && settings->transactions.source &&
	    !strcmp(source->name, settings->transactions.source)) {
		((struct postgres_config *)source)->transactions = &settings->transactions;
		settings->transactions.dismissals =
			arena_new(&settings->arena, sizeof(struct tx_dismissals));
		settings->transactions_source = source->name;
	}
}

static size_t list_commands(struct settings *settings, struct version_command *out)
{
	const struct component_settings *components = settings->components.data;
	const struct contact_settings *contacts = settings->contacts.data;
	size_t count = 0;

	for (size_t i = 0; i < settings->components.count; i++)
		if (components[i].version_command.count > 0)
			out[count++] = (struct version_command){
				arena_fmt(&settings->arena, "version of %s", components[i].name),
				components[i].name, 0, components[i].version_command };
	for (size_t i = 0; i < settings->contacts.count; i++)
		if (contacts[i].who && contacts[i].rota_command.count > 0)
			out[count++] = (struct version_command){
				arena_fmt(&settings->arena, "on call: %s", contacts[i].who),
				NULL, i, contacts[i].rota_command };
	return count;
}

/* One more source, of all the commands that tell versions and rotas. */
static void make_versions(struct settings *settings)
{
	struct arena *arena = &settings->arena;
	size_t most = settings->components.count + settings->contacts.count, n = settings->sources.count;
	struct version_command *commands = arena_array(arena, most + 1, sizeof(*commands));
	struct version_config *made = arena_array(arena, 1, sizeof(*made));
	void **sources = arena_array(arena, n + 1, sizeof(*sources));
	size_t count = list_commands(settings, commands);

	if (count == 0)
		return;
	*made = (struct version_config){
		.source = { .name = VERSIONS_SOURCE, .kind = "version", .every = WHEN_MINUTE },
		.commands = commands,
		.count = count < VERSION_COMMANDS ? count : VERSION_COMMANDS };
	settings->version_commands = count;
	if (n > 0)
		memcpy(sources, settings->sources.data, n * sizeof(*sources));
	sources[n] = made;
	settings->sources = (struct items){ sources, n + 1 };
}

static void complete(struct settings *settings, const struct context *context)
{
	struct source_config **sources;

	if (!settings->operator)
		settings->operator = account_name(context, &settings->arena);
	settings->production = is_production(settings);
	checks_complete(settings);
	make_versions(settings);
	sources = settings->sources.data;
	for (size_t i = 0; i < settings->sources.count; i++)
		complete_source(settings, sources[i]);
	contracts_complete(settings);
	objectives_complete(settings);
}

bool settings_load(const struct context *context, struct settings *settings)
{
	struct config_override overrides[OPTION_COUNT];
	struct config_sources sources = {
		.file = context->options->value[OPTION_CONFIG],
		.environment = context->environment,
		.overrides = overrides,
		.override_count = put_overrides(context->options, overrides),
		.table = settings_table,
	};

	*settings = (struct settings){ .version = 1 };
	settings->problems.arena = &settings->arena;
	config_load(&sources, &settings->arena, &settings->tree, &settings->files,
		    &settings->problems);
	settings_read(settings_table, settings->tree, settings, &settings->arena,
		      &settings->problems);
	complete(settings, context);
	references_check(settings);
	objectives_check(settings);
	policies_check(settings);
	postmortem_check(settings);
	recovery_check(settings);
	signal_names_check(settings);
	drills_check(settings);
	return settings->problems.count == 0;
}

void settings_done(struct settings *settings)
{
	arena_done(&settings->arena);
	*settings = (struct settings){ .version = 0 };
}

const struct source_config *settings_source(const struct settings *settings, size_t index)
{
	const struct source_config *const *sources = settings->sources.data;

	return sources[index];
}
