/* attr.h: the few macros that the whole program shares. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define PRINTF_LIKE(text_at, args_at) __attribute__((format(printf, text_at, args_at)))
#define MUST_USE __attribute__((warn_unused_result))

#endif
