/*
 * lint_writes.c: R022, a check that changes something.
 *
 * The console runs checks by itself and again and again: one that writes is an accident. The tables
 * name what is known to write; what is not in them is not thereby harmless, and an operator still
 * accepts each check before it runs.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runbook/lint_inside.h"

enum { UNWRAPPED = 3 };		/* sh -c "..." within ssh "..." within ... */

/*  X(command, words of which one makes it write; "": it always does). `-d*`: begins with -d. */
#define WRITERS(X) \
	X("rm", "") X("rmdir", "") X("mv", "") X("cp", "") X("dd", "") X("ln", "") X("tee", "") \
	X("touch", "") X("mkdir", "") X("mkfs", "") X("truncate", "") X("shred", "") X("chmod", "") \
	X("chown", "") X("chgrp", "") X("install", "") X("kill", "") X("pkill", "") \
	X("killall", "") X("reboot", "") X("shutdown", "") X("halt", "") X("poweroff", "") \
	X("mount", "") X("umount", "") X("rsync", "") X("scp", "") X("createdb", "") \
	X("dropdb", "") X("createuser", "") X("dropuser", "") X("pg_restore", "") \
	X("pg_rewind", "") X("pg_basebackup", "") X("pg_resetwal", "") X("vacuumdb", "") \
	X("reindexdb", "") X("iptables", "-A -D -I -F -P") X("sed", "-i* --in-place*") \
	X("perl", "-i* -pi*") X("find", "-delete -exec -execdir") X("sysctl", "-w") \
	X("crontab", "-r -e") X("make", "install") X("apt", "install remove upgrade purge") \
	X("apt-get", "install remove upgrade purge") X("pip", "install uninstall") \
	X("npm", "install publish") X("ip", "add del set") \
	X("git", "push commit reset checkout switch pull merge rebase clean stash revert") \
	X("systemctl", "start stop restart reload kill mask unmask enable disable isolate " \
	  "daemon-reload edit set-property reset-failed") \
	X("service", "start stop restart reload") \
	X("docker", "start stop restart kill rm rmi run create pause unpause update rename push " \
	  "pull build load up down prune commit") \
	X("docker-compose", "start stop restart kill rm run create up down pull build") \
	X("podman", "start stop restart kill rm rmi run create pause unpause pull build") \
	X("kubectl", "delete apply create patch edit scale restart undo drain cordon uncordon " \
	  "replace set label annotate taint cp run expose autoscale") \
	X("helm", "install upgrade uninstall rollback") X("terraform", "apply destroy import") \
	X("aws", "cp sync mv rm mb rb put-object delete-object start-instances stop-instances " \
	  "reboot-instances terminate-instances update-service put-secret-value") \
	X("pg_ctl", "start stop restart reload promote kill") \
	X("pg_ctlcluster", "start stop restart reload promote") X("amtool", "add expire") \
	X("stellar", "send deploy upload extend restore fund") \
	X("curl", "-d* --data* --json* -F* --form* -T* --upload-file* -XPOST -XPUT -XPATCH " \
	  "-XDELETE --request=POST --request=PUT --request=PATCH --request=DELETE") \
	X("wget", "--post-data* --post-file* --method=POST --method=PUT --method=DELETE")

static const struct {
	const char *command, *words;
} writers[] = {
#define X(command, words) {command, words},
	WRITERS(X)
#undef X
};

/* Commands whose arguments hold another command, or a text that is one. */
static const char *const wrappers[] = {
	"sudo", "env", "nohup", "exec", "xargs", "timeout", "time", "nice", "watch", "sh", "bash", "su",
	"ssh", "docker", "kubectl", "podman", "docker-compose", "eval", "command", "unshare", "setsid",
	"doas", "chroot",
};

static const char *const keywords[] = {
	"if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done",
};

static const char *const redis_writes[] = {
	"SET", "DEL", "UNLINK", "FLUSHALL", "FLUSHDB", "EXPIRE", "PERSIST", "HSET", "HDEL", "LPUSH",
	"RPUSH", "LPOP", "RPOP", "SADD", "SREM", "ZADD", "ZREM", "INCR", "DECR", "MSET", "SETEX",
	"APPEND", "RENAME", "XADD", "XTRIM", "EVAL", "SHUTDOWN", "REPLICAOF", "SLAVEOF", "FAILOVER",
	"SAVE", "BGSAVE", "BGREWRITEAOF", "KILL", "RESETSTAT", "REWRITE", "MIGRATE", "RESTORE",
	"PUBLISH",
};

static const char *const sql_words[] = {	/* wherever they stand */
	"insert", "update", "delete", "merge", "truncate", "drop", "alter", "grant", "revoke", "into",
};

static const char *const sql_starts[] = {	/* at the start of a statement */
	"create", "copy", "vacuum", "reindex", "cluster", "refresh", "lock", "call", "do", "comment",
	"notify", "checkpoint", "import", "reassign", "security",
};

static const char *const sql_functions[] = {
	"pg_promote", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_switch_wal",
	"pg_wal_replay_pause", "pg_wal_replay_resume", "pg_rotate_logfile", "pg_create_restore_point",
	"pg_create_physical_replication_slot", "pg_create_logical_replication_slot",
	"pg_drop_replication_slot", "pg_stat_reset", "pg_logical_emit_message", "setval", "nextval",
	"set_config", "pg_notify", "lo_import", "lo_export", "lo_unlink", "dblink_exec",
	"pg_advisory_lock",
};

static bool same_word(struct str word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

static bool among(struct str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (same_word(word, list[i]))
			return true;
	return false;
}

/* Past a literal, a quoted name or a comment that begins here; at itself when none does. */
static size_t sql_past(struct str text, size_t at)
{
	static const struct {
		const char *from, *to;
	} spans[] = {{"'", "'"}, {"\"", "\""}, {"--", "\n"}, {"/*", "*/"}, {"$$", "$$"}};
	struct str rest = str_sub(text.p + at, text.len - at);

	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		size_t skip = strlen(spans[i].from);
		const char *end;

		if (!str_starts(rest, spans[i].from))
			continue;
		end = memmem(rest.p + skip, rest.len - skip, spans[i].to, strlen(spans[i].to));
		return end ? (size_t)(end - text.p) + strlen(spans[i].to) : text.len;
	}
	return at;
}

static bool sql_word_writes(struct str word, bool first, bool called)
{
	return among(word, sql_words, ARRAY_LEN(sql_words)) ||
	       (first && among(word, sql_starts, ARRAY_LEN(sql_starts))) ||
	       (called && among(word, sql_functions, ARRAY_LEN(sql_functions)));
}

struct str sql_writes(struct str text)
{
	bool first = true;

	for (size_t at = 0; at < text.len;) {
		size_t past = sql_past(text, at), end = at;
		struct str word;

		while (end < text.len && shell_is_name(text.p[end], end == at))
			end++;
		word = str_sub(text.p + at, end - at);
		if (past > at) {
			at = past;
		} else if (word.len == 0) {
			first = first ? isspace((unsigned char)text.p[at]) != 0 : text.p[at] == ';';
			at++;
		} else if (sql_word_writes(word, first, end < text.len && text.p[end] == '(')) {
			return word;
		} else {
			first = false;
			at = end;
		}
	}
	return str_sub("", 0);
}

struct check_of {
	struct linter *linter;
	const struct step *step;
	const struct fence *fence;
	unsigned depth;
	bool told;			/* one complaint is enough for a fence */
};

static void complain(struct check_of *of, struct str command, struct str word)
{
	if (of->told)
		return;
	of->told = true;
	trouble_add(of->linter->out, TROUBLE_R022, lint_at(of->linter, of->fence->line),
		    "take \"check\" away, and it is asked about before it runs",
		    "a check of step %u writes: %.*s%s%.*s", of->step->n, (int)command.len,
		    command.p, word.len ? " " : "", (int)word.len, word.p);
}

static struct str base_name(struct str word)
{
	struct str rest = word, part = word;

	while (str_cut(&rest, '/', &part))
		;
	return part;
}

static bool fits(struct str word, struct str pattern)
{
	if (!str_ends(pattern, "*"))
		return word.len == pattern.len && memcmp(word.p, pattern.p, word.len) == 0;
	pattern.len--;
	return word.len >= pattern.len && memcmp(word.p, pattern.p, pattern.len) == 0;
}

/* The argument behind `from` that makes a command write; its own name where any use does. */
static struct str writing_word(const struct shell_command *command, size_t from, const char *words)
{
	struct str rest = str_of(words), pattern;

	while (str_cut(&rest, ' ', &pattern))
		for (size_t i = from + 1; i < command->count; i++)
			if (fits(command->words[i], pattern))
				return command->words[i];
	return str_sub("", 0);
}

/* curl -X POST in two words; a query that -G puts into the URL writes nothing. */
static bool curl_writes(const struct shell_command *command, size_t from, struct str *word)
{
	static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
	bool get = writing_word(command, from, "-G --get").len > 0;

	for (size_t i = from + 1; i + 1 < command->count; i++) {
		bool method = str_eq(command->words[i], "-X") ||
			      str_eq(command->words[i], "--request");

		if (method && among(command->words[i + 1], methods, ARRAY_LEN(methods))) {
			*word = command->words[i + 1];
			return true;
		}
	}
	return !get && word->len > 0;
}

static void judge_client(struct check_of *of, const struct shell_command *command, size_t from)
{
	struct str name = base_name(command->words[from]), word;

	for (size_t i = from + 1; i < command->count && str_eq(name, "redis-cli"); i++)
		if (among(command->words[i], redis_writes, ARRAY_LEN(redis_writes)))
			complain(of, name, command->words[i]);
	for (size_t i = from + 1; i < command->count && str_eq(name, "psql"); i++) {
		word = sql_writes(command->words[i]);
		if (word.len)
			complain(of, name, word);
	}
	word = str_eq(name, "psql") ? sql_writes(command->input) : str_sub("", 0);
	if (word.len)
		complain(of, name, word);
}

static void judge_word(struct check_of *of, const struct shell_command *command, size_t at)
{
	struct str name = base_name(command->words[at]);

	judge_client(of, command, at);
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		struct str word = writing_word(command, at, writers[i].words);
		bool always = !writers[i].words[0];

		if (!str_eq(name, writers[i].command))
			continue;
		if (str_eq(name, "curl") ? curl_writes(command, at, &word) : always || word.len)
			complain(of, name, word);
	}
}

static void judge_text(struct check_of *of, struct str text);

/* `sudo rm x`, `docker exec db rm x`, `ssh host "rm x"`. */
static void judge_wrapped(struct check_of *of, const struct shell_command *command, size_t from)
{
	for (size_t i = from + 1; i < command->count; i++) {
		struct str word = command->words[i];

		if (memchr(word.p, ' ', word.len))
			judge_text(of, word);
		else
			judge_word(of, command, i);
	}
}

static bool is_assignment(struct str word)
{
	size_t i = 0;

	while (i < word.len && shell_is_name(word.p[i], i == 0))
		i++;
	return i > 0 && i < word.len && word.p[i] == '=';
}

static void judge_command(void *arg, const struct shell_command *command)
{
	struct check_of *of = arg;
	size_t at = 0;

	if (command->writes_to.len)
		complain(of, str_sub(">", 1), command->writes_to);
	while (at < command->count && (is_assignment(command->words[at]) ||
				       among(command->words[at], keywords, ARRAY_LEN(keywords))))
		at++;
	if (at == command->count)
		return;
	judge_word(of, command, at);
	if (among(base_name(command->words[at]), wrappers, ARRAY_LEN(wrappers)))
		judge_wrapped(of, command, at);
}

static void judge_text(struct check_of *of, struct str text)
{
	if (of->depth == UNWRAPPED)
		return;
	of->depth++;
	shell_scan(text, &(struct shell_sink){.command = judge_command, .arg = of});
	of->depth--;
}

static void judge_http(struct check_of *of)
{
	static const char *const reads[] = {"GET", "HEAD", "OPTIONS"};
	struct str rest = str_trim(str_of(of->fence->text)), word = {"", 0};

	(void)str_cut(&rest, ' ', &word);
	if (rest.len && !memchr(word.p, '/', word.len) && !among(word, reads, ARRAY_LEN(reads)))
		complain(of, word, str_sub("", 0));
}

static void judge_fence(struct check_of *of)
{
	struct str word;

	switch (of->fence->lang) {
	case LANG_SH:
	case LANG_BASH:
	case LANG_CONSOLE:
		judge_text(of, str_of(of->fence->text));
		break;
	case LANG_SQL:
		word = sql_writes(str_of(of->fence->text));
		if (word.len)
			complain(of, word, str_sub("", 0));
		break;
	case LANG_HTTP:
		judge_http(of);
		break;
	case LANG_PROMQL:
	case LANG_TEXT:
		break;
	}
	if (of->fence->write)
		complain(of, str_of("it is marked"), str_of("write"));
}

void lint_writes(struct linter *linter)
{
	for (size_t i = 0; i < linter->book->step_count; i++) {
		const struct step *step = &linter->book->steps[i];

		for (size_t j = 0; j < step->fence_count; j++) {
			struct check_of of = {linter, step, &step->fences[j], 0, false};

			if (step->fences[j].check)
				judge_fence(&of);
		}
	}
}
