/*
 * What an event gets when it is written: an id, its place in the file, the times. And the event
 * that leads what a start writes.
 */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/journal_inside.h"

#define WAITED_MOST WHEN_HOUR		/* for the disk */

/* 48 bits of the time and 80 of chance, five bits a letter (Crockford's base 32). */
static bool put_ulid(char out[ULID_TEXT], msec now, struct err *err)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned char bits[16];
	unsigned value = 0, have = 2;	/* 130 bits of text: two lead as zeros */
	size_t at = 0;

	if (!journal_random(bits + 6, sizeof(bits) - 6, err))
		return false;
	for (int i = 0; i < 6; i++)
		bits[i] = (unsigned char)((uint64_t)now >> (40 - 8 * i));
	for (size_t i = 0; i < sizeof(bits); i++) {
		value = value << 8 | bits[i];
		for (have += 8; have >= 5; have -= 5)
			out[at++] = letters[value >> (have - 5) & 31];
	}
	out[at] = '\0';
	return true;
}

/* The highest that was seen in any file, but none of a clock that runs far ahead of ours. */
static struct hlc highest_seen(const struct journal *journal, msec now)
{
	struct hlc last = { .ms = 0 };

	for (size_t i = 0; i < journal->file_count; i++) {
		struct hlc seen = journal->files[i].hlc;

		if (seen.ms <= now + HLC_AHEAD && hlc_compare(seen, last) > 0)
			last = seen;
	}
	return last;
}

/* After everything seen, and after our own last one even when our clock was set back since. */
static struct hlc next_time(const struct journal *journal, msec now)
{
	struct hlc next = hlc_next(highest_seen(journal, now), now);

	return hlc_compare(next, journal->last) > 0 ? next :
						      hlc_next(journal->last, journal->last.ms);
}

bool journal_stamp(struct journal *journal, struct event *event, uint64_t seq, msec now,
		   struct err *err)
{
	if (!event->id[0] && !put_ulid(event->id, now, err))
		return false;
	str_put(event->origin, sizeof(event->origin), journal->chain.origin);
	event->seq = seq;
	if (event->rec == WHEN_NEVER)
		event->rec = now;
	if (event->hlc.ms == 0)
		event->hlc = next_time(journal, now);
	if (hlc_compare(event->hlc, journal->last) > 0)
		journal->last = event->hlc;
	return true;
}

/* Which start of the host this is; "" where the system does not tell. */
static char *boot_id(struct arena *arena)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text));
	struct str id = str_trim(str_sub(text, got > 0 ? (size_t)got : 0));

	if (fd >= 0)
		close(fd);
	return arena_text(arena, id.p, id.len);
}

static msec clock_ms(clockid_t clock)
{
	struct timespec time = { 0 };

	(void)clock_gettime(clock, &time);
	return (msec)time.tv_sec * WHEN_SECOND + time.tv_nsec / 1000000;
}

/* How long the host had been up at `now`, which no one can set. By the time the disk is reached
 * `now` may be seconds ago, and against a later reading that would look as if the clock had been
 * set back. A `now` of long ago is none of this clock. */
static msec boot_ms(msec now)
{
	msec since = clock_ms(CLOCK_REALTIME) - now, up = clock_ms(CLOCK_BOOTTIME);

	return since > 0 && since < WAITED_MOST && since <= up ? up - since : up;
}

void journal_join(const struct journal *journal, msec now, struct arena *arena, struct event *out)
{
	const struct journal_who *who = &journal->who;

	*out = (struct event){ .kind = EVENT_SESSION_JOINED, .src = SRC_SENSED, .at = now,
			       .rec = now };
	str_put(out->by, sizeof(out->by), event_text(who->operator));
	EVENT_SET(out->data, tool_version, event_text(who->tool_version));
	EVENT_SET(out->data, host, event_text(who->host));
	EVENT_SET(out->data, console, event_text(who->console));
	EVENT_SET(out->data, boot, boot_id(arena));
	EVENT_SET(out->data, boot_ms, boot_ms(now));
	EVENT_SET(out->data, pid, getpid());
	if (journal->degraded[0])
		EVENT_SET(out->data, reason, journal->degraded);
}
