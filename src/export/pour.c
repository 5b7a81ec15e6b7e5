#include "export/pour.h"

enum { POUR_CHUNK = 64 * 1024 };

void pour_begin(struct pour *pour, pour_into *into, void *arg)
{
	*pour = (struct pour){ .into = into, .arg = arg };
}

static void hand_on(struct pour *pour)
{
	if (pour->text.full)	/* a piece was dropped: what is left would be a lie */
		pour->failed = true;
	if (!pour->failed && pour->text.len > 0)
		pour->failed = !pour->into(pour->arg, str_sub(pour->text.data, pour->text.len));
	buf_clear(&pour->text);
}

bool pour_some(struct pour *pour)
{
	if (pour->text.len >= POUR_CHUNK || pour->text.full)
		hand_on(pour);
	return !pour->failed;
}

bool pour_end(struct pour *pour)
{
	hand_on(pour);
	buf_done(&pour->text);
	return !pour->failed;
}
