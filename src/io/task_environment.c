/*
 * The environment of a command: what is passed on of ours, what is fixed, and the values of the
 * runbook. A value is data. So no value may have a name by which a loader, a shell or an
 * interpreter takes it for more than that, or which the shell sets itself and would not hand on.
 */
#include "io/task.h"

#include <string.h>

#include "base/str.h"

/* A value is one string of the environment, which may have 128 KiB at most. */
enum { VALUE_MAX = TASK_TEXT };

static const char *const passed_on[] = {
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "COLORTERM", "LANG", "LC_ALL",
	"LC_CTYPE", "LC_MESSAGES", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
	"XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "GPG_AGENT_INFO", "GNUPGHOME",
	"KUBECONFIG", "DOCKER_HOST", "DOCKER_CONTEXT", "VAULT_ADDR", "AWS_PROFILE", "AWS_REGION",
};

/* A pager would wait for keys on a terminal that nobody types on; a time printed without a zone is
 * known to be UTC. */
static const char *const fixed[] = {
	"TZ=UTC", "PAGER=cat", "GIT_PAGER=cat", "SYSTEMD_PAGER=cat", "NO_COLOR=1",
};

/* One that ends in * stands for all that begin so. */
static const char *const refused[] = {
	/* loaders and libraries */
	"LD_*", "GLIBC_*", "MALLOC_*", "GCONV_PATH", "LOCPATH", "NLSPATH", "HOSTALIASES",
	"LOCALDOMAIN", "RES_OPTIONS", "RESOLV_*", "GETCONF_DIR", "OPENSSL_*", "SSL_CERT_*",
	"TERMINFO", "TERMINFO_DIRS", "TERMCAP",
	/* what a shell reads, runs or sets */
	"BASH*", "ENV", "IFS", "CDPATH", "GLOBIGNORE", "EXECIGNORE", "FIGNORE", "SHELLOPTS",
	"PS0", "PS1", "PS2", "PS3", "PS4", "PROMPT_*", "POSIXLY_CORRECT", "FCEDIT", "FUNC*",
	"INPUTRC", "HIST*", "MAIL*", "TIMEFORMAT", "TMOUT", "CHILD_MAX", "COMP*", "COPROC",
	"DIRSTACK", "EMACS", "EPOCH*", "EUID", "GROUPS", "HOSTFILE", "HOSTNAME", "HOSTTYPE",
	"IGNOREEOF", "INSIDE_EMACS", "LINENO", "LINES", "COLUMNS", "MACHTYPE", "MAPFILE", "OLDPWD",
	"OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PIPESTATUS", "PPID", "PWD", "RANDOM", "READLINE_*",
	"REPLY", "SECONDS", "SHLVL", "SRANDOM", "UID", "_", "auto_resume", "histchars",
	/* interpreters, and programs that run what a variable names */
	"PYTHON*", "PERL*", "RUBY*", "NODE_*", "JAVA_*", "_JAVA_*", "JDK_*", "CLASSPATH", "LUA_*",
	"GEM_*", "AWKPATH", "AWKLIBPATH", "GIT_*", "SSH_*", "SUDO_*", "EDITOR", "VISUAL", "BROWSER",
	"LESS*", "MORE", "MANPAGER", "PSQL_*", "PSQLRC", "SYSTEMD_*", "LC_*",
};

static struct str name_of(const char *variable)
{
	const char *equals = strchr(variable, '=');

	return equals ? str_sub(variable, (size_t)(equals - variable)) : str_of("");
}

static bool matches(struct str name, const char *pattern)
{
	struct str head = str_of(pattern);

	if (!str_ends(head, "*"))
		return str_eq(name, pattern);
	head.len--;
	return name.len >= head.len && memcmp(name.p, head.p, head.len) == 0;
}

static bool is_in(struct str name, const char *const *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(name, patterns[i]))
			return true;
	}
	return false;
}

static bool is_fixed(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		struct str of = name_of(fixed[i]);

		if (name.len == of.len && memcmp(name.p, of.p, of.len) == 0)
			return true;
	}
	return false;
}

static bool is_name(struct str name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	for (size_t i = 0; i < name.len; i++) {
		if (!name.p[i] || !strchr(letters, name.p[i]))
			return false;
	}
	return name.len > 0 && (name.p[0] < '0' || name.p[0] > '9');
}

static bool is_given(struct str name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str other = name_of(list[i]);

		if (other.len == name.len && memcmp(other.p, name.p, name.len) == 0)
			return true;
	}
	return false;
}

static bool check_value(const char *value, const char *const *before, size_t count, struct err *err)
{
	struct str name = name_of(value);
	int len = name.len < 64 ? (int)name.len : 64;

	if (!is_name(name))
		return err_set(err, ERR_INPUT, "a value has no name that a shell knows: \"%.*s\"", len,
			       name.p);
	if (is_fixed(name) || is_in(name, passed_on, ARRAY_LEN(passed_on)) ||
	    is_in(name, refused, ARRAY_LEN(refused)))
		return err_set(err, ERR_REFUSED, "%.*s cannot be the name of a value: programs take it "
			       "for a setting of theirs", len, name.p);
	if (is_given(name, before, count))
		return err_set(err, ERR_INPUT, "%.*s has two values", len, name.p);
	if (strlen(value) > VALUE_MAX)
		return err_set(err, ERR_LIMIT, "the value of %.*s is longer than 96 KiB", len, name.p);
	return true;
}

static size_t count_of(const char *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

bool task_environment(const char *const *ours, const char *const *values, struct arena *arena,
		      const char *const **out, struct err *err)
{
	size_t our_count = count_of(ours), value_count = count_of(values), kept = 0;
	const char **list = arena_array(arena, our_count + ARRAY_LEN(fixed) + value_count + 1,
					sizeof(*list));

	for (size_t i = 0; i < our_count; i++) {
		if (is_in(name_of(ours[i]), passed_on, ARRAY_LEN(passed_on)))
			list[kept++] = arena_text(arena, ours[i], strlen(ours[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		list[kept++] = fixed[i];
	for (size_t i = 0; i < value_count; i++) {
		if (!check_value(values[i], values, i, err))
			return false;
		list[kept++] = arena_text(arena, values[i], strlen(values[i]));
	}
	*out = list;
	return true;
}
