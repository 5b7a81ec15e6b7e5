#include "app/zone.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { ZONE_NAME = 64 };

/* "Area/Place": nothing that leads out of the folder, and nothing that TZ would read as a rule. */
static bool is_name(const char *name)
{
	return *name && *name != '/' && strlen(name) < ZONE_NAME && !strstr(name, "..") &&
	       !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_+-/")];
}

/* Tables and rules stand beside the zones: a zone file says itself that it is one. */
static bool is_zone_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char magic[4];
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		  read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
		  memcmp(magic, "TZif", sizeof(magic)) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool zone_known(const char *name)
{
	static const char folder[] = "/usr/share/zoneinfo/";
	char path[sizeof(folder) + ZONE_NAME];

	if (strcmp(name, "UTC") == 0)
		return true;
	if (!is_name(name))
		return false;
	memcpy(path, folder, sizeof(folder));
	return str_put(path + sizeof(folder) - 1, ZONE_NAME, name) && is_zone_file(path);
}

bool zone_use(const char *name, struct err *err)
{
	bool known = zone_known(name);

	setenv("TZ", known ? name : "UTC", 1);
	tzset();
	return known || err_set(err, ERR_NOT_FOUND, "this host does not know the zone %.60s", name);
}

int zone_offset(void *arg, msec at)
{
	time_t when = (time_t)(at / WHEN_SECOND);
	struct tm local;

	(void)arg;
	if (at < 0 && at % WHEN_SECOND != 0)
		when--;
	return localtime_r(&when, &local) ? (int)local.tm_gmtoff : 0;
}
