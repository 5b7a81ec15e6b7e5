/*
 * tools.h: what the lab's shell scripts need and a bare Debian does not have: free ports, and an
 * HTTP client that can wait for an answer to come true.
 */
#ifndef LAB_TOOLS_H
#define LAB_TOOLS_H

/* labserver ports N: print N free ports of 127.0.0.1. */
int tools_ports(int argc, char **argv);

/*
 * labserver ask [--timeout S] [--within S] [--query PROMQL] [--post BODY]
 *               [--match TEXT | --lack TEXT | --fails REASON] URL
 * Without a condition: print the body of a 200. With one: exit 0 as soon as it holds, 1 when it
 * did not hold within S seconds.
 */
int tools_ask(int argc, char **argv);

#endif
