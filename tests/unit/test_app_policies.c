/* test_app_policies.c: severity, incidents, share and escalations of the configuration. */
#include "app/policies_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/policies.h"

static char path[] = "/tmp/binnacle-policies-XXXXXX";
static struct settings settings;
static struct buf errors;

static bool load(const char *yaml)
{
	static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
						   "XDG_CONFIG_DIRS=/nonexistent", NULL };
	struct options options = { .given[OPTION_CONFIG] = true, .value[OPTION_CONFIG] = path };
	struct context context = { .options = &options, .environment = environment };
	FILE *file = fopen(path, "w");
	bool ok;

	assert_non_null(file);
	assert_true(fputs(yaml, file) >= 0);
	assert_int_equal(fclose(file), 0);
	settings_done(&settings);
	buf_clear(&errors);
	ok = settings_load(&context, &settings);
	problems_write(&settings.problems, &errors);
	return ok;
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd >= 0 ? close(fd) : -1;
}

static int teardown(void **state)
{
	(void)state;
	settings_done(&settings);
	buf_done(&errors);
	return unlink(path);
}

static void what_is_not_set_of_a_severity_is_as_it_was(void **state)
{
	(void)state;
	assert_true(load("severity: {sev2: {update_every: 20m, rules: [lag, indexer]}}\n"));
	assert_int_equal(settings.severity[2].update_every, 20 * WHEN_MINUTE);
	assert_int_equal(settings.severity[2].update_overdue, 30 * WHEN_MINUTE);
	assert_int_equal(settings.severity[2].rules.count, 2);
	assert_string_equal(settings.severity[2].rules.items[1], "indexer");
	assert_int_equal(settings.severity[1].update_every, 15 * WHEN_MINUTE);
	assert_int_equal(settings.severity[1].rules.count, 0);
	assert_int_equal(settings.severity[3].update_every, 0);
	assert_int_equal(settings.severity[3].postmortem, 48 * WHEN_HOUR);
	assert_int_equal(settings.incidents.recovery_hold, 2 * WHEN_MINUTE);
	assert_null(settings.share.dir);
}

/* The tables have defaults of their own: they must be those of core. */
static void without_a_file_the_policy_is_the_default_one(void **state)
{
	struct policy made, def;

	(void)state;
	assert_true(load("{}\n"));
	policy_make(&settings, &made);
	policy_default(&def);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(made.sev[i].update_every, def.sev[i].update_every);
		assert_int_equal(made.sev[i].update_overdue, def.sev[i].update_overdue);
		assert_int_equal(made.sev[i].postmortem, def.sev[i].postmortem);
		assert_int_equal(made.sev[i].rca, def.sev[i].rca);
		assert_int_equal(made.sev[i].ack, def.sev[i].ack);
	}
	assert_int_equal(made.recovery_hold, def.recovery_hold);
	assert_int_equal(made.silence_for, def.silence_for);
	assert_int_equal(made.rule_count + made.channel_count + made.escalation_count, 0);
	assert_false(made.has_ticket_command);
	assert_true(made.has_terms);
	assert_int_equal(made.target_count, 0);
	assert_string_equal(made.zone, "UTC");
}

static const struct policy_target *target_of(const struct policy *policy, const char *component)
{
	for (size_t i = 0; i < policy->target_count; i++)
		if (!strcmp(policy->targets[i].component, component))
			return &policy->targets[i];
	return NULL;
}

static void targets_of_components_are_promised(void **state)
{
	struct policy made;

	(void)state;
	if (!load("components: {indexer: {}, api: {}}\nrto: {indexer: 2h, api: 30m}\n"
		  "rpo: {indexer: 15m, db: 1h}\n"
		  "sources:\n  b: {kind: backup, command: [list], components: {db: {}, "
		  "wal: {rpo: 5m}}}\n"))
		fail_msg("%s", buf_cstr(&errors));
	policy_make(&settings, &made);
	assert_int_equal(made.target_count, 4);
	assert_int_equal(target_of(&made, "indexer")->rto, 2 * WHEN_HOUR);
	assert_int_equal(target_of(&made, "indexer")->rpo, 15 * WHEN_MINUTE);
	assert_int_equal(target_of(&made, "api")->rto, 30 * WHEN_MINUTE);
	assert_int_equal(target_of(&made, "api")->rpo, 0);
	assert_int_equal(target_of(&made, "db")->rpo, WHEN_HOUR);
	assert_int_equal(target_of(&made, "wal")->rpo, 5 * WHEN_MINUTE);
}

static void what_is_configured_becomes_the_policy(void **state)
{
	struct policy made;

	(void)state;
	if (!load("severity: {sev1: {rules: [bridge]}, sev3: {rules: [Noisy], update_every: 1h, "
		  "update_overdue: 2h}}\n"
		  "contacts:\n  - {who: db, reach: '+49', after: 30m}\n"
		  "  - {who: boss, reach: '+48', after: 1h, severity: 1}\n  - {who: c, reach: d}\n"
		  "notify:\n  - {name: ops, kind: slack, url_env: HOOK}\n"
		  "  - {name: page, kind: file, file: /tmp/x, audience: public}\n"
		  "ticket_command: [mk]\nincidents: {recovery_hold: 5m}\n"))
		fail_msg("%s", buf_cstr(&errors));
	policy_make(&settings, &made);
	assert_int_equal(made.rule_count, 2);
	assert_int_equal(made.rules[1].severity, 3);
	assert_string_equal(made.rules[1].what, "Noisy");
	assert_int_equal(made.sev[3].update_overdue, 2 * WHEN_HOUR);
	assert_int_equal(made.escalation_count, 2);
	assert_string_equal(made.escalations[0].who, "db");
	assert_int_equal(made.escalations[0].severity, 2);
	assert_int_equal(made.escalations[1].after, WHEN_HOUR);
	assert_int_equal(made.channel_count, 2);
	assert_string_equal(made.channels[0].audience, "internal");
	assert_null(strstr(made.channels[0].target, "HOOK"));
	assert_string_equal(made.channels[1].target, "/tmp/x");
	assert_true(made.has_ticket_command);
	assert_int_equal(made.recovery_hold, 5 * WHEN_MINUTE);
}

static void what_does_not_fit_is_told_where_it_stands(void **state)
{
	static const struct { const char *yaml, *says; } cases[] = {
		{ "severity:\n  sev1: {update_every: 40m}\n",
		  ":2:3: severity.sev1: update_overdue is before update_every" },
		{ "severity:\n  sev3: {update_every: 1h}\n", ":2:3: severity.sev3: update_overdue" },
		{ "severity: {sev4: {}}\n", "unknown key 'sev4'" },
		{ "severity: {sev1: {rca: 3}}\n", "severity.sev1.rca: '3'" },
		{ "severity: {sev1: {ack: 2d}}\n", "out of range" },
		{ "share: {dir: /srv/b}\n", ":1:1: share: group is required with dir" },
		{ "share: {group: oncall}\n", ":1:1: share: dir is required with group" },
		{ "incidents: {silence_for: 2h}\n", "incidents.silence_for: '2h' is out of range" },
		{ "contacts: [{who: a, reach: b, severity: 1}]\n", "severity without after" },
		{ "contacts: [{who: a, reach: b, after: 1h, severity: 4}]\n", "out of range" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_false(load(cases[i].yaml));
		if (!strstr(buf_cstr(&errors), cases[i].says))
			fail_msg("%s\n%s", cases[i].yaml, buf_cstr(&errors));
	}
}

static void none_of_too_many_is_dropped_in_silence(void **state)
{
	struct buf yaml = { 0 };

	(void)state;
	buf_text(&yaml, "contacts:\n");
	for (int i = 0; i < 17; i++)
		buf_fmt(&yaml, "  - {who: w%d, reach: r, after: 30m}\n", i);
	assert_false(load(buf_cstr(&yaml)));
	if (!strstr(buf_cstr(&errors), ":18:26: contacts: more than 16 with after"))
		fail_msg("%s", buf_cstr(&errors));
	buf_clear(&yaml);
	buf_text(&yaml, "severity: {sev1: {rules: [a");
	for (int i = 0; i < 48; i++)
		buf_fmt(&yaml, ", r%d", i);
	buf_text(&yaml, "]}}\n");
	assert_false(load(buf_cstr(&yaml)));
	assert_non_null(strstr(buf_cstr(&errors), ":1:1: severity: more than 48 rules"));
	buf_done(&yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_set_of_a_severity_is_as_it_was),
		cmocka_unit_test(without_a_file_the_policy_is_the_default_one),
		cmocka_unit_test(what_is_configured_becomes_the_policy),
		cmocka_unit_test(targets_of_components_are_promised),
		cmocka_unit_test(what_does_not_fit_is_told_where_it_stands),
		cmocka_unit_test(none_of_too_many_is_dropped_in_silence),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
