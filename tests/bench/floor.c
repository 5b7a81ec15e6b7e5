/*
 * floor: the least that a full-screen program can do: a screen of rows and a bar that moves.
 * Linked with ncurses alone it is the floor of the terminal; linked with every library of the
 * console (floor_all) it is the floor of the start-up.
 */
#include <ncurses.h>
#include <stdio.h>
#include <string.h>

enum { ESC = 27, REDRAW = 12 };

static void draw_row(int row, bool bar)
{
	attrset(bar ? A_REVERSE : A_NORMAL);
	mvprintw(row, 0, " row %-4d %-10s %6d ms  %-*s", row, row % 5 ? "OK" : "WARN", row * 37 % 1000,
		 COLS > 40 ? COLS - 40 : 0, "a line of text");
	attrset(A_NORMAL);
}

static void draw_all(int bar, bool prompt)
{
	erase();
	for (int row = 0; row < LINES - 1; row++)
		draw_row(row, row == bar);
	mvaddstr(LINES - 1, 0, prompt ? "/" : "q quits");
	refresh();
}

static void move_bar(int *bar, int by)
{
	int next = *bar + by;

	if (next < 0 || next >= LINES - 1)
		return;
	draw_row(*bar, false);
	draw_row(next, true);
	*bar = next;
	refresh();
}

/* True to go on. */
static bool act(int key, int *bar)
{
	switch (key) {
	case 'q':
		return false;
	case KEY_DOWN:
		move_bar(bar, 1);
		break;
	case KEY_UP:
		move_bar(bar, -1);
		break;
	case KEY_RESIZE:
		*bar = 0;
		draw_all(*bar, false);
		break;
	case REDRAW:
		clearok(curscr, TRUE);
		refresh();
		break;
	case '/':
	case ESC:
		draw_all(*bar, key == '/');
		break;
	default:
		break;
	}
	return true;
}

int main(void)
{
	int bar = 0;

	if (!newterm(NULL, stdout, stdin)) {
		fputs("floor: no such terminal\n", stderr);
		return 1;
	}
	set_escdelay(25);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	draw_all(bar, false);
	while (act(getch(), &bar))
		continue;
	endwin();
	return 0;
}
