/*
 * An outage of the lab from the declaration to the resolution, by keys, on 80x24: real Prometheus
 * and Alertmanager, the lab's sink for the updates. The clocks of the SEVs are set to seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "store/shelf.h"
#include "tests/lib/casefile.h"
#include "tests/lib/console.h"
#include "tests/lib/lab.h"

/* A form that just came is deaf, so that what was typed ahead answers nothing. */
enum { DEAF = 400, BRACKETS = 8 };

static char state_dir[300], config[300];
static struct screen *screen;
static struct casefile file;

/* --- the lab --- */

static void write_text(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(chmod(path, 0600), 0);
}

/* The lab's configuration, with what it says of incidents replaced by ours. */
static void put_config(const char *hook, struct buf *out)
{
	struct buf own = { 0 };
	const char *from, *to;

	lab_read("config.yaml", &own);
	from = strstr(buf_cstr(&own), "\nseverity:");
	to = strstr(buf_cstr(&own), "\nchecks:");
	assert_true(from && to && from < to);
	buf_add(out, buf_cstr(&own), (size_t)(from + 1 - buf_cstr(&own)));
	buf_fmt(out, "operator: ana\nseverity:\n"
		"  sev1: {update_every: 20s, update_overdue: 40s}\n"
		"  sev2: {update_every: 20s, update_overdue: 40s}\n"
		"incidents: {recovery_hold: 2s, silence_for: 10m}\n"
		"notify:\n  - {name: stakeholders, kind: webhook, url_file: %s}%s", hook, to);
	buf_done(&own);
}

static void configure(void)
{
	char url[128], hook[300];
	struct buf yaml = { 0 }, line = { 0 };

	snprintf(state_dir, sizeof(state_dir), "%s/walk", lab_dir());
	snprintf(config, sizeof(config), "%s/walk.yaml", lab_dir());
	snprintf(hook, sizeof(hook), "%s/walk.hook", lab_dir());
	lab_variable("LAB_SINK_URL", url, sizeof(url));
	buf_fmt(&line, "%s/hook\n", url);
	write_text(hook, buf_cstr(&line));
	put_config(hook, &yaml);
	write_text(config, buf_cstr(&yaml));
	buf_done(&yaml);
	buf_done(&line);
}

/* --- the console --- */

static void must_show(const char *text)
{
	if (!screen_wait_text(screen, text, 3 * CONSOLE_PATIENCE))
		console_fail(screen, text);
}

static void press(const char *key)
{
	assert_true(screen_key(screen, key));
}

static void press_later(const char *key)
{
	assert_true(screen_drain(screen, DEAF));
	press(key);
}

static void type_in(const char *text)
{
	assert_true(screen_type(screen, text));
}

static void must_record(enum event_kind kind, size_t count)
{
	nsec deadline = nsec_now() + 3 * CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&file, kind) < count && nsec_now() < deadline)
		screen_pump(screen, 100);
	if (casefile_count(&file, kind) < count)
		console_fail(screen, event_name(kind));
}

static void must_become(const char *variable, const char *path, const char *text)
{
	nsec deadline = nsec_now() + 3 * CONSOLE_PATIENCE * NSEC_PER_MSEC;
	bool found = lab_answers(variable, path, text);

	while (!found && nsec_now() < deadline) {
		screen_pump(screen, 200);
		found = lab_answers(variable, path, text);
	}
	if (!found)
		console_fail(screen, text);
}

static void open_menu(const char *letter, const char *title)
{
	press("i");
	must_show("INCIDENT ---");
	press_later(letter);
	must_show(title);
	assert_true(screen_drain(screen, DEAF));
}

static void confirm(const char *question)
{
	must_show(question);
	press_later("Y");
}

/* The draft of what is owed; every bracket that it has is answered with the same words. */
static void send_update(size_t count, const char *words)
{
	press("p");
	must_show("UPDATE ---");
	assert_true(screen_drain(screen, DEAF));
	for (int i = 0; i < BRACKETS; i++) {
		press("Tab");
		if (screen_wait_text(screen, "Y sends it", DEAF))
			break;
		type_in(words);
	}
	confirm("Y sends it");
	must_show("saved and on its way");
	must_record(EVENT_UPDATE_DELIVERED, count);
	must_become("LAB_SINK_URL", "/received", words);
}

/* --- the outage --- */

static void start(void)
{
	static char home[320], place[340];
	static const char *const env[] = { home, place, "TERM=xterm-256color", NULL };
	const char *argv[] = { console_program(), "-c", config, NULL };
	struct pty_spec spec = { .argv = argv, .env = env, .rows = 24, .cols = 80 };
	struct err err = { 0 };

	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	snprintf(place, sizeof(place), "BINNACLE_STATE_DIR=%s", state_dir);
	screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
}

static void find_incident(void)
{
	char root[340];
	const char *const roots[2] = { root, NULL };
	struct err err = { 0 };
	struct shelved found = { .folder = "" };
	size_t count = 0;
	struct shelved *list;

	snprintf(root, sizeof(root), "%s/incidents", state_dir);
	list = shelf_list(roots, &count, &err);
	assert_int_equal(count, 1);
	found = list[0];
	mem_free(list);
	memcpy(file.folder, found.folder, sizeof(file.folder));
	memcpy(file.id, found.id, sizeof(file.id));
}

static void declare(void)
{
	press("i");
	must_show("DECLARE ---");
	assert_true(screen_drain(screen, DEAF));
	for (int i = 0; i < 5; i++)	/* everything as it is proposed */
		press("Enter");
	confirm("Y declares the incident");
	must_show("ANNOUNCE");
	find_incident();
	must_record(EVENT_ALERT_FIRING, 1);
	must_record(EVENT_SIGNAL_CHANGED, 1);
}

static void silence_one_alert(void)
{
	press("2");
	must_show("FIRING ---");
	press("a");
	must_show("MUTE THE ALERT");
	assert_true(screen_drain(screen, DEAF));
	press("Enter");
	type_in("restarting it by hand");
	press("Enter");
	confirm("everything else is no");
	must_record(EVENT_ALERT_SILENCED, 1);
	must_become("LAB_ALERTMANAGER_URL", "/api/v2/silences", "\"state\":\"active\"");
	press("1");
}

static void change_severity(void)
{
	open_menu("s", "SEVERITY ---");
	press("2");
	press("Enter");
	type_in("reads work again");
	press("Enter");
	must_record(EVENT_SEVERITY_SET, 1);
	must_show("SEV2");
}

static bool commands(const char *who)
{
	struct dossier *dossier = casefile_read(&file);
	bool does = strcmp(dossier_incident(dossier)->seats[SEAT_COMMANDER].who, who) == 0;

	dossier_close(dossier);
	return does;
}

/* Offered by keys, and taken by ben from elsewhere. */
static void hand_over(void)
{
	struct order order = { .kind = EVENT_COMMAND_ACCEPTED, .by = "ben" };

	open_menu("e", "SEAT ---");
	press("Enter");
	press("Enter");
	must_record(EVENT_ROLE_TAKEN, 1);
	assert_true(commands("ana"));
	open_menu("h", "OFFER COMMAND");
	type_in("ben");
	press("Enter");
	must_record(EVENT_COMMAND_OFFERED, 1);
	assert_true(commands("ana"));
	casefile_order(&file, &order);
	assert_true(commands("ben"));
}

static void note_what_was_before(void)
{
	press("m");
	must_show("NOTE ---");
	assert_true(screen_drain(screen, DEAF));
	type_in("@-1m payout cron paused by hand");
	press("Enter");
	must_record(EVENT_NOTE, 1);
	assert_int_equal(casefile_lines(&file, "\"payout cron paused by hand\""), 1);
}

static void mitigate(void)
{
	open_menu("t", "STATUS ---");
	press("m");	/* monitoring comes first with this letter */
	press("m");
	press("Enter");
	press("Enter");
	must_record(EVENT_STATUS_SET, 1);
	assert_int_equal(casefile_lines(&file, "\"new\":\"mitigated\""), 1);
}

/* The pager and Alertmanager are told of the recovery before anybody resolves. */
static void recover(void)
{
	lab_set("healthy");
	must_record(EVENT_ALERT_RESOLVED, 1);
	must_record(EVENT_ALERT_UNSILENCED, 1);
	must_become("LAB_ALERTMANAGER_URL", "/api/v2/silences", "\"state\":\"expired\"");
	must_record(EVENT_MILESTONE_SET, 1);
	assert_int_equal(casefile_lines(&file, "\"name\":\"recovered\""), 1);
}

static void resolve(const char *summary)
{
	open_menu("r", "RESOLVE ---");
	type_in(summary);
	press("Enter");
	press("Enter");
	confirm("everything else is no");
	must_record(EVENT_STATUS_SET, 2);
	assert_int_equal(casefile_lines(&file, "\"new\":\"resolved\""), 1);
	must_show("announce the resolution");	/* the console knows what its file knows */
}

static void an_outage_is_walked_from_its_declaration_to_its_resolution(void **state)
{
	(void)state;
	configure();
	lab_set("indexer-down");
	start();
	must_show("i declares");
	declare();
	send_update(1, "payments are delayed");
	silence_one_alert();
	must_record(EVENT_UPDATE_DUE, 1);
	send_update(2, "payments are still delayed");
	assert_int_equal(casefile_count(&file, EVENT_UPDATE_MISSED), 0);
	change_severity();
	hand_over();
	note_what_was_before();
	must_show("UPDATE over");	/* nobody writes the third one in time */
	must_record(EVENT_UPDATE_MISSED, 1);
	send_update(3, "payments come back");
	mitigate();
	recover();
	resolve("payments were late for two minutes");
	send_update(4, "payments were late for two minutes");
	must_show("POSTMORTEM in");
	must_show("postmortem of SEV1");
	screen_free(screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_outage_is_walked_from_its_declaration_to_its_resolution),
	};

	return cmocka_run_group_tests(tests, lab_up, lab_down);
}
